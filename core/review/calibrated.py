"""Whether chances mean what they say: of customers given 30 %, do 30 % act?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.evaluate.curves.calibration import calibration
from core.evaluate.truth import one_vs_rest, truth_of
from core.evaluate.units import Units, share_interval, units_of
from core.models.family import Task
from core.predict import Predictions

SURE = 0.05


@dataclass(frozen=True)
class Calibrated:
    """``predicted`` the mean chance, ``happened`` the share with Wilson's interval, ``error`` the
    expected calibration error; ``p`` of Spiegelhalter's (1986, Statistics in Medicine 5) test that
    chances are right, None where they do not vary. ``rows`` were judged."""

    predicted: float
    happened: float
    low: float
    high: float
    error: float
    p: float | None
    rows: int

    @property
    def is_off(self) -> bool:
        """Whether the chances are wrong beyond chance."""
        return self.p is not None and self.p < SURE


def calibrated(found: Predictions, number: int | None = None) -> Calibrated:
    """How far the chances of the outcome, or of class ``number``, are what they say."""
    of = found if found.task is Task.BINARY else one_vs_rest(found, number or 0)
    truth = (truth_of(of) == 1).astype(np.float64)
    low, high = share_interval(truth == 1, np.ones(len(truth), bool), units_of(of))
    return Calibrated(
        predicted=float(of.scores.mean()),
        happened=float(truth.mean()),
        low=low,
        high=high,
        error=calibration(of).error,
        p=spiegelhalter(of.scores, truth, units_of(of)),
        rows=len(truth),
    )


def spiegelhalter(
    chances: np.ndarray, truth: np.ndarray, units: Units | None = None
) -> float | None:
    """The two-sided p-value of the test; None where its statistic has no spread.

    Where rows stand together, the spread of its sums over ``units`` (n,) takes the place of what
    rows that stand for themselves would have, and Student's t that of the normal distribution.
    """
    parts = (truth - chances) * (1 - 2 * chances)
    if units is not None:
        from scipy.special import stdtr  # scipy takes its time to import

        sums = np.bincount(units, weights=parts)
        spread = math.sqrt(float((sums**2).sum()))
        return (
            float(2 * stdtr(max(len(sums) - 1, 1), -abs(sums.sum()) / spread)) if spread else None
        )
    below = float(((1 - 2 * chances) ** 2 * chances * (1 - chances)).sum())
    return (
        math.erfc(abs(float(parts.sum())) / math.sqrt(below) / math.sqrt(2)) if below > 0 else None
    )
