"""Average precision: the area under the precision-recall curve, by steps."""

from __future__ import annotations

import numpy as np

from core.evaluate.metric import Better, Metric
from core.evaluate.resampling import Floats, Weighted, resampled
from core.evaluate.truth import truth_of
from core.models.family import Task
from core.predict import Predictions


def average_precision(predictions: Predictions, threshold: float) -> Weighted:
    """Average precision as a function of row weights; nan without a positive row.

    The sum over thresholds of precision times the gain in recall, as scikit-learn defines it; its
    interval is a percentile bootstrap over rows.
    """
    order = np.argsort(-predictions.scores, kind="stable")
    ordered = predictions.scores[order]
    ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    hit = truth_of(predictions)[order] == 1

    def weighted(weights: Floats) -> float:
        drawn = weights[order]
        rows = drawn.cumsum()[ends]
        hits = (drawn * hit).cumsum()[ends]
        if not hits[-1]:
            return np.nan
        precision = hits / np.maximum(rows, 1e-300)  # no rows yet: no hits either
        return float(np.diff(hits, prepend=0.0) @ precision / hits[-1])

    return weighted


METRIC = Metric(
    key="average_precision",
    order=20,
    tasks=frozenset({Task.BINARY}),
    better=Better.HIGHER,
    statistic=resampled(average_precision),
    undefined="no_positives",
)
