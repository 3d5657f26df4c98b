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


def drawn_again(predictions: Predictions, seed: int) -> Iterator[Floats]:
    """The same of the rows of predictions (n,); those that stand together are drawn together.

    Davison & Hinkley (1997), "Bootstrap Methods and their Application", 3.8: whole units, as they
    are, by one draw of units.
    """
    units = units_of(predictions)
    if units is None:
        yield from draws(len(predictions.rows), seed)
    else:
        yield from (drawn[units] for drawn in draws(int(units.max()) + 1, seed))


def replicates(weighted: Weighted, predictions: Predictions, seed: int) -> Floats:
    """The value on each of the 300 draws: (300,)."""
    return np.array([weighted(drawn) for drawn in drawn_again(predictions, seed)])


def resampled(prepare: Prepare) -> Statistic:
    """A statistic with percentile bootstrap intervals, alone and for paired differences."""

    def value(predictions: Predictions, threshold: float) -> float:
        return float(prepare(predictions, threshold)(np.ones(len(predictions.rows))))

    def interval(predictions: Predictions, threshold: float, seed: int) -> Range:
        weighted = prepare(predictions, threshold)
        return middle95(replicates(weighted, predictions, seed))

    def difference(first: Predictions, second: Predictions, threshold: float, seed: int) -> Range:
        one, other = prepare(first, threshold), prepare(second, threshold)
        return middle95(replicates(lambda w: one(w) - other(w), first, seed))

    return Statistic(value, interval, difference)


def averaged(columns: Callable[[Predictions], Floats], formula: Formula) -> Statistic:
    """A statistic that is a formula of means over rows of ``columns(predictions)`` (n, c)."""

    def prepare(predictions: Predictions, threshold: float) -> Weighted:
        table = columns(predictions)
        return lambda weights: float(formula(weights @ table / weights.sum()))

    return resampled(prepare)
