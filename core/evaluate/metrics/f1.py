"""F1: the harmonic mean of precision and recall."""

from __future__ import annotations

from core.evaluate.counted import Floats, class_f1, counted
from core.evaluate.metric import Better, Metric
from core.models.family import Task


def f1(counts: Floats) -> Floats:
    """F1 of the outcome of interest; its interval is a bootstrap over the four counts."""
    return class_f1(counts)[..., 1]


METRIC = Metric(
    key="f1",
    order=60,
    tasks=frozenset({Task.BINARY}),
    better=Better.HIGHER,
    statistic=counted(f1),
    needs_threshold=True,
    undefined="nothing_either",
)
