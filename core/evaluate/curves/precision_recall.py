"""The precision-recall curve: how right the list is against how much of the outcome it holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluate.curves.steps import steps, thinned
from core.intervals import ratio
from core.predict import Predictions

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PrecisionRecall:
    """Points (m,) with recall never falling, from the highest threshold to the lowest.

    ``base`` is the share of positives: the precision of a random list. ``average_precision`` is of
    the whole curve, before thinning; nan without positives.
    """

    recall: Floats
    precision: Floats
    threshold: Floats
    base: float
    average_precision: float


def precision_recall(predictions: Predictions) -> PrecisionRecall:
    """The curve of binary predictions, at most 400 points (Davis and Goadrich 2006).

    It begins at the highest chance given, not at an invented point of precision 1.
    """
    at = steps(predictions)
    recall = ratio(at.hits, at.positives)[1:]
    precision = ratio(at.hits, at.rows)[1:]
    keep = thinned(recall, precision)
    return PrecisionRecall(
        recall[keep],
        precision[keep],
        at.threshold[1:][keep],
        at.positives / at.total,
        float(np.diff(recall, prepend=0.0) @ precision),
    )


def best_f1_threshold(predictions: Predictions) -> float:
    """The chance from which on saying yes gives the highest F1; 0.5 without positives.

    Of several equal ones the highest.
    """
    at = steps(predictions)
    if not at.positives:
        return 0.5
    f1 = 2 * at.hits / (at.rows + at.positives)
    return float(at.threshold[1:][f1[1:].argmax()])
