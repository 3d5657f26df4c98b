"""How strongly each column moves the prediction, over all explained rows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.explain.explanation import Explanation
from core.explain.values import ordered

Floats = NDArray[np.float64]
NORMAL_95 = 1.959963984540054
ROWS_FOR_DIRECTION = 10


@dataclass(frozen=True)
class Importance:
    """The mean size of one column's effects, on the explanation's scale.

    ``error`` is its standard error and ``low`` to ``high`` its 95 % interval (nan for one row).
    ``share`` is its part of all columns' sizes. ``direction`` is the rank correlation of value and
    effect in -1..1: nan where values have no order, do not vary, or are too few.
    """

    column: str
    mean: float
    error: float
    low: float
    high: float
    share: float
    direction: float


def importance(explanation: Explanation) -> tuple[Importance, ...]:
    """The columns, strongest first: mean |effect| over rows (Lundberg and Lee 2017)."""
    total = float(np.abs(explanation.effects).mean(axis=0).sum()) if len(explanation.rows) else 0.0
    found = [_one(explanation, place, total) for place in range(len(explanation.columns))]
    return tuple(sorted(found, key=lambda one: (-one.mean, one.column)))


def mean_error(amounts: Floats, errors: Floats) -> float:
    """Standard error of a mean over rows, with the estimate's own errors; nan below two rows.

    The spread over rows already holds part of the estimate's error, so this is a little wide.
    """
    n = len(amounts)
    if n < 2:
        return math.nan
    return math.sqrt((float(np.var(amounts, ddof=1)) + float(np.mean(errors**2))) / n)


def _one(explanation: Explanation, place: int, total: float) -> Importance:
    effects, errors = explanation.effects[:, place], explanation.errors[:, place]
    sizes = np.abs(effects)
    mean = float(sizes.mean()) if len(sizes) else math.nan
    error = mean_error(sizes, errors)
    column = explanation.columns[place]
    return Importance(
        column=column,
        mean=mean,
        error=error,
        low=max(mean - NORMAL_95 * error, 0.0) if math.isfinite(error) else math.nan,
        high=mean + NORMAL_95 * error,
        share=mean / total if total > 0 else 0.0,
        direction=_direction(explanation.inputs[column], effects),
    )


def _direction(values: pd.Series, effects: Floats) -> float:
    numbers = ordered(values)
    if numbers is None:
        return math.nan
    known = np.isfinite(numbers)
    if known.sum() < ROWS_FOR_DIRECTION or np.ptp(numbers[known]) == 0:
        return math.nan
    if np.ptp(effects[known]) == 0:
        return math.nan
    ranks = [pd.Series(a[known]).rank().to_numpy() for a in (numbers, effects)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])
