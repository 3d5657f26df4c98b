"""Macro precision: the mean over classes of how often a class named is right."""

from __future__ import annotations

from core.evaluate.counted import Floats, class_precision, counted, mean_defined
from core.evaluate.metric import Better, Metric
from core.models.family import Task


def macro_precision(counts: Floats) -> Floats:
    """Every class counts the same; the interval is a bootstrap over the confusion matrix.

    Classes that are never predicted have no precision and are left out.
    """
    return mean_defined(class_precision(counts))


METRIC = Metric(
    key="macro_precision",
    order=40,
    tasks=frozenset({Task.MULTICLASS}),
    better=Better.HIGHER,
    statistic=counted(macro_precision),
)
