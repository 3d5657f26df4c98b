"""A segment said as a few conditions on columns: the way to one node of a shallow tree."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.privacy.counts import K
from core.errors import NoRule
from core.explore.filters import Filter, kept
from core.explore.traits import numbers
from core.schema import Column, Kind

DEEPEST, LEAVES_DEEPEST = 4, 3
LEVELS_AT_MOST = 12  # of a column that may stand in a condition
ROWS_TO_FIT = 20_000
EPOCH = np.datetime64("1970-01-01", "us")
DAY_US = 86_400_000_000

Floats = NDArray[np.float64]
Inside = NDArray[np.bool_]


@dataclass(frozen=True)
class Rule:
    """Conditions in place of a segment, and how well they stand for it.

    Of the ``met`` rows that meet them ``right`` belong to the segment, which has ``rows``.
    """

    filters: tuple[Filter, ...]
    met: int
    right: int
    rows: int

    @property
    def precision(self) -> float:
        """The share of those who meet the conditions that belong to the segment."""
        return self.right / self.met if self.met else 0.0

    @property
    def recall(self) -> float:
        """The share of the segment that meets the conditions."""
        return self.right / self.rows if self.rows else 0.0


@dataclass(frozen=True, eq=False)
class _Side:
    """One input of the tree: a column's numbers, or whether it says ``level``."""

    column: Column
    values: Floats
    level: str = ""


@dataclass(frozen=True)
class _Step:
    """One turn on the way: at most ``threshold``, or above it; whether gaps went along."""

    side: int
    threshold: float
    low: bool
    missing: bool


def rule(
    table: pd.DataFrame, columns: tuple[Column, ...], inside: Inside, number: int, seed: int = 0
) -> Rule:
    """The conditions that stand best for the rows ``inside`` (rows,) of a typed table.

    A tree of at most four questions is fitted on inside against outside; of all its nodes the one
    whose rows have the highest F1 gives the conditions on the way to it. They are counted on every
    row of ``table`` as ``kept`` keeps them. ``number`` names the segment in NoRule, which is raised
    where nothing picks it out or fewer than ten customers would be left.
    """
    from sklearn.tree import DecisionTreeClassifier

    sides = _sides(table, columns)
    drawn = np.random.default_rng(seed).permutation(len(table))[:ROWS_TO_FIT]
    if not sides or not 0 < inside[drawn].sum() < len(drawn):
        raise NoRule(number)
    x = np.column_stack([side.values for side in sides])[drawn]
    tree = DecisionTreeClassifier(
        max_depth=DEEPEST, min_samples_leaf=K, class_weight="balanced", random_state=seed
    ).fit(x, inside[drawn])
    way = _best_way(tree.tree_, x, inside[drawn])
    filters = _filters(way, sides)
    if not filters:
        raise NoRule(number)
    right = inside[table.index.get_indexer(kept(table, filters).index)]
    if len(right) < K:
        raise NoRule(number)
    return Rule(filters, len(right), int(right.sum()), int(inside.sum()))


def leaves(
    table: pd.DataFrame, columns: tuple[Column, ...], amounts: Floats, least: int, seed: int = 0
) -> tuple[tuple[Filter, ...], ...]:
    """Conditions for each group of customers that a shallow tree parts by ``amounts`` (rows,).

    A regression tree of at most three questions with ``least`` rows a leaf; none where it has
    nothing to ask. Conditions of different leaves leave each other out.
    """
    from sklearn.tree import DecisionTreeRegressor

    sides = _sides(table, columns)
    if not sides or len(table) < 2 * least:
        return ()
    x = np.column_stack([side.values for side in sides])
    tree = DecisionTreeRegressor(
        max_depth=LEAVES_DEEPEST, min_samples_leaf=least, random_state=seed
    ).fit(x, amounts)
    of, found = tree.tree_, []
    for node, way in _ways(of, x):
        if of.children_left[node] < 0:
            found.append(_filters(way, sides))
    return tuple(found)


def _sides(table: pd.DataFrame, columns: tuple[Column, ...]) -> list[_Side]:
    """What the tree may ask about. A level of fewer than ten customers is asked about and named
    nowhere, as it might tell who they are."""
    found = []
    for column in columns:
        cells = table[column.name]
        if column.kind in (Kind.NUMBER, Kind.DATE):
            found.append(_Side(column, numbers(cells)))
        elif column.kind is not Kind.TEXT and 1 < cells.nunique() <= LEVELS_AT_MOST:
            counts = cells.value_counts()
            for level in counts.index[counts >= K]:
                says = np.where(cells.isna(), np.nan, cells == level)
                found.append(_Side(column, says.astype(np.float64), str(level)))
    return found


