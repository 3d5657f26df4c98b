"""How SQL puts the values of a column into groups, so that rows are counted where they lie."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.engine import identifier, literal
from core.explore import groups
from core.explore.columns import SAMPLED, Looked
from core.explore.groups import Group, Sort, order_of, range_edges
from core.explore.profile import bin_edges, bins_between
from core.schema import Column, Kind

SAME_PLACE = 1e-9  # of a bin
STEPS = {"D": "day", "W": "week", "M": "month", "Q": "quarter", "Y": "year"}

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Cut:
    """``sql`` gives each row of ``looked`` the place of its group, and NULL where it is missing.

    A group of ``ranges`` that turns out to hold one value says so.
    """

    column: Column
    sql: str
    groups: tuple[Group, ...]
    ranges: bool = False

    @property
    def bounds(self) -> str:
        """SQL for the least and the greatest number of a group and whether all are whole."""
        if self.column.kind is not Kind.NUMBER:
            return "NULL, NULL, NULL"
        name = identifier(self.column.name)
        return f"min({name}), max({name}), bool_and({name} = round({name}))"


def cut(looked: Looked, column: Column, ranges: int, levels: int, periods: int) -> Cut:
    """Cuts a column as ``core.explore.groups.grouped`` does, for at most so many groups."""
    if column.kind is Kind.NUMBER:
        return cut_ranges(looked, column, ranges)
    if column.kind is Kind.DATE:
        return cut_periods(looked, column, periods)
    return cut_levels(looked, column, levels)


def cut_ranges(looked: Looked, column: Column, at_most: int) -> Cut:
    """Ranges of about equal counts."""
    ordered = np.sort(known_sample(looked, column))
    edges = range_edges(ordered, at_most) if len(ordered) else ordered
    bounds = [None, *map(float, edges), None]
    found = [Group(Sort.RANGE, *pair) for pair in pairwise(bounds)]
    return Cut(column, _places(column, edges), tuple(found), ranges=True)


def cut_bins(looked: Looked, column: Column, at_most: int = 0) -> Cut:
    """A histogram's bins, as ``core.explore.profile.binned`` makes them, or about so many."""
    finite = known_sample(looked, column)
    if not len(finite):
        return Cut(column, "NULL::INTEGER", ())
    edges, whole = bin_edges(finite)
    edges = edges[:: -(-len(edges) // at_most)] if at_most else edges
    return Cut(column, _bin_places(column, edges, whole), tuple(bins_between(edges, whole)))


def known_sample(looked: Looked, column: Column) -> Floats:
    """Numbers of the column from all over the table."""
    values = looked.sample([column.name], SAMPLED)[column.name].to_numpy(np.float64)
    return np.asarray(values[np.isfinite(values)])


def _places(column: Column, edges: Floats) -> str:
    name = identifier(column.name)
    steps = " ".join(
        f"WHEN {name} <= {float(edge)!r}::DOUBLE THEN {place}" for place, edge in enumerate(edges)
    )
    return f"CASE WHEN {name} IS NULL THEN NULL {steps} ELSE {len(edges)} END"


def _bin_places(column: Column, edges: Floats, whole: bool) -> str:
    """Places of bins of one width, by division: a comparison with each bound takes twice as long.

    A value a billionth of a bin above a bound counts as on it. The first bound of numbers that are
    not whole is in its bin.
    """
    name, first = identifier(column.name), f"{float(edges[0])!r}::DOUBLE"
    steps = f"ceil(({name} - {first}) / {float(edges[1] - edges[0])!r}::DOUBLE - {SAME_PLACE})"
    least = "0" if whole else f"CAST({name} >= {first} AS DOUBLE)"
    place = f"CAST(least(greatest({steps}, {least}), {len(edges)}) AS INTEGER)"
    return f"CASE WHEN {name} IS NOT NULL THEN {place} END"


def cut_levels(looked: Looked, column: Column, at_most: int) -> Cut:
    """Levels in their order, without one the most frequent first; the rest is one group."""
    name = identifier(column.name)
    found = looked.found(
        f"SELECT {name}, count(*), count(*) OVER () FROM looked WHERE {name} IS NOT NULL"  # noqa: S608
        f" GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {at_most}"
    )
    distinct = found[0][2] if found else 0
    kept = [str(level) for level, *_ in found[: at_most - (distinct > at_most)]]
    order = {level: place for place, level in enumerate(order_of(column))}
    if order:
        kept.sort(key=lambda level: order.get(level, len(order)))
    made = [Group(Sort.LEVEL, level=level) for level in kept]
    if distinct > len(kept):
        made.append(Group(Sort.OTHER, levels=distinct - len(kept)))
    text = f"CAST({name} AS VARCHAR)"
    listed = ", ".join(map(literal, kept))
    place = f"coalesce(nullif(list_position([{listed}], {text}), 0) - 1, {len(kept)})"
    return Cut(column, f"CASE WHEN {name} IS NOT NULL THEN {place} END", tuple(made))


def cut_periods(looked: Looked, column: Column, at_most: int, unit: str = "") -> Cut:
    """Days, weeks, months, quarters or years: the finest that makes so few, or the wanted one."""
    name = identifier(column.name)
    first, last = looked.first(f"SELECT min({name}), max({name}) FROM looked")  # noqa: S608
    if first is None:
        return Cut(column, "NULL::INTEGER", ())
    start, end = pd.Timestamp(first), pd.Timestamp(last)
    unit = unit or groups.finest(start, end, at_most)
    begins, ends = (moment.to_period(unit).ordinal for moment in (start, end))
    made = tuple(groups.period(n, unit) for n in range(begins, ends + 1))
    day = literal(str(start.to_period(unit).start_time.date()))
    return Cut(column, f"date_diff('{STEPS[unit]}', TIMESTAMP {day}, {name})", made)


def cut_weekdays(column: Column) -> Cut:
    """Monday to Sunday."""
    made = tuple(Group(Sort.WEEKDAY, level=str(day)) for day in range(1, 8))
    return Cut(column, f"isodow({identifier(column.name)}) - 1", made)


def cut_gaps(column: Column) -> Cut:
    """Whether there is a value."""
    name = identifier(column.name)
    return Cut(column, f"CASE WHEN {name} IS NOT NULL THEN 0 END", (Group(Sort.THERE),))


@dataclass(frozen=True)
class Counted:
    """Groups with rows, missing last, and what was worked out of the rows of each.

    ``amounts`` is (groups, classes, figures); the first figure counts rows.
    """

    groups: tuple[Group, ...]
    amounts: Floats

    @property
    def cells(self) -> NDArray[np.int64]:
        """Rows by group and class."""
        return self.amounts[:, :, 0].astype(np.int64)


def counted(
    looked: Looked,
    made: Cut,
    figures: str = "",
    by: tuple[str, int] = ("0", 1),
    where: str = "true",
    gaps: bool = False,
) -> Counted:
    """Counts the rows ``where`` SQL holds by group, and by class: SQL for its place, and how many.

    ``figures`` are further aggregates, each with a comma before it. With ``gaps`` groups without
    rows are kept, but for missing values and the outer bins.
    """
    sql, classes = by
    rows = looked.found(
        f"SELECT coalesce({made.sql}, -1) AS place, {sql} AS class, {made.bounds},"  # noqa: S608
        f" count(*){figures} FROM looked WHERE {where} GROUP BY place, class"
    )
    places = len(made.groups) + 1
    amounts = np.zeros((places, classes, 1 + figures.count(", ")))
    for place, class_place, *_, in_ in ((*row[:2], row[5:]) for row in rows):
        amounts[place, class_place] = [np.nan if each is None else each for each in in_]
    there = amounts[:, :, 0].sum(axis=1) > 0
    if gaps:
        there[_inner(made.groups)] = True
    every = (*_as_counted(made, rows), Group(Sort.MISSING))
    kept = tuple(group for group, stays in zip(every, there, strict=True) if stays)
    return Counted(kept, amounts[there])


def _inner(made: tuple[Group, ...]) -> list[int]:
    return [
        place
        for place, group in enumerate(made)
        if group.sort is not Sort.RANGE or (group.low is not None and group.high is not None)
    ]


def _as_counted(made: Cut, rows: list[tuple[Any, ...]]) -> tuple[Group, ...]:
    """Ranges that hold one value only say so; whole numbers are said to be whole."""
    if not made.groups or made.groups[0].sort is not Sort.RANGE:
        return made.groups
    spans: dict[int, tuple[float, float]] = {}
    whole = True
    for place, _, least, greatest, all_whole, *_ in rows:
        if place == -1 or least is None:
            continue
        low, high = spans.get(place, (np.inf, -np.inf))
        spans[place] = (min(low, least), max(high, greatest))
        whole &= bool(all_whole)
    return tuple(
        _named(group, spans.get(place) if made.ranges else None, whole)
        for place, group in enumerate(made.groups)
    )


def _named(group: Group, span: tuple[float, float] | None, whole: bool) -> Group:
    if span is not None and span[0] == span[1]:
        return replace(group, low=span[0], high=span[0], whole=whole)
    return replace(group, whole=whole)
