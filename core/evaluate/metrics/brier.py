"""Brier score: mean squared distance between the chance and what happened (Brier 1950)."""

from __future__ import annotations

from core.evaluate.metric import Better, Metric
from core.evaluate.resampling import Floats, averaged
from core.evaluate.truth import truth_of
from core.models.family import Task
from core.predict import Predictions


def squares(predictions: Predictions) -> Floats:
    """Squared distances (n, 1); the mean's interval is a percentile bootstrap over rows."""
    return ((predictions.scores - truth_of(predictions)) ** 2)[:, None]


METRIC = Metric(
    key="brier",
    order=80,
    tasks=frozenset({Task.BINARY}),
    better=Better.LOWER,
    statistic=averaged(squares, lambda means: means[..., 0]),
)
