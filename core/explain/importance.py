"""How strongly each column moves the prediction, over all explained rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.evaluate.units import Units, error_of_mean, numbered, reach, sums_of
from core.explain.explanation import Explanation
from core.explain.values import ordered

Floats = NDArray[np.float64]
ROWS_FOR_DIRECTION = 10
DRAWS = 1000
FEWEST, MOST = 20, 2000  # customers: below, draws are too alike; above, a mean is normal anyway
TAILS = (0.025, 0.975)


@dataclass(frozen=True)
class Importance:
    """The mean size of one column's effects, on the explanation's scale.

    ``error`` is its standard error and ``low`` to ``high`` its 95 % interval (nan for one row), of
    the customers' spread and the estimates' own errors. ``share`` is its part of all columns'
    sizes. ``direction`` is the rank correlation of value and effect in -1..1: nan where values
    have no order, do not vary, or are too few.
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
    sizes = np.abs(explanation.effects)
    means = sizes.mean(axis=0) if len(sizes) else np.full(sizes.shape[1], math.nan)
    own, units = own_errors(explanation.errors), numbered(explanation.groups)
    lows, highs = mean_intervals(sizes, own, units)
    errors = _standard_errors(sizes, own, units)
    total = float(np.nan_to_num(means).sum())
    found = [
        Importance(
            column=column,
            mean=float(means[i]),
            error=float(errors[i]),
            low=max(float(lows[i]), 0.0) if math.isfinite(lows[i]) else math.nan,
            high=float(highs[i]),
            share=float(means[i]) / total if total > 0 else 0.0,
            direction=_direction(explanation.inputs[column], explanation.effects[:, i]),
        )
        for i, column in enumerate(explanation.columns)
    ]
    return tuple(sorted(found, key=lambda one: (-one.mean, one.column)))


def mean_intervals(
    amounts: Floats, own: Floats, units: Units | None = None
) -> tuple[Floats, Floats]:
    """Ends of the 95 % intervals of the means over rows of ``amounts`` (rows, k): (k,) each.

    A percentile bootstrap (Efron 1979) over the rows, or where they stand together over their
    ``units`` (rows,), with ``own`` (k,), the standard errors of the means' estimates, drawn on top;
    the normal interval (of few units, Student's) below 20 customers and above 2,000. nan below two
    rows.
    """
    sums, sizes = sums_of(amounts, units)
    many = len(sums)
    if not FEWEST <= many <= MOST:
        means = amounts.mean(axis=0) if many else np.full(amounts.shape[1], math.nan)
        wide = reach(units) * _standard_errors(amounts, own, units)
        return means - wide, means + wide
    drawn = _draws(many) @ sums / (_draws(many) @ sizes)[:, None]
    if own.any():
        drawn = drawn + np.random.default_rng(many).normal(size=drawn.shape) * own
    low, high = np.quantile(drawn, TAILS, axis=0)
    return low, high


def own_errors(errors: Floats) -> Floats:
    """What the estimates' standard errors (rows, k) leave unsure of their means over rows: (k,).

    Rows are estimated from the same draws and err together: the errors' mean is the widest case.
    """
    return np.asarray(errors.mean(axis=0)) if len(errors) else np.zeros(errors.shape[1])


@lru_cache(maxsize=2)
def _draws(many: int) -> Floats:
    """How much each of so many counts in each draw with replacement: (draws, many), lines sum to
    1."""
    chosen = np.random.default_rng(many).integers(0, many, (DRAWS, many))
    flat = (chosen + many * np.arange(DRAWS)[:, None]).ravel()
    counts = np.bincount(flat, minlength=DRAWS * many).reshape(DRAWS, many)
    return np.asarray(counts / many, np.float64)


def _standard_errors(amounts: Floats, own: Floats, units: Units | None) -> Floats:
    if len(amounts) < 2:
        return np.full(amounts.shape[1], math.nan)
    return np.hypot([error_of_mean(each, units) for each in amounts.T], own)


def mean_reach(amounts: Floats, errors: Floats, units: Units | None) -> float:
    """How far the 95 % interval of a mean over rows (n,) reaches on each side, with the estimates'
    own errors (n,); nan below two rows.

    The spread over rows already holds part of the estimate's error, so this is a little wide.
    """
    if len(amounts) < 2:
        return math.nan
    own = math.sqrt(float(np.mean(errors**2)) / len(amounts))
    return reach(units) * math.hypot(error_of_mean(amounts, units), own)


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
