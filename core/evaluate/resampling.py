"""Statistics whose intervals come from drawing the rows again (bootstrap)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from core.evaluate.metric import Range, Statistic
from core.evaluate.units import units_of
from core.intervals import REPLICATES, middle95
from core.predict import Predictions

Floats = NDArray[np.float64]
# From how often each row was drawn (n,) to the value on those rows.
Weighted = Callable[[Floats], float]
# Does once what does not depend on the draw: (predictions, threshold) -> Weighted.
Prepare = Callable[[Predictions, float], Weighted]
# From means (..., columns) over rows to the value (...).
Formula = Callable[[Floats], Floats]


def draws(rows: int, seed: int) -> Iterator[Floats]:
    """How often each of n rows is drawn, n draws with replacement, 300 times: (n,) each.

    The same rows and seed give the same draws, so two models' differences are paired.
    """
    chance = np.random.default_rng(seed)
    for _ in range(REPLICATES):
        drawn = chance.integers(rows, size=rows, dtype=np.int32)
        yield np.bincount(drawn, minlength=rows).astype(np.float64)


def drawn_interval(weighted: Weighted, predictions: Predictions, seed: int) -> Range:
    """The middle 95 % of the values on 300 draws of the rows of ``predictions``.

    Rows that stand together are drawn together: whole units, as they are, by one draw of units
    (Davison & Hinkley 1997, "Bootstrap Methods and their Application", 3.8). Where draws of single
    rows spread wider, that is told: a unit with most of the rows is in nearly every draw of units,
    which says nothing of how far units differ.
    """
    units = units_of(predictions)
    alone = _spread(weighted(drawn) for drawn in draws(len(predictions.rows), seed))
    if units is None:
        return alone
    apart = _spread(weighted(drawn[units]) for drawn in draws(int(units.max()) + 1, seed))
    return max(apart, alone, key=lambda ends: ends[1] - ends[0])


def _spread(values: Iterator[float]) -> Range:
    return middle95(np.fromiter(values, np.float64))


def resampled(prepare: Prepare) -> Statistic:
    """A statistic with percentile bootstrap intervals, alone and for paired differences."""

    def value(predictions: Predictions, threshold: float) -> float:
        return float(prepare(predictions, threshold)(np.ones(len(predictions.rows))))

    def interval(predictions: Predictions, threshold: float, seed: int) -> Range:
        return drawn_interval(prepare(predictions, threshold), predictions, seed)

    def difference(first: Predictions, second: Predictions, threshold: float, seed: int) -> Range:
        one, other = prepare(first, threshold), prepare(second, threshold)
        return drawn_interval(lambda w: one(w) - other(w), first, seed)

    return Statistic(value, interval, difference)


def averaged(columns: Callable[[Predictions], Floats], formula: Formula) -> Statistic:
    """A statistic that is a formula of means over rows of ``columns(predictions)`` (n, c)."""

    def prepare(predictions: Predictions, threshold: float) -> Weighted:
        table = columns(predictions)
        return lambda weights: float(formula(weights @ table / weights.sum()))

    return resampled(prepare)
