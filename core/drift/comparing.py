"""A model with its training data and a new table become a comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.drift.advice import LEAST_ROWS, Seen, advice, weight
from core.drift.columns import Read, compared
from core.drift.comparison import (
    ColumnDrift,
    Comparison,
    Copies,
    Course,
    Performance,
    Spread,
    Telling,
)
from core.drift.copies import copies, said
from core.drift.performance import performance
from core.drift.periods import course
from core.drift.spreads import spreads
from core.drift.telling import among, telling
from core.errors import TargetMissing
from core.evaluate.evaluation import Evaluation
from core.predict import judged, predict
from core.progress import Report, part
from core.train.training import TrainedModel

STAGE = "drift.stage.predicting"


@dataclass(frozen=True, eq=False)
class Then:
    """A model, how it was judged, and the rows that it learned from (r, ...) with their target.

    ``is_whole`` is False where they are those few that lie with the model, without a target.
    ``held_out`` are rows it never saw, as far as they are known; ``dates`` (by row number) theirs.
    ``importance`` are the columns' parts of all reasons, empty where those are not known, and
    ``names`` the columns of its whole table.
    """

    model: TrainedModel
    evaluation: Evaluation
    rows: pd.DataFrame
    is_whole: bool = True
    held_out: pd.DataFrame | None = None
    dates: pd.Series | None = None
    importance: Mapping[str, float] = field(default_factory=dict)
    names: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Now:
    """Rows (n, ...) of a new table read as the model knows it: what there is of its columns.

    ``names`` are all its columns, ``rows_of_table`` all its rows. ``dates`` (by row number) are
    those of its column ``time``, ``owners`` numbers of whose the rows are (None: each its own).
    """

    rows: pd.DataFrame
    names: tuple[str, ...]
    rows_of_table: int
    read: Read = field(default_factory=Read)
    time: str = ""
    dates: pd.Series | None = None
    owners: pd.Series | None = None


@dataclass(frozen=True)
class _Found:
    """What is worked out where there are enough rows and columns."""

    columns: tuple[ColumnDrift, ...] = ()
    answers: ColumnDrift | None = None
    copies: Copies | None = None
    telling: Telling | None = None
    spreads: tuple[Spread, ...] = ()
    performance: Performance | None = None
    course: Course | None = None


def compare(then: Then, now: Now, report: Report) -> Comparison:
    """Everything that can be told of a new table; where columns lack or rows are too few, that."""
    spec = then.model.spec
    missing = tuple(c.name for c in spec.features if c.name not in now.rows)
    known = {*then.names, spec.target.name, *(c.name for c in spec.features)}
    rows = len(then.rows), len(now.rows)
    found = _Found()
    if min(rows) >= LEAST_ROWS:
        found = _found(then, now, not missing, report)
    seen = Seen(
        spec.task, rows, missing, found.columns, found.spreads, found.telling, found.performance
    )
    return Comparison(
        task=spec.task,
        target=spec.target.name,
        outcome=spec.outcome,
        rows=rows,
        rows_of_table=now.rows_of_table,
        is_whole=then.is_whole,
        missing=missing,
        new=tuple(name for name in now.names if name not in known),
        columns=found.columns,
        answers=found.answers,
        copies=found.copies,
        telling=found.telling,
        spreads=found.spreads,
        performance=found.performance,
        course=found.course,
        advice=advice(seen),
    )


def _found(then: Then, now: Now, can_predict: bool, report: Report) -> _Found:
    spec = then.model.spec
    alike, learned = _copies(then, now)
    told = compared(
        (*spec.features, spec.target), then.rows, now.rows, now.read, part(report, 0.0, 0.4)
    )
    answers = next((each for each in told if each.name == spec.target.name), None)
    columns = _ordered([each for each in told if each is not answers], then.importance)
    report(0.4, STAGE)
    found = _Found(columns, answers, alike)
    if can_predict:
        found = _predicted(then, now, learned, found)
    apart = telling(
        among(spec.features, then.rows, now.rows),
        then.rows,
        now.rows,
        spec.seed,
        part(report, 0.6, 1.0),
    )
    return replace(found, telling=apart)


def _copies(then: Then, now: Now) -> tuple[Copies | None, NDArray[np.bool_]]:
    """Which new rows were learned from, told by all the columns that both tables have."""
    names = [str(name) for name in then.rows if name in now.rows]
    nobody = np.zeros(len(now.rows), bool)
    if not names:
        return None, nobody
    aside = then.rows.head(0) if then.held_out is None else then.held_out
    found, which = copies(*(said(each, names) for each in (then.rows, aside, now.rows)))
    return found, which if found.more_than_chance else nobody


def _ordered(found: list[ColumnDrift], importance: Mapping[str, float]) -> tuple[ColumnDrift, ...]:
    """Columns that moved and matter first: by what they carry of the reasons times how far they
    moved, then those that did not move by what they carry."""
    known = tuple(
        replace(each, importance=importance.get(each.name, 0.0) if importance else None)
        for each in found
    )

    def key(one: ColumnDrift) -> tuple[bool, float, float, str]:
        much = weight(one, known)
        moved = one.moved or one.changed_kind
        return not moved, -much * one.beyond if moved else -much, -one.beyond, one.name

    return tuple(sorted(known, key=key))


def _predicted(then: Then, now: Now, learned: NDArray[np.bool_], found: _Found) -> _Found:
    """What the model predicts and, where outcomes are known, how good that is."""
    model, evaluation = then.model, then.evaluation
    said_now = predict(model, now.rows).owned(now.owners)
    found = replace(found, spreads=spreads(evaluation.predictions, said_now, evaluation.threshold))
    fresh = now.rows[~learned]
    if model.spec.target.name not in fresh or not len(fresh):
        return found
    try:
        known = judged(model, fresh).owned(now.owners)
    except TargetMissing:
        return found
    left_out = int(learned.sum())
    done = performance(evaluation, known, left_out)
    if now.dates is None:
        return replace(found, performance=done)
    sides = [(known, now.dates, True)]
    if then.dates is not None:
        sides.insert(0, (evaluation.predictions, then.dates, False))
    return replace(found, performance=done, course=course(now.time, tuple(sides)))
