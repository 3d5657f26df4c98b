"""Macro recall: the mean over classes of how much of a class is found."""

from __future__ import annotations

from core.evaluate.counted import Floats, class_recall, counted, mean_defined
from core.evaluate.metric import Better, Metric
from core.models.family import Task


def macro_recall(counts: Floats) -> Floats:
    """Every class counts the same; the interval is a bootstrap over the confusion matrix.

    Classes that do not occur have no recall and are left out.
    """
    return mean_defined(class_recall(counts))


METRIC = Metric(
    key="macro_recall",
    order=50,
    tasks=frozenset({Task.MULTICLASS}),
    better=Better.HIGHER,
    statistic=counted(macro_recall),
)
