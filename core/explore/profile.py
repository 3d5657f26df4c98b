"""What one column holds: how many, how many missing, and how the values spread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.explore.groups import (
    Codes,
    Group,
    Grouped,
    Sort,
    in_levels,
    in_periods,
    order_of,
    with_missing,
)
from core.schema import Column, Kind

BINS_AT_MOST = 40
PERIODS_AT_MOST = 60
LEVELS_AT_MOST = 20
QUANTILES = (0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)
FAR = 3.0  # interquartile ranges beyond the quartiles: farther values share one outer bin
ROWS_FOR_TEN_BINS = 100
ROUNDED_DOWN = 0.8
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bar:
    """A group of values and its rows; of a ``hidden`` one they are not told."""

    group: Group
    rows: int
    hidden: bool = False


@dataclass(frozen=True)
class Spread:
    """Where numbers lie; ``quantiles`` pairs a share with its value, ``sd`` is the sample's.

    ``usual`` is the most frequent value (the smallest of those) and ``usual_rows`` its rows.
    """

    mean: float
    sd: float
    quantiles: tuple[tuple[float, float], ...]
    usual: float
    usual_rows: int

    @property
    def median(self) -> float:
        return dict(self.quantiles)[0.5]

    @property
    def span(self) -> tuple[float, float]:
        """The smallest and the largest value."""
        known = dict(self.quantiles)
        return known[0.0], known[1.0]


@dataclass(frozen=True)
class Profile:
    """One column over ``rows`` rows, ``missing`` of them empty.

    ``bars`` add up to ``rows`` (missing values are the last bar). ``spread`` is of numbers alone,
    ``first`` and ``last`` of dates alone.
    """

    column: Column
    rows: int
    missing: int
    distinct: int
    bars: tuple[Bar, ...]
    spread: Spread | None = None
    first: pd.Timestamp | None = None
    last: pd.Timestamp | None = None

    @property
    def missing_share(self) -> float:
        return self.missing / self.rows if self.rows else 0.0


def profile(values: pd.Series, column: Column) -> Profile:
    """The profile of a typed column, ``values`` (rows,); infinite numbers count as missing."""
    if column.kind is Kind.NUMBER:
        return _of_numbers(values.to_numpy(np.float64), column)
    known = values.dropna()
    if column.kind is not Kind.DATE:
        return _profile(
            in_levels(values, LEVELS_AT_MOST, order_of(column)), column, known.nunique()
        )
    found = _profile(in_periods(values, PERIODS_AT_MOST, gaps=True), column, known.nunique())
    if not len(known):
        return found
    return replace(found, first=known.min(), last=known.max())


def _profile(bins: Grouped, column: Column, distinct: int) -> Profile:
    bars = tuple(
        Bar(group, int(count)) for group, count in zip(bins.groups, bins.counts, strict=True)
    )
    missing = sum(bar.rows for bar in bars if bar.group.sort is Sort.MISSING)
    return Profile(column, len(bins.codes), missing, int(distinct), bars)


def _of_numbers(values: Floats, column: Column) -> Profile:
    known = values[np.isfinite(values)]
    if not len(known):
        return _profile(with_missing([], np.full(len(values), -1, np.intp)), column, 0)
    distinct, counts = np.unique(known, return_counts=True)
    found = _profile(binned(values), column, len(distinct))
    spread = Spread(
        mean=float(known.mean()),
        sd=float(known.std(ddof=1)) if len(known) > 1 else float("nan"),
        quantiles=tuple(
            zip(QUANTILES, (float(q) for q in np.quantile(known, QUANTILES)), strict=True)
        ),
        usual=float(distinct[counts.argmax()]),
        usual_rows=int(counts.max()),
    )
    return replace(found, spread=spread)


def binned(values: Floats) -> Grouped:
    """A histogram's bins: Freedman and Diaconis' width made round, far values in outer bins.

    Width 2 IQR / n^(1/3) (Freedman and Diaconis 1981), at most 40 bins over the range that lies
    within three interquartile ranges of the quartiles; what lies outside goes to the bins "over"
    and "or less".
    """
    known = np.isfinite(values)
    edges, whole = bin_edges(values[known])
    codes = _codes(values, known, edges, whole)
    below, above = bool((codes == 0).any()), bool((codes == len(edges)).any())
    groups = bins_between(edges, whole)
    shown = [*groups[: -1 if not above else None]][0 if below else 1 :]
    shifted = np.where(codes < 0, -1, codes - (not below))
    return with_missing(shown, shifted.astype(np.intp), gaps=True)


def bin_edges(finite: Floats) -> tuple[Floats, bool]:
    """The bounds of a histogram's bins for at least one number, and whether all are whole."""
    low, high = _usual_range(finite)
    whole = bool(np.all(finite == np.round(finite)))
    return _edges(low, high, _width(finite, high - low, whole), whole), whole


def bins_between(edges: Floats, whole: bool) -> list[Group]:
    """The bin "or less", the bins between the bounds, and the bin "over"."""
    inner = [
        Group(Sort.RANGE, float(a), float(b), whole, closed=i == 0 and not whole)
        for i, (a, b) in enumerate(pairwise(edges))
    ]
    first = Group(Sort.RANGE, None, float(edges[0]), whole)
    return [first, *inner, Group(Sort.RANGE, float(edges[-1]), None, whole)]


def _codes(values: Floats, known: NDArray[np.bool_], edges: Floats, whole: bool) -> Codes:
    """0 below the first edge, then the bins, then above; the first edge is in its bin."""
    codes = np.searchsorted(edges, values, side="left")
    if not whole:
        codes[values == edges[0]] = 1
    return np.where(known, codes, -1).astype(np.intp)


def _usual_range(finite: Floats) -> tuple[float, float]:
    least, first, quarter, most_of, last, greatest = np.quantile(
        finite, (0, 0.01, 0.25, 0.75, 0.99, 1)
    )
    spread = most_of - quarter
    if spread == 0:
        return (float(first), float(last)) if last > first else (float(least), float(greatest))
    near = finite[(finite >= quarter - FAR * spread) & (finite <= most_of + FAR * spread)]
    return float(near.min()), float(near.max())


def _width(finite: Floats, span: float, whole: bool) -> float:
    """Freedman and Diaconis' width within limits, at the next round number from a little below."""
    quarter, most_of = np.quantile(finite, (0.25, 0.75))
    wanted = 2 * (most_of - quarter) / len(finite) ** (1 / 3) or span / 20
    if len(finite) >= ROWS_FOR_TEN_BINS:
        wanted = min(wanted, span / 10)
    finest = max(1e-9 * float(np.abs(finite).max()), 1e-250)  # finer, and bounds are not floats
    wanted = max(wanted, span / BINS_AT_MOST, finest) if span > 0 else 1.0
    if whole and (wanted <= 1 or span < BINS_AT_MOST):
        return 1.0
    scale = 10.0 ** np.floor(np.log10(wanted))
    steps = STEPS if not whole or scale > 1 else (1.0, 2.0, 5.0, 10.0)
    return float(next(s * scale for s in steps if s * scale >= ROUNDED_DOWN * wanted))


def _edges(low: float, high: float, width: float, whole: bool) -> Floats:
    """Multiples of the width around the range; whole numbers start a bin at a multiple."""
    first, last = np.floor(low / width), np.ceil(high / width)
    if whole:
        return np.arange(first, np.floor(high / width) + 2) * width - 1
    edges = np.arange(first, max(last, first + 1) + 1) * width
    return np.round(edges, int(max(0, 3 - np.floor(np.log10(width)))))
