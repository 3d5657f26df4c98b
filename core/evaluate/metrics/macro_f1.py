"""Macro F1: the mean over classes of each class's F1."""

from __future__ import annotations

from core.evaluate.counted import Floats, class_f1, counted, mean_defined
from core.evaluate.metric import Better, Metric
from core.models.family import Task


def macro_f1(counts: Floats) -> Floats:
    """Every class counts the same; the interval is a bootstrap over the confusion matrix.

    Classes that neither occur nor are predicted are left out.
    """
    return mean_defined(class_f1(counts))


METRIC = Metric(
    key="macro_f1",
    order=60,
    tasks=frozenset({Task.MULTICLASS}),
    better=Better.HIGHER,
    statistic=counted(macro_f1),
)
