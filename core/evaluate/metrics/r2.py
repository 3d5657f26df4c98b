"""R squared: the share of the target's variance that the predictions account for."""

from __future__ import annotations

import numpy as np

from core.evaluate.metric import Better, Metric
from core.evaluate.resampling import Floats, averaged
from core.evaluate.truth import truth_of
from core.intervals import ratio
from core.models.family import Task
from core.predict import Predictions


def moments(predictions: Predictions) -> Floats:
    """Squared errors, the target and its square (n, 3); the interval is a percentile bootstrap."""
    truth = truth_of(predictions)
    moved = truth - np.median(truth)  # exactly 0 for a constant target, and keeps the digits
    return np.column_stack([(truth - predictions.scores) ** 2, moved, moved**2])


def explained(means: Floats) -> Floats:
    """1 - mean squared error / variance; nan for a constant target."""
    return 1 - ratio(means[..., 0], means[..., 2] - means[..., 1] ** 2)


METRIC = Metric(
    key="r2",
    order=10,
    tasks=frozenset({Task.REGRESSION}),
    better=Better.HIGHER,
    statistic=averaged(moments, explained),
    headline=frozenset({Task.REGRESSION}),
    undefined="constant",
)
