"""Accuracy: the share of rows whose class is predicted right."""

from __future__ import annotations

import numpy as np

from core.evaluate.counted import Floats, proportion
from core.evaluate.metric import Better, Metric
from core.models.family import Task


def right(counts: Floats) -> tuple[Floats, Floats]:
    """Rows predicted right and all rows; the interval of their share is Wilson's (1927)."""
    return np.trace(counts, axis1=-2, axis2=-1), counts.sum(axis=(-2, -1))


METRIC = Metric(
    key="accuracy",
    order=30,
    tasks=frozenset({Task.BINARY, Task.MULTICLASS}),
    better=Better.HIGHER,
    statistic=proportion(right),
    needs_threshold=True,
)
