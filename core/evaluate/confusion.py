"""What was predicted against what was true, counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluate.truth import truth_of
from core.intervals import ratio
from core.models.family import Task
from core.predict import Predictions

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Confusion:
    """Rows by true class (down) and predicted class (across), in the order of ``classes``.

    ``counts`` is (classes, classes). ``threshold`` is 0 for more than two classes, where the most
    likely class is predicted.
    """

    classes: tuple[str, ...]
    counts: Counts
    threshold: float

    @property
    def of_actual(self) -> Floats:
        """Shares of each true class, (classes, classes); nan where a class does not occur."""
        return ratio(self.counts, self.counts.sum(axis=1, keepdims=True))

    @property
    def of_all(self) -> Floats:
        """Shares of all rows, (classes, classes)."""
        return ratio(self.counts, self.counts.sum())


def decided(predictions: Predictions, threshold: float) -> Counts:
    """The predicted class number of each row (n,).

    Binary: 1 where the chance is at least ``threshold``. More classes: the most likely one.
    """
    if predictions.task is Task.BINARY:
        return (predictions.scores >= threshold).astype(np.int64)
    return predictions.scores.argmax(axis=1)


def cells(predictions: Predictions, threshold: float) -> Counts:
    """Each row's cell of the flattened confusion matrix (n,)."""
    truth = truth_of(predictions).astype(np.int64)
    return truth * len(predictions.classes) + decided(predictions, threshold)


def confusion(predictions: Predictions, threshold: float = 0.5) -> Confusion:
    """The confusion matrix of a classifier's predictions."""
    size = len(predictions.classes)
    flat = np.bincount(cells(predictions, threshold), minlength=size * size)
    used = threshold if predictions.task is Task.BINARY else 0.0
    return Confusion(predictions.classes, flat.reshape(size, size), used)
