"""How well each class is told from the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluate.confusion import confusion
from core.evaluate.counted import class_f1, class_precision, class_recall
from core.evaluate.delong import area, area_interval
from core.evaluate.truth import truth_of
from core.evaluate.units import units_of
from core.models.family import Task
from core.predict import Predictions


@dataclass(frozen=True)
class ClassScores:
    """One class: rows that are it, rows predicted to be, and its figures (nan where undefined).

    ``roc_auc`` is one-vs-rest with DeLong's 95 % interval ``low`` to ``high``.
    """

    name: str
    count: int
    predicted: int
    precision: float
    recall: float
    f1: float
    roc_auc: float
    low: float
    high: float


def class_scores(predictions: Predictions, threshold: float = 0.5) -> tuple[ClassScores, ...]:
    """The figures of every class, in the order of ``predictions.classes``."""
    counts = confusion(predictions, threshold).counts.astype(np.float64)
    return tuple(_scores(predictions, counts, k) for k in range(len(predictions.classes)))


def _scores(predictions: Predictions, counts: NDArray[np.float64], number: int) -> ClassScores:
    chances = predictions.scores
    if predictions.task is Task.BINARY:
        chance = chances if number == 1 else -chances
    else:
        chance = chances[:, number]
    ranked = area(chance, truth_of(predictions) == number, units_of(predictions))
    low, high = area_interval(ranked)
    return ClassScores(
        name=predictions.classes[number],
        count=int(counts[number].sum()),
        predicted=int(counts[:, number].sum()),
        precision=float(class_precision(counts)[number]),
        recall=float(class_recall(counts)[number]),
        f1=float(class_f1(counts)[number]),
        roc_auc=ranked.value,
        low=low,
        high=high,
    )
