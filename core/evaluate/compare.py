"""Is one model better than another on the same held-out rows?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.errors import NotComparable
from core.evaluate.metric import Better, chosen_metric
from core.evaluate.truth import known
from core.predict import Predictions


@dataclass(frozen=True)
class Difference:
    """``first - second`` in a metric with its paired 95 % interval, over ``rows`` shared rows.

    ``better`` is 1 or 2 for the model that is better beyond chance, 0 where that is open.
    """

    metric: str
    first: float
    second: float
    difference: float
    low: float
    high: float
    rows: int
    better: int


def compare(
    first: Predictions,
    second: Predictions,
    metric: str = "",
    threshold: float = 0.5,
    seed: int = 0,
) -> Difference:
    """The paired difference of two models in ``metric`` (empty: the task's headline).

    DeLong et al. (1988) for areas under the ROC curve, a paired percentile bootstrap for all else.
    Only rows that both models held out count. Raises NotComparable where there are none or the
    models predict different things.
    """
    one, other = _paired(known(first), known(second))
    chosen = chosen_metric(one.task, metric)
    ours = chosen.statistic.value(one, threshold)
    theirs = chosen.statistic.value(other, threshold)
    low, high = chosen.statistic.difference(one, other, threshold, seed)
    better = verdict(chosen.better, low, high)
    return Difference(chosen.key, ours, theirs, ours - theirs, low, high, len(one.rows), better)


def verdict(better: Better, low: float, high: float) -> int:
    """1 or 2 for the one that is better where a difference is from ``low`` to ``high``, 0 where
    that is open."""
    least, most = sorted((better.sign * low, better.sign * high))
    return 1 if least > 0 else 2 if most < 0 else 0


def _paired(first: Predictions, second: Predictions) -> tuple[Predictions, Predictions]:
    _, in_first, in_second = np.intersect1d(
        first.rows, second.rows, assume_unique=True, return_indices=True
    )
    same = (first.target, first.task, first.classes) == (second.target, second.task, second.classes)
    if not same or not len(in_first):
        raise NotComparable(first=first.target, second=second.target, rows=len(in_first))
    one, other = first.only(in_first), second.only(in_second)
    groups = other.groups if one.groups is None else one.groups
    return replace(one, groups=groups), replace(other, groups=groups)
