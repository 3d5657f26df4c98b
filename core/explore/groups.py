"""The values of a column put into a few groups with readable bounds, missing being one of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.schema import Column, Kind
from core.text.phrases import Phrases, number, quoted

RANGES_AT_MOST = 6
SINGLE_VALUES_AT_MOST = 8
LEVELS_AT_MOST = 12
PERIODS_AT_MOST = 24
UNITS = ("D", "W", "M", "Q", "Y")  # day, week, month, quarter, year
ROWS_MOVED_BY_ROUNDING = 0.02
USUAL_VALUE = 0.3  # a value with a larger share of the rows is a group of its own

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


class Sort(StrEnum):
    """What a group is."""

    RANGE = "range"
    LEVEL = "level"
    PERIOD = "period"
    WEEK = "week"
    WEEKDAY = "weekday"
    THERE = "there"
    OTHER = "other"
    MISSING = "missing"


@dataclass(frozen=True)
class Group:
    """Some of a column's values.

    A RANGE holds ``low < value <= high``; a bound of None is open, and equal bounds mean that one
    value; ``whole`` says that the column holds whole numbers only, ``closed`` that ``low`` itself
    belongs to it. A LEVEL, PERIOD ("2025-03"), WEEK (its Monday) or WEEKDAY (1 for Monday) is named
    by ``level``. OTHER folds ``levels`` rarer levels. THERE is anything but missing.
    """

    sort: Sort
    low: float | None = None
    high: float | None = None
    whole: bool = False
    closed: bool = False
    level: str = ""
    levels: int = 0


@dataclass(frozen=True)
class Grouped:
    """Groups in their natural order and the group's place of each row, (rows,)."""

    groups: tuple[Group, ...]
    codes: Codes

    @property
    def counts(self) -> NDArray[np.int64]:
        """Rows of each group."""
        return np.bincount(self.codes, minlength=len(self.groups)).astype(np.int64)


def grouped(
    values: pd.Series, column: Column, ranges: int = RANGES_AT_MOST, levels: int = LEVELS_AT_MOST
) -> Grouped:
    """Put a column's values into groups: quantile ranges, periods, or levels, and missing last.

    ``values`` is (rows,) typed as the column's kind. Groups that would be empty are left out;
    infinite numbers count as missing.
    """
    if column.kind is Kind.NUMBER:
        return in_ranges(values.to_numpy(np.float64), ranges)
    if column.kind is Kind.DATE:
        return in_periods(values, PERIODS_AT_MOST)
    return in_levels(values, levels, order_of(column))


def with_missing(groups: list[Group], codes: Codes, gaps: bool = False) -> Grouped:
    """Codes of -1 become the group of missing values; empty groups are left out unless ``gaps``."""
    every = [*groups, Group(Sort.MISSING)]
    codes = np.where(codes < 0, len(groups), codes)
    there = np.bincount(codes, minlength=len(every)) > 0
    there[: len(groups)] |= gaps
    place = np.cumsum(there) - 1
    kept = tuple(group for group, stays in zip(every, there, strict=True) if stays)
    return Grouped(kept, place[codes].astype(np.intp))


def in_ranges(values: Floats, at_most: int = RANGES_AT_MOST) -> Grouped:
    """Numbers in ranges of about equal counts; few distinct values stand each for itself."""
    known = np.isfinite(values)
    ordered = np.sort(values[known])
    if not len(ordered):
        return with_missing([], np.full(len(values), -1, np.intp))
    edges = range_edges(ordered, at_most)
    codes = np.where(known, np.searchsorted(edges, values, side="left"), -1)
    whole = bool(np.all(ordered == np.round(ordered)))
    bounds = [None, *(float(edge) for edge in edges), None]
    groups = [_range(low, high, ordered, whole) for low, high in pairwise(bounds)]
    return with_missing(groups, codes.astype(np.intp))


def range_edges(ordered: Floats, at_most: int = RANGES_AT_MOST) -> Floats:
    """The inner bounds of ``in_ranges`` for sorted finite numbers, at least one."""
    distinct = ordered[np.concatenate([[True], np.diff(ordered) > 0])]
    few = len(distinct) <= SINGLE_VALUES_AT_MOST
    return distinct[:-1] if few else _edges(ordered, distinct, at_most)


def _range(low: float | None, high: float | None, ordered: Floats, whole: bool) -> Group:
    first = 0 if low is None else int(np.searchsorted(ordered, low, side="right"))
    last = len(ordered) if high is None else int(np.searchsorted(ordered, high, side="right"))
    if first < last and ordered[first] == ordered[last - 1]:
        return Group(Sort.RANGE, float(ordered[first]), float(ordered[first]), whole)
    return Group(Sort.RANGE, low, high, whole)


