"""The area under the ROC curve, its variance, and the covariance of two models' areas.

DeLong, DeLong and Clarke-Pearson (1988), "Comparing the areas under two or more correlated
receiver operating characteristic curves"; computed from midranks as in Sun and Xu (2014), "Fast
implementation of DeLong's algorithm". Rows that stand together err together: their parts are added
up (Obuchowski 1997, "Nonparametric analysis of clustered ROC curve data").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluate.metric import Range
from core.evaluate.units import Units, reach, sums_of
from core.intervals import Z

Floats = NDArray[np.float64]
BISECTIONS = 60
CHANCE = 0.5


@dataclass(frozen=True)
class Area:
    """An area and the part (n,) that each row has in its error, of the ``units`` (n,).

    The sum of the squared parts, added up over each unit, is DeLong's variance; the sum of products
    with another model's parts on the same rows is their covariance. ``least`` and ``most`` are the
    units of the rarer and the more frequent side, ``reach`` the standard errors of an interval on
    each side.
    """

    value: float
    parts: Floats
    least: int
    most: int
    reach: float = Z
    units: Units | None = None

    @property
    def variance(self) -> float:
        return self.variance_of(self.parts)

    def variance_of(self, parts: Floats) -> float:
        """Of such parts; no less than of rows on their own, as ``units.error_of_mean``."""
        sums, _ = sums_of(parts[:, None], self.units)
        return float(max((sums**2).sum(), (parts**2).sum()))


def midranks(values: Floats) -> Floats:
    """Ranks from 1 (n,), ties sharing their mean rank."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place]


def area(scores: Floats, positive: NDArray[np.bool_], units: Units | None = None) -> Area:
    """The area under the ROC curve of ``scores`` (n,) for the rows that are ``positive`` (n,), of
    the ``units`` (n,) of ``core.evaluate.units``.

    nan where all rows are on one side.
    """
    yes, no = int(positive.sum()), int((~positive).sum())
    if not yes or not no:
        return Area(np.nan, np.full(len(scores), np.nan), min(yes, no), max(yes, no))
    ranks = midranks(scores)
    beaten = np.empty(len(scores))  # share of the other side that the row is ranked right against
    beaten[positive] = (ranks[positive] - midranks(scores[positive])) / no
    beaten[~positive] = 1 - (ranks[~positive] - midranks(scores[~positive])) / yes
    value = float(beaten[positive].mean())
    parts, many = beaten - value, [yes, no]
    for place, side in enumerate((positive, ~positive)):
        if units is not None:
            many[place] = len(np.unique(units[side]))
        parts[side] *= np.sqrt(many[place] / max(many[place] - 1, 1)) / side.sum()
    return Area(value, parts, min(many), max(many), reach(units), units)


def macro_area(scores: Floats, truth: NDArray[np.int64], units: Units | None = None) -> Area:
    """The mean one-vs-rest area over the classes that occur, from chances (n, classes).

    A row's part in the mean's error is the mean of its parts in the classes' errors.
    """
    areas = [area(scores[:, k], truth == k, units) for k in range(scores.shape[1])]
    defined = [each for each in areas if np.isfinite(each.value)]
    if not defined:
        return areas[0]
    return Area(
        float(np.mean([each.value for each in defined])),
        np.mean([each.parts for each in defined], axis=0),
        min(each.least for each in defined),
        max(each.most for each in defined),
        reach(units),
        units,
    )


def area_interval(of: Area) -> Range:
    """DeLong's 95 % interval on the log-odds scale (Qin and Hotilovac 2008), so within 0..1.

    Where DeLong's variance is 0 or unknown (perfect ranking, or one row on a side): Newcombe's.
    Where no row is ranked above another, whatever other rows there were would give 0.5.
    """
    if not np.isfinite(of.value):
        return np.nan, np.nan
    if of.value == CHANCE and not of.parts.any():
        return CHANCE, CHANCE
    if of.least < 2 or of.variance < 1e-18 or not 0 < of.value < 1:
        return _newcombe(of.value, of.least, of.most)
    odds = np.log(of.value / (1 - of.value))
    half = of.reach * np.sqrt(of.variance) / (of.value * (1 - of.value))
    low, high = 1 / (1 + np.exp(-np.array([odds - half, odds + half])))
    return float(low), float(high)


def difference_interval(first: Area, second: Area) -> Range:
    """95 % interval of ``first.value - second.value`` on the same rows (DeLong et al. 1988)."""
    half = first.reach * np.sqrt(first.variance_of(first.parts - second.parts))
    gap = first.value - second.value
    return float(max(gap - half, -1.0)), float(min(gap + half, 1.0))


def _newcombe(value: float, yes: int, no: int) -> Range:
    """Method 5 of Newcombe (2006), "Confidence intervals for an effect size measure based on the
    Mann-Whitney statistic. Part 2": the areas that would not be surprised by ``value``."""
    extra = (yes + no) / 2 - 1

    def surprised(at: float) -> bool:
        scale = 1 + extra * ((1 - at) / (2 - at) + at / (1 + at))
        return bool(abs(at - value) > Z * np.sqrt(at * (1 - at) * scale / (yes * no)))

    def bound(outside: float) -> float:
        inside = value
        for _ in range(BISECTIONS):
            middle = (inside + outside) / 2
            inside, outside = (inside, middle) if surprised(middle) else (middle, outside)
        return inside

    return bound(0.0), bound(1.0)
