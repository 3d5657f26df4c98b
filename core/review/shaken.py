"""Whether a model holds when its input is not what it should be: noise, gaps, new levels, shifts.

Every trial changes held-out rows alone and asks the same model again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd

from core.evaluate.compare import compare
from core.evaluate.metric import headline_metric
from core.models.family import Task
from core.predict import Predictions, scored
from core.progress import Report, silent
from core.schema import Column, Kind
from core.train.training import TrainedModel

ROWS_AT_MOST = 2_000
COLUMNS_AT_MOST = 8  # of those whose values go missing or shift, one at a time
NOISE = 0.05  # of a column's standard deviation
SHIFT = 0.5  # of a column's standard deviation
NEW_LEVEL = "a level that nobody has seen before"
STAGE = "review.stage.shaken"


class Shake(StrEnum):
    """What is done to the input."""

    NOISE = "noise"
    MISSING = "missing"
    UNSEEN = "unseen"
    SHIFT = "shift"


@dataclass(frozen=True)
class Trial:
    """One change of the input and what it did; ``column`` is empty where all are changed.

    ``before`` and ``after`` are what models of the task are ranked by, ``change`` their difference
    with its paired 95 % interval. ``moved`` is how far a prediction moved, the mean over rows;
    ``flipped`` of ``rows`` customers got another answer (binary and several classes).
    """

    shake: Shake
    column: str
    before: float
    after: float
    change: float
    low: float
    high: float
    moved: float
    flipped: int | None
    rows: int

    @property
    def is_worse(self) -> bool:
        """Whether the score fell beyond chance (or the error rose: ``change`` is better's way)."""
        return self.high < 0


@dataclass(frozen=True)
class Shaken:
    """All trials, in the order in which they were made; scores are of ``metric``."""

    metric: str
    rows: int
    trials: tuple[Trial, ...]


def shaken(
    model: TrainedModel,
    table: pd.DataFrame,
    found: Predictions,
    ranked: tuple[str, ...],
    threshold: float,
    report: Report = silent,
) -> Shaken:
    """What changes of held-out rows do; ``table`` (n, ...) are those of ``found``, in its order.

    Columns are taken one at a time in the order ``ranked``, the most important first. At most
    2,000 rows, drawn by the model's seed.
    """
    some = np.random.default_rng([model.spec.seed, 7]).permutation(len(found.rows))[:ROWS_AT_MOST]
    some = np.sort(some)
    rows, of = table.iloc[some], found.only(some)
    plain = replace(of, scores=scored(model, rows))
    columns = {c.name: c for c in model.spec.features}
    chosen = [columns[name] for name in ranked if name in columns][:COLUMNS_AT_MOST]
    asked = list(_changed(rows, tuple(columns.values()), chosen, model.spec.seed))
    trials = []
    for place, (shake, column, changed) in enumerate(asked):
        report(place / len(asked), STAGE)
        after = replace(plain, scores=scored(model, changed))
        trials.append(_trial(shake, column, plain, after, threshold))
    report(1.0, STAGE)
    return Shaken(headline_metric(model.spec.task).key, len(rows), tuple(trials))


def _changed(
    rows: pd.DataFrame, columns: tuple[Column, ...], chosen: list[Column], seed: int
) -> Iterator[tuple[Shake, str, pd.DataFrame]]:
    chance = np.random.default_rng([seed, 11])
    numbers = [c for c in columns if c.kind is Kind.NUMBER]
    levels = [c for c in columns if c.kind in (Kind.CATEGORY, Kind.BOOLEAN)]
    if numbers:
        noise = {c.name: _noisy(rows[c.name], chance) for c in numbers}
        yield Shake.NOISE, "", rows.assign(**noise)
    for column in levels:
        if column in chosen:
            new = pd.Series(NEW_LEVEL, index=rows.index, dtype=object).astype("str")
            yield Shake.UNSEEN, column.name, rows.assign(**{column.name: new})
    for column in chosen:
        gaps = rows[column.name].where(np.zeros(len(rows), bool))
        yield Shake.MISSING, column.name, rows.assign(**{column.name: gaps})
    for column in chosen:
        if column.kind is Kind.NUMBER:
            moved = rows[column.name].astype("float64")
            yield (
                Shake.SHIFT,
                column.name,
                rows.assign(**{column.name: moved + SHIFT * float(moved.std(ddof=0))}),
            )


def _noisy(cells: pd.Series, chance: np.random.Generator) -> pd.Series:
    values = cells.astype("float64")
    return values + NOISE * float(values.std(ddof=0)) * chance.standard_normal(len(values))


def _trial(
    shake: Shake, column: str, plain: Predictions, after: Predictions, threshold: float
) -> Trial:
    difference = compare(after, plain, threshold=threshold)
    sign = headline_metric(plain.task).better.sign
    ends = sorted((sign * difference.low, sign * difference.high))
    return Trial(
        shake=shake,
        column=column,
        before=difference.second,
        after=difference.first,
        change=sign * difference.difference,
        low=ends[0],
        high=ends[1],
        moved=float(np.abs(after.scores - plain.scores).mean()),
        flipped=_flipped(plain, after, threshold),
        rows=len(plain.rows),
    )


def _flipped(plain: Predictions, after: Predictions, threshold: float) -> int | None:
    if plain.task is Task.REGRESSION:
        return None
    if plain.task is Task.BINARY:
        return int(((plain.scores >= threshold) != (after.scores >= threshold)).sum())
    return int((plain.scores.argmax(axis=1) != after.scores.argmax(axis=1)).sum())