def _best_way(tree: Any, x: Floats, inside: Inside) -> tuple[_Step, ...]:
    """The way to the node with the highest F1; the shorter of two."""
    reached = np.asarray(_passed(tree, x))
    hits = reached[inside].sum(axis=0)
    f1 = 2 * hits / (reached.sum(axis=0) + inside.sum())
    ways = dict(_ways(tree, x))
    best = max(ways, key=lambda node: (round(float(f1[node]), 9), -len(ways[node])))
    return ways[best]


def _passed(tree: Any, x: Floats) -> Any:
    """(rows, nodes) true where a row passes a node."""
    return tree.decision_path(x.astype("float32")).toarray().astype(bool)


def _ways(tree: Any, x: Floats, node: int = 0, way: tuple[_Step, ...] = ()) -> Iterator[Any]:
    """Every node but the root with the turns that lead to it."""
    if way:
        yield node, way
    left, right = int(tree.children_left[node]), int(tree.children_right[node])
    if left < 0:
        return
    side, threshold = int(tree.feature[node]), float(tree.threshold[node])
    gaps = bool(np.isnan(x[:, side]).any())
    with_left = bool(tree.missing_go_to_left[node])
    low = _Step(side, threshold, True, gaps and with_left)
    high = _Step(side, threshold, False, gaps and not with_left)
    yield from _ways(tree, x, left, (*way, low))
    yield from _ways(tree, x, right, (*way, high))


def _filters(way: tuple[_Step, ...], sides: list[_Side]) -> tuple[Filter, ...]:
    """The turns as a condition a column, in the order in which they come."""
    by_column: dict[str, list[_Step]] = {}
    for step in way:
        by_column.setdefault(sides[step.side].column.name, []).append(step)
    return tuple(_filter(steps, sides) for steps in by_column.values())


def _filter(steps: list[_Step], sides: list[_Side]) -> Filter:
    column = sides[steps[0].side].column
    missing = all(step.missing for step in steps)
    if any(not step.low and math.isinf(step.threshold) for step in steps):
        return Filter(column.name, levels=(), missing=missing)  # gaps alone
    told = [step for step in steps if math.isfinite(step.threshold)]
    if not told:
        return Filter(column.name)  # whatever is known
    if column.kind not in (Kind.NUMBER, Kind.DATE):
        return Filter(column.name, levels=_levels(told, sides), missing=missing)
    values = sides[steps[0].side].values
    lows = [_at_least(values, step.threshold, column) for step in told if not step.low]
    highs = [_at_most(values, step.threshold, column) for step in told if step.low]
    low, high = max(lows, default=None), min(highs, default=None)
    if column.kind is Kind.NUMBER:
        return Filter(column.name, low, high, missing=missing)
    days = bool((values[np.isfinite(values)] % 1 == 0).all())
    return Filter(column.name, _moment(low, days), _moment(high, days), missing=missing)


def _levels(steps: list[_Step], sides: list[_Side]) -> tuple[str, ...]:
    """The levels that every turn lets through."""
    column = sides[steps[0].side].column.name
    known = [side.level for side in sides if side.column.name == column]
    for step in steps:
        said = sides[step.side].level
        known = [level for level in known if (level != said) == step.low]
    return tuple(known)


def _at_least(values: Floats, threshold: float, column: Column) -> float:
    """The roundest bound that the values above the threshold, and no others, reach."""
    above = float(np.min(values[values > threshold], initial=math.inf))
    below = float(np.max(values[values <= threshold], initial=-math.inf))
    return _roundest(below, above, above, column)


def _at_most(values: Floats, threshold: float, column: Column) -> float:
    above = float(np.min(values[values > threshold], initial=math.inf))
    below = float(np.max(values[values <= threshold], initial=-math.inf))
    return _roundest(below, above, below, column)


def _roundest(below: float, above: float, own: float, column: Column) -> float:
    """A number from ``below`` to ``above`` that parts them as ``own``, which is one of them."""
    if column.kind is Kind.DATE or not (math.isfinite(below) and math.isfinite(above)):
        return own
    middle = (below + above) / 2
    finest = 0 if below.is_integer() and above.is_integer() else 16
    for digits in range(-12, finest):
        tried = round(middle, digits)
        if below < tried < above:
            return tried
    return own


def _moment(bound: float | None, days: bool) -> str | None:
    """Days since 1970 as ISO text; a bare day where the column holds ``days`` only."""
    if bound is None:
        return None
    return str(EPOCH + np.timedelta64(round(bound * DAY_US), "us"))[: 10 if days else None]
