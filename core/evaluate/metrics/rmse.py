"""Root mean squared error: how far off, with large errors weighing more, in the target's unit."""

from __future__ import annotations

import numpy as np

from core.evaluate.metric import Better, Metric
from core.evaluate.resampling import Floats, averaged
from core.evaluate.truth import truth_of
from core.models.family import Task
from core.predict import Predictions


def squares(predictions: Predictions) -> Floats:
    """Squared errors (n, 1); the interval is a percentile bootstrap over rows."""
    return ((truth_of(predictions) - predictions.scores) ** 2)[:, None]


METRIC = Metric(
    key="rmse",
    order=30,
    tasks=frozenset({Task.REGRESSION}),
    better=Better.LOWER,
    statistic=averaged(squares, lambda means: np.sqrt(means[..., 0])),
    in_units=True,
)
