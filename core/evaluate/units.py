"""Rows that stand together, as a customer's purchases do, are one unit: intervals count units.

They are alike, so that many rows of few customers tell less than as many customers. An interval
that counts them all is too narrow, the more the longer the groups and the more they are alike
(design effect; Kish 1965, "Survey Sampling", 5.4).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.intervals import LEVEL, quantile, wilson
from core.predict import Predictions

Floats = NDArray[np.float64]
Units = NDArray[np.int64]
Range = tuple[float, float]


def units_of(predictions: Predictions) -> Units | None:
    """The unit of each row (n,), numbered from 0 in the order in which they come; None where each
    row is one of its own."""
    return numbered(predictions.groups)


def numbered(groups: Units | None) -> Units | None:
    """As ``units_of``, of rows whose ``groups`` (n,) are given."""
    if groups is None:
        return None
    numbers, names = pd.factorize(groups)
    return None if len(names) == len(numbers) else numbers.astype(np.int64)


def count_of(predictions: Predictions) -> int:
    """How many units there are."""
    units = units_of(predictions)
    return len(predictions.rows) if units is None else int(units.max(initial=-1)) + 1


def reach(units: Units | None, comparisons: int = 1) -> float:
    """How many standard errors a 95 % interval is wide on each side, for so many comparisons.

    Where rows stand together by Student's t, of a degree of freedom less than there are units:
    their spread is known by so few.
    """
    if units is None:
        return quantile(comparisons)
    from scipy.special import stdtrit  # scipy takes its time to import

    freedom = max(len(np.unique(units)) - 1, 1)
    return float(stdtrit(freedom, 1 - LEVEL / 2 / comparisons))


def sums_of(values: Floats, units: Units | None) -> tuple[Floats, Floats]:
    """The sums of ``values`` (n, k) over each unit that has rows, (units, k), and how many (units,)
    it has."""
    if units is None:
        return values, np.ones(len(values))
    order = np.argsort(units, kind="stable")
    _, starts, counts = np.unique(units[order], return_index=True, return_counts=True)
    return np.add.reduceat(values[order], starts), counts.astype(np.float64)


def error_of_mean(values: Floats, units: Units | None) -> float:
    """The standard error of the mean of ``values`` (n,), at least two; one unit is one answer.

    It is taken to be no less than that of rows on their own: where one unit has most rows, their
    sum says nothing of how far units differ.
    """
    rest, many = values - values.mean(), len(values)
    alone = float(values.std(ddof=1)) / np.sqrt(many)
    if units is None:
        return float(alone)
    sums = np.bincount(units, weights=rest)[np.unique(units)]
    if len(sums) < 2:
        return float(values.std(ddof=1))
    apart = np.sqrt((sums**2).sum() * len(sums) / (len(sums) - 1)) / many
    return float(max(apart, alone))


def mean_interval(values: Floats, units: Units | None) -> Range:
    """The 95 % interval of the mean of ``values`` (n,), at least two."""
    value, half = float(values.mean()), reach(units) * error_of_mean(values, units)
    return value - half, value + half


def units_at(units: Units | None, rows: NDArray[Any]) -> Units | None:
    """The units of some rows, by their places or by whether each is wanted (n,)."""
    return None if units is None else units[rows]


def effective(
    hits: NDArray[np.bool_], trials: NDArray[np.bool_], units: Units | None
) -> tuple[float, float]:
    """How many of the ``trials`` (n,) are ``hits`` (n,), and how many trials there are, as if each
    row stood for itself: where rows stand together both are divided by the design effect.

    Rao & Scott (1992), "A simple method for the analysis of clustered binary data". It is taken to
    be no less than 1; where all rows answer alike nothing is known of it, and a unit is one answer.
    """
    found = hits & trials
    many, asked = float(found.sum()), float(trials.sum())
    if units is None or not asked:
        return many, asked
    sizes = np.bincount(units[trials])
    each = np.bincount(units[found], minlength=len(sizes))
    share, count = many / asked, int((sizes > 0).sum())
    if 0 < share < 1 and count > 1:
        spread = float(((each - share * sizes) ** 2).sum()) * count / (count - 1) / asked
        effect = max(1.0, spread / (share * (1 - share)))
    else:
        effect = float((sizes**2).sum()) / asked
    return many / effect, asked / effect


def share_interval(
    hits: NDArray[np.bool_], trials: NDArray[np.bool_], units: Units | None
) -> Range:
    """Wilson's 95 % interval of the share of ``hits`` (n,) among the ``trials`` (n,), of as many
    as ``effective`` says; nan without trials."""
    low, high = wilson(*effective(hits, trials, units), reach(units))
    return float(low), float(high)
