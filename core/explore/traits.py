"""What sets each group of customers apart from all others, column by column and level by level."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.explore.groups import Sort as GroupSort
from core.explore.groups import in_levels
from core.schema import Column, Kind

LEVELS_AT_MOST = 8
CLEAR = 0.147  # "small" by Romano et al. (2006); below, a difference is hardly one
DAY_US = 86_400_000_000

Labels = NDArray[np.intp]
Floats = NDArray[np.float64]
Middle = Callable[[Floats], np.floating]


class Sort(StrEnum):
    """What is compared: a number's median or mean, a date's median (days since 1970), a share."""

    MEDIAN = "median"
    MEAN = "mean"
    DATE = "date"
    LEVEL = "level"
    MISSING = "missing"


@dataclass(frozen=True)
class Contrast:
    """A group's figure beside that of everyone outside it, None where there is no value.

    ``lean`` in -1..1 is Cliff's (1993) delta: how much likelier a value of the group lies above
    one from outside than below; for a share the difference of the two shares, which is the same.
    """

    inside: float | None
    outside: float | None
    lean: float

    @property
    def is_clear(self) -> bool:
        """Whether it is worth a word: clear by rank, and the figures say the same."""
        if self.inside is None or self.outside is None or abs(self.lean) < CLEAR:
            return False
        return (self.inside > self.outside) == (self.lean > 0) and self.inside != self.outside


@dataclass(frozen=True)
class Trait:
    """A column (or one ``level`` of it) in every group, in the order of the groups."""

    column: str
    sort: Sort
    contrasts: tuple[Contrast, ...]
    level: str = ""

    @property
    def strength(self) -> float:
        """The largest lean of any group, in 0..1."""
        return max(abs(each.lean) for each in self.contrasts)


def traits(table: pd.DataFrame, columns: tuple[Column, ...], labels: Labels) -> tuple[Trait, ...]:
    """The traits of the groups ``labels`` (rows,) of a typed table, the strongest first.

    A category gives a trait for each of its most frequent levels and its gaps; texts give none. Of
    those that lean alike in every group, as copies of each other do, only one is told.
    """
    groups = int(labels.max()) + 1
    found: list[Trait] = []
    for column in columns:
        if column.kind in (Kind.NUMBER, Kind.DATE):
            found += _of_numbers(column, table[column.name], labels, groups)
        elif column.kind is not Kind.TEXT:
            found += _of_levels(column, table[column.name], labels, groups)
    told: dict[object, Trait] = {}
    for trait in sorted(found, key=lambda trait: -trait.strength):
        told.setdefault(_likeness(trait), trait)
    return tuple(told.values())


def _likeness(trait: Trait) -> object:
    """What copies have in common: ranks of numbers, whatever their unit, and shares."""
    if trait.sort in (Sort.LEVEL, Sort.MISSING):
        return trait.contrasts
    return tuple(round(each.lean, 9) for each in trait.contrasts)


def _of_numbers(column: Column, cells: pd.Series, labels: Labels, groups: int) -> list[Trait]:
    values = numbers(cells)
    known = np.isfinite(values)
    leans = _leans(values[known], labels[known], groups)
    figures = [_sides(values, known, labels == group, np.median) for group in range(groups)]
    sort = Sort.DATE if column.kind is Kind.DATE else Sort.MEDIAN
    flat = any(
        abs(lean) >= CLEAR and one == other
        for lean, (one, other) in zip(leans, figures, strict=True)
    )
    if flat and sort is Sort.MEDIAN:  # more than half of the customers have the same value
        sort = Sort.MEAN
        figures = [_sides(values, known, labels == group, np.mean) for group in range(groups)]
    contrasts = tuple(
        Contrast(one, other, lean) for lean, (one, other) in zip(leans, figures, strict=True)
    )
    found = [Trait(column.name, sort, contrasts)]
    return found if known.all() else [*found, _missing(column, ~known, labels, groups)]


def _of_levels(column: Column, cells: pd.Series, labels: Labels, groups: int) -> list[Trait]:
    levels = in_levels(cells, LEVELS_AT_MOST)
    found = []
    for place, level in enumerate(levels.groups):
        here = levels.codes == place
        if level.sort is GroupSort.LEVEL:
            shares = _shares(here, labels, groups)
            found.append(Trait(column.name, Sort.LEVEL, shares, level.level))
        elif level.sort is GroupSort.MISSING:
            found.append(_missing(column, here, labels, groups))
    # the frequent one of two levels says what the rarer says
    return found[-1:] if len(levels.groups) == 2 else found


def _missing(column: Column, gaps: NDArray[np.bool_], labels: Labels, groups: int) -> Trait:
    return Trait(column.name, Sort.MISSING, _shares(gaps, labels, groups))


def _shares(here: NDArray[np.bool_], labels: Labels, groups: int) -> tuple[Contrast, ...]:
    counts = np.bincount(labels, minlength=groups)
    hits = np.bincount(labels, here, groups)
    found = []
    for group in range(groups):
        others = len(labels) - counts[group]
        inside = float(hits[group] / counts[group]) if counts[group] else None
        outside = float((here.sum() - hits[group]) / others) if others else None
        lean = 0.0 if inside is None or outside is None else inside - outside
        found.append(Contrast(inside, outside, lean))
    return tuple(found)


def _leans(values: Floats, labels: Labels, groups: int) -> list[float]:
    """Cliff's delta of each group against the rest, from the rank sum."""
    from scipy.stats import rankdata

    if not len(values):
        return [0.0] * groups
    sums = np.bincount(labels, rankdata(values), groups)
    counts = np.bincount(labels, minlength=groups)
    pairs = counts * (len(values) - counts)
    wins = sums - counts * (counts + 1) / 2
    return [float(2 * won / of - 1) if of else 0.0 for won, of in zip(wins, pairs, strict=True)]


def _sides(
    values: Floats, known: NDArray[np.bool_], inside: NDArray[np.bool_], middle: Middle
) -> tuple[float | None, float | None]:
    one, other = (float(middle(side)) if len(side) else None
                  for side in (values[known & inside], values[known & ~inside]))  # fmt: skip
    return one, other


def numbers(cells: pd.Series) -> Floats:
    """Numbers, or dates in days since 1970, (rows,) with nan where there is no finite value."""
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        days = cells.astype("datetime64[us]").to_numpy().astype(np.int64) / DAY_US
        return np.where(cells.isna(), np.nan, days)
    values = cells.to_numpy(np.float64, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)
