"""Two columns together: counted in a grid, spread by level, as shares, or over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.engine import identifier
from core.explore.chance import with_chance
from core.explore.columns import Looked
from core.explore.course import Course, course
from core.explore.cuts import Cut, counted, cut_bins, cut_levels
from core.explore.groups import Group, Sort
from core.explore.large import related
from core.explore.relation import Relation
from core.schema import Column, Kind

LEVELS_AT_MOST = 12
BINS_AT_MOST = 26
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    """Two numbers counted in bins of both, over the ``rows`` that know both.

    ``counts`` is (bins of ``one``, bins of ``other``). ``rank`` is Spearman's correlation of the
    bins, -1..1, nan where a side is constant. ``missing`` rows lack one or both. Of ``hidden``
    cells nothing is told.
    """

    one: Column
    other: Column
    ones: tuple[Group, ...]
    others: tuple[Group, ...]
    counts: NDArray[np.int64]
    rank: float
    rows: int
    missing: int
    hidden: int = 0


@dataclass(frozen=True)
class Box:
    """A level's rows, and where 5, 25, 50, 75 and 95 % of its numbers lie below."""

    group: Group
    rows: int
    quantiles: tuple[float, ...]
    hidden: bool = False


@dataclass(frozen=True)
class Boxes:
    """A number by the levels of another column, over the ``rows`` whose number is known.

    ``ratio`` is the correlation ratio (Fisher 1925), 0..1.
    """

    number: Column
    category: Column
    boxes: tuple[Box, ...]
    ratio: float
    rows: int


Pair = Grid | Boxes | Relation | Course


def pair(looked: Looked, one: Column, other: Column) -> Pair:
    """What shows two columns together: numbers a grid, a number and levels boxes, levels shares of
    the second in the first, and a date with anything a course.

    Raises TargetMissing where a column to be told about is empty.
    """
    if Kind.DATE in (one.kind, other.kind):
        date, told = (one, other) if one.kind is Kind.DATE else (other, one)
        return course(looked, date, told)
    numbers = [column for column in (one, other) if column.kind is Kind.NUMBER]
    if len(numbers) == 2:
        return grid(looked, one, other)
    if numbers:
        return boxes(looked, numbers[0], other if numbers[0] is one else one)
    return with_chance(related(looked, cut_levels(looked, one, LEVELS_AT_MOST), other, ""))


def grid(looked: Looked, one: Column, other: Column) -> Grid:
    """Two numbers counted in the bins of both."""
    ones, others = (cut_bins(looked, column, BINS_AT_MOST) for column in (one, other))
    known = f"{identifier(one.name)} IS NOT NULL AND {identifier(other.name)} IS NOT NULL"
    by = (f"({others.sql})", max(len(others.groups), 1))
    found = counted(looked, ones, by=by, where=known, gaps=True)
    rows_of, columns_of = (_between(found.cells.sum(axis=axis)) for axis in (1, 0))
    cells = found.cells[rows_of, columns_of]
    rows = int(cells.sum())
    every = looked.first("SELECT count(*) FROM looked")[0]
    shown = found.groups[rows_of], others.groups[columns_of]
    return Grid(one, other, *shown, cells, spearman(cells), rows, every - rows)


def _between(counts: NDArray[np.int64]) -> slice:
    """From the first to the last bin with rows: those between keep the axis even."""
    there = np.flatnonzero(counts)
    return slice(int(there[0]), int(there[-1]) + 1) if len(there) else slice(0, 0)


def spearman(cells: NDArray[np.int64]) -> float:
    """Spearman's rank correlation of a table of counts, ties taking their mean rank."""
    n = cells.sum()
    if n < 3:
        return float("nan")
    sides = [_ranks(cells.sum(axis=axis)) for axis in (1, 0)]
    x, y = (ranks - (n + 1) / 2 for ranks in sides)
    scale = float(np.sqrt((cells.sum(axis=1) @ x**2) * (cells.sum(axis=0) @ y**2)))
    return float(x @ cells @ y) / scale if scale > 0 else float("nan")


def _ranks(counts: NDArray[np.int64]) -> Floats:
    return np.asarray(np.cumsum(counts) - (counts - 1) / 2, np.float64)


def boxes(looked: Looked, number: Column, category: Column) -> Boxes:
    """Where a number lies in each level."""
    made = cut_levels(looked, category, LEVELS_AT_MOST)
    name = identifier(number.name)
    rows = looked.found(
        f"SELECT coalesce({made.sql}, -1), count(*), quantile_cont({name}, {list(SHARES)}),"  # noqa: S608
        f" avg({name}), var_pop({name}) FROM looked WHERE {name} IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    found = sorted(rows, key=lambda row: (row[0] < 0, row[0]))
    shown = tuple(Box(_group(made, place), n, tuple(at)) for place, n, at, *_ in found)
    n, mean, variance = (np.array([row[i] for row in found], float) for i in (1, 3, 4))
    return Boxes(number, category, shown, _ratio(n, mean, variance), int(n.sum()))


def _group(made: Cut, place: int) -> Group:
    return made.groups[place] if place >= 0 else Group(Sort.MISSING)


def _ratio(n: Floats, mean: Floats, variance: Floats) -> float:
    if not n.sum():
        return float("nan")
    overall = (n @ mean) / n.sum()
    between = float(n @ (mean - overall) ** 2)
    total = between + float(n @ variance)
    return float(np.sqrt(between / total)) if total > 0 else float("nan")
