"""Whether chances mean what they say: of customers given 30 %, do 30 % act?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.evaluate.curves.calibration import calibration
from core.evaluate.intervals import wilson
from core.evaluate.truth import one_vs_rest, truth_of
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
    low, high = (float(end) for end in wilson(truth.sum(), len(truth)))
    return Calibrated(
        predicted=float(of.scores.mean()),
        happened=float(truth.mean()),
        low=low,
        high=high,
        error=calibration(of).error,
        p=spiegelhalter(of.scores, truth),
        rows=len(truth),
    )


def spiegelhalter(chances: np.ndarray, truth: np.ndarray) -> float | None:
    """The two-sided p-value of the test; None where its statistic has no spread."""
    above = float(((truth - chances) * (1 - 2 * chances)).sum())
    below = float(((1 - 2 * chances) ** 2 * chances * (1 - chances)).sum())
    return math.erfc(abs(above) / math.sqrt(below) / math.sqrt(2)) if below > 0 else None
