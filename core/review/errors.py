"""Where the model fails: groups of customers about whom it is wrong more than about others.

A shallow tree finds them on one half of the held-out rows; how wrong the model is about them is
measured on the other half alone, so that a group is not told for having been looked for. Rows that
stand together are in one half.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.privacy.counts import K
from core.evaluate.metrics.log_loss import surprise
from core.evaluate.truth import truth_of
from core.evaluate.units import (
    Units,
    count_of,
    error_of_mean,
    mean_interval,
    reach,
    share_interval,
    units_at,
    units_of,
)
from core.explain.importance import mean_intervals
from core.explore.filters import Filter, kept
from core.explore.rule import leaves
from core.models.family import Task
from core.predict import Predictions
from core.schema import Column

LEAST_SHARE, LEAST = 0.02, 30  # of the rows of a half, in a leaf
SHOWN = 5
FEWEST = 200  # held-out rows, or halves say nothing

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Segment:
    """Customers who meet the ``filters``, ``rows`` of them in the half that was judged on.

    ``error`` is their mean error with its 95 % interval, ``rest`` that of everyone else there;
    ``gap`` the difference of the two with its interval. ``predicted`` and ``happened`` are the mean
    chance (value) and the share (mean) of what happened; for several classes the chance of the
    class that was named, and how often it was right, with its 95 % interval. ``name`` is a saved
    cohort's, or empty.
    """

    filters: tuple[Filter, ...]
    name: str
    rows: int
    error: float
    low: float
    high: float
    rest: float
    gap: float
    gap_low: float
    gap_high: float
    predicted: float
    happened: float
    happened_low: float
    happened_high: float

    @property
    def is_worse(self) -> bool:
        """Whether the model is more wrong about them beyond chance."""
        return self.gap_low > 0


@dataclass(frozen=True)
class Errors:
    """The segments with the largest error first, out of ``looked_at`` that the tree parted.

    Errors are log losses (chances) or absolute ones (values); ``overall`` is the mean over the
    ``rows`` of the half that was judged on.
    """

    task: Task
    overall: float
    rows: int
    looked_at: int
    segments: tuple[Segment, ...]
    cohorts: tuple[Segment, ...]


def errors(
    found: Predictions,
    table: pd.DataFrame,
    columns: tuple[Column, ...],
    cohorts: tuple[tuple[str, tuple[Filter, ...]], ...] = (),
    seed: int = 0,
) -> Errors | None:
    """Where the model is most wrong; ``table`` (n, ...) are the held-out rows in their order.

    Saved ``cohorts`` (name, filters) are judged on all rows: nobody looked for them in the errors.
    None below 200 rows, or 20 groups of rows that stand together.
    """
    if len(found.rows) < FEWEST or count_of(found) < 2 * K:
        return None
    amounts = losses(found)
    grow, judge = _halves(found, seed)
    least = max(LEAST, round(LEAST_SHARE * len(grow)))
    parts = leaves(table.iloc[grow], columns, amounts[grow], least, seed)
    half = _sides(found.only(judge))
    told = [_segment(f, "", table.iloc[judge], half, len(parts)) for f in parts]
    known = sorted((s for s in told if s is not None), key=lambda s: -s.error)
    whole = _sides(found)
    named = [_segment(f, name, table, whole, len(cohorts)) for name, f in cohorts]
    overall = float(amounts[judge].mean())
    return Errors(
        found.task,
        overall,
        len(judge),
        len(parts),
        tuple(known[:SHOWN]),
        tuple(sorted((s for s in named if s is not None), key=lambda s: -s.error)),
    )


def losses(found: Predictions) -> Floats:
    """How wrong the model is about each row (n,): log loss, or the absolute error of a value."""
    if found.task is Task.REGRESSION:
        return np.abs(found.scores - truth_of(found)).astype(np.float64)
    return np.asarray(surprise(found)[:, 0], np.float64)


@dataclass(frozen=True, eq=False)
class _Sides:
    """Of each row (n,): how wrong the model is, what it says, what happened, and its unit."""

    amounts: Floats
    predicted: Floats
    happened: Floats
    units: Units | None
    shares: bool = True  # what happened is yes or no, not an amount

    def mean(self, of: NDArray[np.bool_]) -> tuple[float, float]:
        """How wrong it is about some rows, with the standard error."""
        amounts = self.amounts[of]
        return float(amounts.mean()), error_of_mean(amounts, units_at(self.units, of))

    def customers(self, of: NDArray[np.bool_]) -> int:
        """How many have some of these rows."""
        return int(of.sum()) if self.units is None else len(np.unique(self.units[of]))

    def interval(self, of: NDArray[np.bool_]) -> tuple[float, float]:
        """The 95 % interval of that mean."""
        amounts = self.amounts[of][:, None]
        low, high = mean_intervals(amounts, np.zeros(1), units_at(self.units, of))
        return max(float(low[0]), 0.0), float(high[0])

    def happening(self, of: NDArray[np.bool_]) -> tuple[float, float, float]:
        """What happened among some rows, on average, with its 95 % interval."""
        happened, units = self.happened[of], units_at(self.units, of)
        value = float(happened.mean())
        if self.shares:
            return value, *share_interval(happened > 0, np.ones(len(happened), bool), units)
        return value, *mean_interval(happened, units)


def _sides(found: Predictions) -> _Sides:
    truth, amounts, units = truth_of(found), losses(found), units_of(found)
    if found.task is Task.MULTICLASS:
        right = found.scores.argmax(axis=1) == truth
        return _Sides(amounts, found.scores.max(axis=1), right.astype(np.float64), units)
    shares = found.task is not Task.REGRESSION
    return _Sides(amounts, found.scores, truth.astype(np.float64), units, shares)


def _halves(found: Predictions, seed: int) -> list[NDArray[np.int64]]:
    """The places of the rows to look at and of those to judge by; a unit is in one of them."""
    units = units_of(found)
    if units is None:
        units = np.arange(len(found.rows))
    order = np.random.default_rng([seed, 5]).permutation(int(units.max()) + 1)
    return [np.flatnonzero(np.isin(units, part)) for part in np.array_split(order, 2)]


def _segment(
    filters: tuple[Filter, ...],
    name: str,
    table: pd.DataFrame,
    sides: _Sides,
    comparisons: int,
) -> Segment | None:
    """None for fewer than ten customers on either side."""
    inside = table.index.isin(kept(table, filters).index)
    if min(sides.customers(inside), sides.customers(~inside)) < K:
        return None
    (mine, error), (others, other_error) = sides.mean(inside), sides.mean(~inside)
    gap, (low, high) = mine - others, sides.interval(inside)
    happened, *between = sides.happening(inside)
    wide = reach(sides.units, comparisons) * math.hypot(error, other_error)
    return Segment(
        filters=filters,
        name=name,
        rows=int(inside.sum()),
        error=mine,
        low=low,
        high=high,
        rest=others,
        gap=gap,
        gap_low=gap - wide,
        gap_high=gap + wide,
        predicted=float(sides.predicted[inside].mean()),
        happened=happened,
        happened_low=between[0],
        happened_high=between[1],
    )
