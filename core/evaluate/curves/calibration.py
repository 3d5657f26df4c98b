"""Calibration: of the customers given a chance of 30 %, do 30 % act?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluate.truth import truth_of
from core.evaluate.units import share_interval, units_of
from core.predict import Predictions

Floats = NDArray[np.float64]
BINS = 10


@dataclass(frozen=True)
class Calibration:
    """Groups (b,) of customers by chance, about equally large, lowest first.

    ``predicted`` is the mean chance, ``actual`` the share of positives with Wilson's interval
    ``low`` to ``high``, ``count`` the rows. ``error`` is the expected calibration error: the mean
    of |actual - predicted| over rows (Naeini et al. 2015, with quantile bins).
    """

    predicted: Floats
    actual: Floats
    low: Floats
    high: Floats
    count: NDArray[np.int64]
    error: float


def quantile_bins(values: Floats, bins: int) -> NDArray[np.int64]:
    """The bin 0.. of each value (n,); equal values share a bin and no bin is empty."""
    edges = np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)[1:-1]))
    placed = np.searchsorted(edges, values, side="left")
    return np.unique(placed, return_inverse=True)[1]


def calibration(predictions: Predictions, bins: int = BINS) -> Calibration:
    """Calibration of binary predictions over at most ``bins`` quantile bins.

    For one class of several: ``calibration(one_vs_rest(predictions, class_number))``.
    """
    place = quantile_bins(predictions.scores, bins)
    count = np.bincount(place)
    happened, units = truth_of(predictions) == 1, units_of(predictions)
    hits = np.bincount(place, weights=happened)
    predicted = np.bincount(place, weights=predictions.scores) / count
    ends = [share_interval(happened, place == b, units) for b in range(len(count))]
    low, high = np.array(ends).T
    error = float(np.abs(hits / count - predicted) @ count / count.sum())
    return Calibration(predicted, hits / count, low, high, count, error)
