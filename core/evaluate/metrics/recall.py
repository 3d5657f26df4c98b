"""Recall: of the rows that are positive, the share predicted so."""

from __future__ import annotations

from core.evaluate.counted import Floats, proportion
from core.evaluate.metric import Better, Metric
from core.models.family import Task


def found(counts: Floats) -> tuple[Floats, Floats]:
    """True positives and positives; the interval of their share is Wilson's (1927)."""
    return counts[..., 1, 1], counts[..., 1, :].sum(axis=-1)


METRIC = Metric(
    key="recall",
    order=50,
    tasks=frozenset({Task.BINARY}),
    better=Better.HIGHER,
    statistic=proportion(found),
    needs_threshold=True,
    undefined="no_positives",
)
