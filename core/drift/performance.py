"""Where the new table has outcomes: how good the model was then, and how good it is now."""

from __future__ import annotations

import math

import numpy as np

from core.drift.comparison import Change, Group, Level, Performance
from core.drift.spreads import mean
from core.evaluate.curves.calibration import calibration
from core.evaluate.evaluating import evaluate
from core.evaluate.evaluation import Evaluation, Score
from core.evaluate.truth import one_vs_rest, truth_of
from core.evaluate.units import units_of
from core.intervals import gap
from core.models.family import Task
from core.predict import Predictions


def performance(then: Evaluation, now: Predictions, without_copies: int = 0) -> Performance:
    """Every metric then and now, whether the change is more than chance, and calibration.

    ``now`` has its truth; ``without_copies`` tells how many rows were left out of it because the
    model learned from them. For several classes calibration is that of the most frequent one.
    """
    found = evaluate(now, then.threshold)
    changes = tuple(changed(score, found[score.metric]) for score in then.scores)
    before, after = then.predictions, found.predictions
    rows = len(before.rows), len(after.rows)
    if before.task is Task.REGRESSION:
        levels = _level(before), _level(after)
        return Performance(rows, without_copies, changes, "", levels, ((), ()))
    if before.task is Task.MULTICLASS:
        number = int(np.bincount(truth_of(before)).argmax())
        before, after = one_vs_rest(before, number), one_vs_rest(after, number)
    of, levels = before.classes[1], (_level(before), _level(after))
    return Performance(rows, without_copies, changes, of, levels, (_groups(before), _groups(after)))


def changed(then: Score, now: Score) -> Change:
    """Now minus then with a 95 % interval of two samples that share no customer."""
    sides = [(s.value, s.low, s.high) for s in (then, now)]
    first, second, change = (tuple(map(_known, each)) for each in (*sides, gap(*sides[::-1])))
    return Change(then.metric, first, second, change)  # type: ignore[arg-type]


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _level(predictions: Predictions) -> Level:
    truth = truth_of(predictions).astype(float)
    off = mean(truth - predictions.scores, units_of(predictions))
    return Level(float(predictions.scores.mean()), float(truth.mean()), off)


def _groups(predictions: Predictions) -> tuple[Group, ...]:
    found = calibration(predictions)
    columns = (found.predicted, found.actual, found.low, found.high, found.count)
    return tuple(Group(*each) for each in zip(*(c.tolist() for c in columns), strict=True))
