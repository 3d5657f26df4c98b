"""Log loss: how surprised the chances are by what happened (natural logarithm)."""

from __future__ import annotations

import numpy as np

from core.evaluate.metric import Better, Metric
from core.evaluate.resampling import Floats, averaged
from core.evaluate.truth import truth_of
from core.models.family import Task
from core.predict import Predictions


def surprise(predictions: Predictions) -> Floats:
    """Minus the log of the chance given to what happened, (n, 1); chances cut as scikit-learn does.

    The mean's interval is a percentile bootstrap over rows.
    """
    truth = truth_of(predictions)
    if predictions.task is Task.BINARY:
        chance = np.where(truth == 1, predictions.scores, 1 - predictions.scores)
    else:
        chance = predictions.scores[np.arange(len(truth)), truth]
    least = np.finfo(np.float64).eps
    return -np.log(np.clip(chance, least, 1 - least))[:, None]


METRIC = Metric(
    key="log_loss",
    order=70,
    tasks=frozenset({Task.BINARY, Task.MULTICLASS}),
    better=Better.LOWER,
    statistic=averaged(surprise, lambda means: means[..., 0]),
)