def _edges(ordered: Floats, distinct: Floats, at_most: int) -> Floats:
    """Inner bounds at rounded quantiles; a value that many rows share is cut out on both sides."""
    starts = np.searchsorted(ordered, distinct, side="left")
    counts = np.diff(np.append(starts, len(ordered)))
    usual = int(np.argmax(counts))
    own: list[float] = []
    rest = ordered
    if counts[usual] > USUAL_VALUE * len(ordered):
        own = [float(value) for value in distinct[max(usual - 1, 0) : usual + 1]]
        rest = ordered[ordered != distinct[usual]]
        at_most -= 1
    wanted = np.quantile(rest, np.arange(1, at_most) / at_most, method="inverted_cdf")
    edges = np.unique([_readable(float(edge), rest) for edge in wanted] + own)
    if own:  # a bound inside the gap beside the usual value would split nothing off
        edges = edges[(edges <= own[0]) | (edges >= own[-1])]
    return edges[(edges >= ordered[0]) & (edges < ordered[-1])]


def _readable(edge: float, ordered: Floats) -> float:
    """The roundest number that moves at most 2 % of the rows to the other side."""
    if edge == 0:
        return 0.0
    exponent = int(np.floor(np.log10(abs(edge))))
    here = np.searchsorted(ordered, edge, side="right")
    for digits in range(-exponent, 15 - exponent):
        tried = round(edge, digits)
        moved = abs(np.searchsorted(ordered, tried, side="right") - here)
        if moved <= ROWS_MOVED_BY_ROUNDING * len(ordered):
            return tried
    return edge


def order_of(column: Column) -> tuple[str, ...]:
    """The levels in their own order; empty where they have none."""
    return column.levels if column.ordered else ()


def in_levels(
    values: pd.Series, at_most: int = LEVELS_AT_MOST, order: tuple[str, ...] = ()
) -> Grouped:
    """Levels in their ``order``, without one the most frequent first (ties by name).

    Beyond the ``at_most`` most frequent the rest is one group.
    """
    codes, names = pd.factorize(values.astype(object), use_na_sentinel=True)
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    texts = [str(name) for name in names]
    ranked = sorted(range(len(names)), key=lambda i: (-counts[i], texts[i]))
    folded = len(ranked) - (at_most - 1) if len(ranked) > at_most else 0
    kept = ranked[: len(ranked) - folded]
    if order:
        places = {level: place for place, level in enumerate(order)}
        kept.sort(key=lambda i: places.get(texts[i], len(places)))
    place = np.full(len(names) + 1, len(kept), np.intp)
    place[kept] = np.arange(len(kept))
    place[-1] = -1  # factorize says -1 for missing
    groups = [Group(Sort.LEVEL, level=texts[i]) for i in kept]
    if folded:
        groups.append(Group(Sort.OTHER, levels=folded))
    return with_missing(groups, place[codes])


def in_periods(values: pd.Series, at_most: int = PERIODS_AT_MOST, gaps: bool = False) -> Grouped:
    """Dates by the finest of day, week, month, quarter, year that makes ``at_most`` periods.

    With ``gaps`` periods without a row are kept.
    """
    known = values.notna().to_numpy()
    dates = pd.DatetimeIndex(values[known])
    if not len(dates):
        return with_missing([], np.full(len(values), -1, np.intp))
    unit = finest(dates.min(), dates.max(), at_most)
    numbers = dates.to_period(unit).asi8
    first, last = int(numbers.min()), int(numbers.max())
    codes = np.full(len(values), -1, np.intp)
    codes[known] = numbers - first
    return with_missing([period(n, unit) for n in range(first, last + 1)], codes, gaps)


def finest(first: pd.Timestamp, last: pd.Timestamp, at_most: int = PERIODS_AT_MOST) -> str:
    """The finest of UNITS that makes at most so many periods; years however many they are."""
    for unit in UNITS[:-1]:
        if last.to_period(unit).ordinal - first.to_period(unit).ordinal < at_most:
            return unit
    return UNITS[-1]


def period(ordinal: int, unit: str) -> Group:
    """The group of a period of pandas."""
    period = pd.Period(ordinal=ordinal, freq=unit)
    if unit == "W":
        return Group(Sort.WEEK, level=str(period.start_time.date()))
    return Group(Sort.PERIOD, level=str(period).replace("Q", " Q"))


def label(group: Group, say: Phrases) -> str:
    """The group's name, for an axis or a table (the user's own words raw)."""
    if group.sort is Sort.RANGE:
        return _bounds(group, say)
    if group.sort is Sort.WEEKDAY:
        return say(f"explore.weekday.{group.level}")
    return say(f"explore.group.{group.sort}", level=group.level, levels=group.levels)


def condition(group: Group, say: Phrases) -> str:
    """What is true of a value in the group, to follow a column's name: is over 11; is missing."""
    if group.sort is Sort.RANGE:
        return say("explore.condition.range", bounds=_bounds(group, say))
    if group.sort is Sort.WEEKDAY:
        return say("explore.condition.weekday", level=label(group, say))
    level = quoted(group.level) if group.sort is Sort.LEVEL else group.level
    return say(f"explore.condition.{group.sort}", level=level, levels=group.levels)


def _bounds(group: Group, say: Phrases) -> str:
    low, high = group.low, group.high
    if low is not None and high is not None:
        first = low + 1 if group.whole and not group.closed and low != high else low
        if first == high:
            return number(high)
        return say("explore.group.between", low=first, high=high)
    if low is not None:
        return say("explore.group.over", low=low)
    if high is not None:
        return say("explore.group.up_to", high=high)
    return say("explore.group.any")
