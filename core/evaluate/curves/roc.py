"""The ROC curve: positives caught against others caught by mistake, at every threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluate.curves.steps import steps, thinned
from core.intervals import ratio
from core.predict import Predictions

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Roc:
    """Points (m,) from (0, 0) to (1, 1), both rates never falling; nan without one of the sides.

    ``area`` is that of the whole curve, before thinning. ``always_better``: at no threshold does
    the whole curve lie under the line of a random order.
    """

    false_positive_rate: Floats
    true_positive_rate: Floats
    threshold: Floats
    area: float
    always_better: bool


def roc(predictions: Predictions) -> Roc:
    """The ROC curve of binary predictions, at most 400 points (Fawcett 2006).

    For one class of several: ``roc(one_vs_rest(predictions, class_number))``.
    """
    at = steps(predictions)
    false = ratio(at.rows - at.hits, at.total - at.positives)
    true = ratio(at.hits, at.positives)
    keep = thinned(false, true)
    return Roc(
        false[keep],
        true[keep],
        at.threshold[keep],
        float(np.trapezoid(true, false)),
        bool((true >= false - 1e-12).all()),
    )
