"""How the effect of one column goes with its value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from core.errors import UnknownColumn
from core.evaluate.units import Units, numbered, units_at
from core.explain.explanation import Explanation, Scale
from core.explain.importance import mean_reach
from core.explain.interaction import Interaction, strongest_interaction
from core.explain.values import ordered

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
POINTS_AT_MOST = 1_500
BINS = 10
LEVELS_AT_MOST = 20


class Group(StrEnum):
    """What the rows of a mean have in common."""

    BIN = "bin"
    LEVEL = "level"
    OTHERS = "others"
    MISSING = "missing"


@dataclass(frozen=True)
class GroupMean:
    """The mean effect of some rows with its 95 % interval (nan for one row).

    ``first`` to ``last`` are the smallest and largest value of a bin, or twice the level.
    ``centre`` is the bin's mean value (nan without order).
    """

    group: Group
    first: object
    last: object
    centre: float
    rows: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Dependence:
    """The (value, effect) pairs of one column and their means by bin or level.

    ``values`` and ``effects`` are the points to draw: all of the ``rows``, or at most 1,500 that
    are evenly spread in order of value. Means are of all rows. ``numbers`` are the drawn values
    as numbers (nan where missing), None where they have no order. ``interaction`` names the
    column that the effect depends on most at like values, ``others`` are its values of the drawn
    rows; both are None where no column does beyond chance.
    """

    column: str
    of: str
    scale: Scale
    rows: int
    background: int
    values: pd.Series
    numbers: Floats | None
    effects: Floats
    means: tuple[GroupMean, ...]
    interaction: Interaction | None = None
    others: pd.Series | None = None


@dataclass(frozen=True)
class _Cells:
    """One column of an explanation, and which rows stand together: all (n,)."""

    values: pd.Series
    numbers: Floats | None
    effects: Floats
    errors: Floats
    units: Units | None


def dependence(explanation: Explanation, column: str) -> Dependence:
    """How ``column``'s effect goes with its value. Raises UnknownColumn."""
    cells = _cells(explanation, column)
    kept = _thinned(cells)
    other = strongest_interaction(explanation, column)
    return Dependence(
        column=column,
        of=explanation.of,
        scale=explanation.scale,
        rows=len(cells.effects),
        background=explanation.background,
        values=cells.values.iloc[kept].reset_index(drop=True),
        numbers=None if cells.numbers is None else cells.numbers[kept],
        effects=cells.effects[kept],
        means=_means(cells),
        interaction=other,
        others=explanation.inputs[other.column].iloc[kept].reset_index(drop=True)
        if other
        else None,
    )


def _cells(explanation: Explanation, column: str) -> _Cells:
    if column not in explanation.columns:
        raise UnknownColumn(column=column, known=explanation.columns)
    place = explanation.columns.index(column)
    values = explanation.inputs[column].reset_index(drop=True)
    numbers = None if types.is_bool_dtype(values.dtype) else ordered(values)
    effects, errors = explanation.effects[:, place], explanation.errors[:, place]
    return _Cells(values, numbers, effects, errors, numbered(explanation.groups))


def _thinned(cells: _Cells) -> Rows:
    """Positions of at most 1,500 rows, evenly spread over the rows in order of value."""
    n = len(cells.effects)
    if n <= POINTS_AT_MOST:
        return np.arange(n)
    names = pd.factorize(cells.values.astype(str), sort=True)[0]
    keys = names.astype(np.float64) if cells.numbers is None else cells.numbers
    order = np.lexsort((cells.effects, keys))
    return np.sort(order[np.linspace(0, n - 1, POINTS_AT_MOST).astype(np.intp)])


def _means(cells: _Cells) -> tuple[GroupMean, ...]:
    missing = cells.values.isna().to_numpy()
    known = np.flatnonzero(~missing)
    numbers = cells.numbers
    groups = _levels(cells.values, known) if numbers is None else _bins(numbers, known)
    if missing.any():
        groups.append((Group.MISSING, np.flatnonzero(missing)))
    return tuple(_mean(cells, group, rows) for group, rows in groups)


def _levels(values: pd.Series, known: Rows) -> list[tuple[Group, Rows]]:
    """Rows by level, most frequent first; levels beyond the limit together."""
    if not len(known):
        return []
    codes, levels = pd.factorize(values.iloc[known], sort=False)
    order = np.argsort(-np.bincount(codes, minlength=len(levels)), kind="stable")
    alone = order if len(order) <= LEVELS_AT_MOST else order[: LEVELS_AT_MOST - 1]
    groups = [(Group.LEVEL, known[codes == code]) for code in alone]
    rest = known[~np.isin(codes, alone)]
    return [*groups, (Group.OTHERS, rest)] if len(rest) else groups


def _bins(numbers: Floats, known: Rows) -> list[tuple[Group, Rows]]:
    """Rows by value where there are few, by tenths of the rows otherwise."""
    if not len(known):
        return []
    amounts = numbers[known]
    distinct = np.unique(amounts)
    if len(distinct) <= BINS:
        return [(Group.BIN, known[amounts == value]) for value in distinct]
    edges = np.unique(np.quantile(amounts, np.linspace(0, 1, BINS + 1)[1:-1]))
    bins = np.searchsorted(edges, amounts, side="left")
    return [(Group.BIN, known[bins == place]) for place in np.unique(bins)]


def _mean(cells: _Cells, group: Group, rows: Rows) -> GroupMean:
    effects = cells.effects[rows]
    mean = float(effects.mean())
    wide = mean_reach(effects, cells.errors[rows], units_at(cells.units, rows))
    centre = math.nan if cells.numbers is None else float(np.mean(cells.numbers[rows]))
    ends = _ends(group, cells.values.iloc[rows], cells.numbers is not None)
    return GroupMean(group, *ends, centre, len(rows), mean, mean - wide, mean + wide)


def _ends(group: Group, values: pd.Series, has_order: bool) -> tuple[object, object]:
    if group in (Group.MISSING, Group.OTHERS):
        return None, None
    return (values.min(), values.max()) if has_order else (values.iloc[0], values.iloc[0])
