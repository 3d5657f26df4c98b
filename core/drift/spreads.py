"""What the model predicts: of held-out customers then, and of the new ones now."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.drift.comparison import Mean, Spread
from core.drift.numbers import apart, counted, parts_of
from core.drift.shares import by_chance, stability
from core.drift.spans import bars
from core.evaluate.units import Units, mean_interval, units_of
from core.models.family import Floats, Task
from core.predict import Predictions

TENTH = 0.1
OUTCOMES_AT_MOST = 10


def spreads(then: Predictions, now: Predictions, threshold: float) -> tuple[Spread, ...]:
    """One for the outcome of interest or the values; for several classes one a class, the most
    frequently predicted first. Neither may be without rows. Imports scipy.stats."""
    units = units_of(then), units_of(now)
    if then.task is Task.BINARY:
        return (spread(then.outcome, (then.scores, now.scores), units, threshold),)
    if then.task is Task.REGRESSION:
        return (replace(spread("", (then.scores, now.scores), units), target=then.target),)
    order = np.argsort(-then.scores.mean(axis=0), kind="stable")[:OUTCOMES_AT_MOST]
    return tuple(
        spread(then.classes[k], (then.scores[:, k], now.scores[:, k]), units) for k in order
    )


def spread(
    of: str,
    scores: tuple[Floats, Floats],
    units: tuple[Units | None, Units | None] = (None, None),
    threshold: float | None = None,
) -> Spread:
    """Two samples of predictions (n,) and (m,), and which of them are of one unit."""
    then, now = scores
    borders = parts_of(then)
    sides = counted(then, borders), counted(now, borders)
    cut = cut_at(then), cut_at(now)
    above = None
    if threshold is not None:
        above = float((then >= threshold).mean()), float((now >= threshold).mean())
    test = apart(then, now)
    return Spread(
        of=of,
        means=(mean(then, units[0]), mean(now, units[1])),
        threshold=threshold,
        above=above,
        cut=cut,
        over=float((now >= cut[0]).mean()),
        index=stability(*sides),
        by_chance=by_chance(*sides),
        statistic=test.statistic,
        p=test.p,
        bars=bars(then, now),
    )


def cut_at(scores: Floats) -> float:
    """The score of the last of the best tenth: whoever contacts that tenth stops there."""
    many = max(1, round(TENTH * len(scores)))
    return float(np.partition(scores, len(scores) - many)[len(scores) - many])


def mean(values: Floats, units: Units | None) -> Mean:
    """The mean with its 95 % interval, which one value alone has not."""
    value = float(values.mean())
    return Mean(value, *(mean_interval(values, units) if len(values) > 1 else (value, value)))
