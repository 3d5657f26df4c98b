"""Predicted against actual values, and what is left over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluate.curves.calibration import quantile_bins
from core.evaluate.truth import truth_of
from core.predict import Predictions

Floats = NDArray[np.float64]
ROWS_SHOWN = 2000
BINS = 10


@dataclass(frozen=True)
class Residuals:
    """A sample of rows, and a summary over all of them.

    ``rows``, ``predicted``, ``actual`` and ``residual`` (actual - predicted) are (s,): all ``of``
    rows, or 2,000 of them at random. ``bins`` summarises all rows by predicted value.
    ``spread`` holds the 5th and 95th percentile of all residuals, ``mean`` their mean.
    """

    rows: NDArray[np.int64]
    predicted: Floats
    actual: Floats
    of: int
    bins: tuple[ResidualBin, ...]
    mean: float
    spread: tuple[float, float]

    @property
    def residual(self) -> Floats:
        return self.actual - self.predicted


@dataclass(frozen=True)
class ResidualBin:
    """Rows of about the same predicted value: their mean prediction, and the mean and the 10th and
    90th percentile of actual - predicted."""

    predicted: float
    mean: float
    low: float
    high: float
    count: int


def residuals(predictions: Predictions, seed: int = 0) -> Residuals:
    """The residuals of regression predictions."""
    actual = np.asarray(truth_of(predictions), float)
    left = actual - predictions.scores
    total = len(actual)
    shown = np.arange(total)
    if total > ROWS_SHOWN:
        chance = np.random.default_rng(seed)
        shown = np.sort(chance.choice(total, size=ROWS_SHOWN, replace=False))
    low, high = np.percentile(left, [5, 95])
    return Residuals(
        predictions.rows[shown],
        predictions.scores[shown],
        actual[shown],
        total,
        _binned(predictions.scores, left),
        float(left.mean()),
        (float(low), float(high)),
    )


def _binned(predicted: Floats, left: Floats) -> tuple[ResidualBin, ...]:
    place = quantile_bins(predicted, BINS)
    return tuple(
        _summary(predicted[place == number], left[place == number])
        for number in range(place.max() + 1)
    )


def _summary(predicted: Floats, left: Floats) -> ResidualBin:
    low, high = np.percentile(left, [10, 90])
    return ResidualBin(
        float(predicted.mean()), float(left.mean()), float(low), float(high), len(left)
    )
