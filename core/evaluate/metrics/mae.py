"""Mean absolute error: how far a prediction is off on average, in the target's unit."""

from __future__ import annotations

import numpy as np

from core.evaluate.metric import Better, Metric
from core.evaluate.resampling import Floats, averaged
from core.evaluate.truth import truth_of
from core.models.family import Task
from core.predict import Predictions


def misses(predictions: Predictions) -> Floats:
    """Absolute errors (n, 1); the mean's interval is a percentile bootstrap over rows."""
    return np.abs(truth_of(predictions) - predictions.scores)[:, None]


METRIC = Metric(
    key="mae",
    order=20,
    tasks=frozenset({Task.REGRESSION}),
    better=Better.LOWER,
    statistic=averaged(misses, lambda means: means[..., 0]),
    in_units=True,
)
