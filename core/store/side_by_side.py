"""Two to four models beside each other: paired figures, reasons, and what differs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from core.evaluate.compare import Difference, compare
from core.evaluate.evaluation import Score
from core.evaluate.metric import metrics_of
from core.evaluate.versus import Versus, corrected, versus
from core.explain.importance import Importance, importance
from core.predict import Predictions
from core.store import manifest, models, reasons, rest
from core.store.manifest import MANIFEST
from core.store.models import Entry, SavedModel
from core.train.spec import ModelSpec

FEWEST, MOST = 2, 4
REASONS_TOLD = 5
Setting = str | int | float | bool


class Pairing(StrEnum):
    """Whether the models can be told apart on the same customers, or why not."""

    PAIRED = "paired"
    OTHER_ROWS = "other_rows"
    OTHER_QUESTION = "other_question"


@dataclass(frozen=True)
class Side:
    """One of the models; ``size`` of its folder in bytes, ``libraries`` it was made with.

    ``reasons`` are the strongest of those that are kept of it, none where none are.
    """

    entry: Entry
    size: int
    libraries: dict[str, str]
    reasons: tuple[Importance, ...]


@dataclass(frozen=True)
class Figure:
    """A metric of each side, and the first less each of the others where that can be told."""

    metric: str
    scores: tuple[Score, ...]
    less: tuple[Difference | None, ...]


@dataclass(frozen=True)
class SideBySide:
    """Models beside each other, the first against each of the others.

    ``rows`` is the least number of customers that a difference is over. Intervals of differences
    are for ``tried`` comparisons, at ``threshold``. ``settings`` are those that are not the same,
    by name, a value a side (None where the side has no such setting).
    """

    sides: tuple[Side, ...]
    pairing: Pairing
    rows: int
    tried: int
    threshold: float
    figures: tuple[Figure, ...]
    settings: dict[str, tuple[Setting | None, ...]]


def side_by_side(
    project: Path, loaded: tuple[SavedModel, ...], entries: tuple[Entry, ...], tried: int
) -> SideBySide:
    """What there is to say of models that were loaded, in their order.

    ``tried`` is how many comparisons could have been made with the first. Raises NotThere and what
    ``vault.opened`` raises.
    """
    pairing = _pairing(loaded)
    threshold, many = loaded[0].evaluation.threshold, max(tried, len(loaded) - 1)
    figures = tuple(
        _figure(metric.key, loaded, pairing, threshold, many)
        for metric in metrics_of(loaded[0].model.spec.task)
        if pairing is not Pairing.OTHER_QUESTION
    ) or _apart(entries)
    rows = [less.rows for each in figures for less in each.less if less is not None]
    sides = tuple(side(project, entry) for entry in entries)
    settings = differing(tuple(entry.spec for entry in entries))
    return SideBySide(sides, pairing, min(rows, default=0), many, threshold, figures, settings)


def against(named: tuple[tuple[str, SavedModel], ...], tried: int) -> Versus:
    """The first of the named models against the others, to be drawn."""
    return versus(tuple((name, saved.evaluation.predictions) for name, saved in named), tried)


def side(project: Path, entry: Entry) -> Side:
    """What is known of a model beside its line of the board. Raises NotThere."""
    place = models.place(project, entry.id)
    with rest.opened_folder(place, (MANIFEST,)) as folder:
        libraries = manifest.read(folder).libraries
    size = sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
    return Side(entry, size, libraries, strongest(project, entry))


def strongest(project: Path, entry: Entry) -> tuple[Importance, ...]:
    """The strongest of the reasons that are kept of a model: those of the most customers."""
    known = (found for _, found in reasons.kept(project, entry.id))
    best = next((found for found in known if entry.spec.outcome in ("", found.of)), None)
    return importance(best)[:REASONS_TOLD] if best is not None else ()


def reasons_kept(project: Path, ids: tuple[str, ...]) -> float:
    """How many slices of reasons are kept of the models: another number when there are more."""
    return float(sum(len(list((project / "reasons" / each).glob("*/part-*"))) for each in ids))


def differing(specs: tuple[ModelSpec, ...]) -> dict[str, tuple[Setting | None, ...]]:
    """The settings that are not the same in all wishes: the family's own under ``family.name``,
    of the columns those that not all of them read."""
    all_read = set.intersection(*({c.name for c in spec.features} for spec in specs))
    told = [_settings(spec, all_read) for spec in specs]
    keys = dict.fromkeys(key for each in told for key in each)
    values = {key: tuple(each.get(key) for each in told) for key in keys}
    return {key: each for key, each in values.items() if len(set(map(repr, each))) > 1}


def _settings(spec: ModelSpec, all_read: set[str]) -> dict[str, Setting]:
    alone = [column.name for column in spec.features if column.name not in all_read]
    own: dict[str, Setting] = {f"{spec.family}.{k}": v for k, v in spec.params.items()}
    said: dict[str, Setting] = {
        "family": spec.family,
        "balanced": spec.balanced,
        "rows_at_most": spec.rows_at_most,
        "columns": ", ".join(alone),
    }
    return said | own


def _pairing(loaded: tuple[SavedModel, ...]) -> Pairing:
    """The same rows of another table are other customers."""
    asked = {(s.model.spec.dataset, s.model.spec.target.name, s.model.classes) for s in loaded}
    if len(asked) > 1 or len({s.model.spec.task for s in loaded}) > 1:
        return Pairing.OTHER_QUESTION
    first, *others = (saved.evaluation.predictions for saved in loaded)
    return Pairing.PAIRED if any(_share(first, o) for o in others) else Pairing.OTHER_ROWS


def _share(first: Predictions, other: Predictions) -> bool:
    """Whether both were judged on some of the same customers.

    Rows of the same number are not the same customer where something else happened to them: a
    model from elsewhere may know its table from before a customer was deleted here.
    """
    _, ours, theirs = np.intersect1d(
        first.rows, other.rows, assume_unique=True, return_indices=True
    )
    if first.truth is None or other.truth is None or not len(ours):
        return False
    return bool(np.array_equal(first.truth[ours], other.truth[theirs]))


def _figure(
    metric: str,
    loaded: tuple[SavedModel, ...],
    pairing: Pairing,
    threshold: float,
    tried: int,
) -> Figure:
    scores = tuple(_score(saved, metric) for saved in loaded)
    first = loaded[0].evaluation.predictions
    less = tuple(
        _less(first, each.evaluation.predictions, metric, threshold, tried)
        if pairing is Pairing.PAIRED
        else None
        for each in loaded[1:]
    )
    return Figure(metric, scores, less)


def _less(
    first: Predictions, other: Predictions, metric: str, threshold: float, tried: int
) -> Difference | None:
    if not _share(first, other):
        return None
    return corrected(compare(first, other, metric, threshold), tried)


def _apart(entries: tuple[Entry, ...]) -> tuple[Figure, ...]:
    """Each figure that any side has, for models of different questions."""
    keys = dict.fromkeys(score.metric for entry in entries for score in entry.scores)
    nobody: tuple[Any, ...] = tuple(None for _ in entries[1:])
    return tuple(
        Figure(key, tuple(each.score(key) or _unknown(key) for each in entries), nobody)
        for key in keys
    )


def _score(saved: SavedModel, metric: str) -> Score:
    return saved.evaluation[metric] if metric in saved.evaluation else _unknown(metric)


def _unknown(metric: str) -> Score:
    return Score(metric, math.nan, math.nan, math.nan)
