"""How strongly columns of any kind go together, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.explore.groups import Sort, in_levels
from core.schema import Column, Kind, Role, Schema

COLUMNS_AT_MOST = 30
ROWS_AT_MOST = 20_000  # 30 columns are 435 pairs, each ranked over the rows both columns know
LEVELS_AT_MOST = 50
CLOSE = 0.7
ROWS_AT_LEAST = 3

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


class Measured(StrEnum):
    """How a pair was measured: SPEARMAN in -1..1, the others in 0..1."""

    SPEARMAN = "spearman"
    CORRELATION_RATIO = "correlation_ratio"
    CRAMERS_V = "cramers_v"


@dataclass(frozen=True)
class Associations:
    """Pairwise association of n columns, the target first, then by how they go with it.

    ``values`` (n, n) is symmetric with 1 on the diagonal; nan where a pair has too few rows or a
    constant side. ``measures`` (n x n) say which. ``rows`` were used of the table's; ``left_out``
    counts columns beyond the limit. ``groups`` are the columns that go together closely, where
    that was asked (``clustered``).
    """

    columns: tuple[str, ...]
    values: Floats
    measures: tuple[tuple[Measured, ...], ...]
    rows: int
    left_out: int
    groups: tuple[tuple[str, ...], ...] = ()


def associations(
    table: pd.DataFrame, schema: Schema, target: str, at_most: int = COLUMNS_AT_MOST
) -> Associations:
    """The ``at_most`` columns that go with the target most, and all pairs of them.

    Numbers and dates: Spearman's rank correlation. Number and category: the correlation ratio
    (Fisher 1925; root of the variance between the levels over all). Categories: Cramer's V with
    Bergsma's (2013) correction. Each pair over the rows that know both; beyond 20,000 rows an even
    draw of them. Ids, groups, texts and ignored columns are left out.
    """
    rows = _drawn(len(table))
    sides = {
        column.name: _side(table[column.name].iloc[rows], column)
        for column in schema.columns
        if column.name in table and (column.name == target or _takes_part(column))
    }
    others = [name for name in sides if name != target]
    strength = {name: abs(association(sides[target], sides[name])) for name in others}
    others.sort(key=lambda name: -np.nan_to_num(strength[name]))
    names = (target, *others[: at_most - 1])
    values = np.ones((len(names), len(names)))
    for i, one in enumerate(names):
        for j, other in enumerate(names[:i]):
            values[i, j] = values[j, i] = association(sides[one], sides[other])
    measures = tuple(tuple(measure(sides[a], sides[b]) for b in names) for a in names)
    return Associations(names, values, measures, len(rows), len(sides) - len(names))


def clustered(found: Associations) -> Associations:
    """The same with the target first and columns that go together side by side.

    Average linkage on 1 - |association| (Sokal and Michener 1958), leaves in optimal order
    (Bar-Joseph et al. 2001); groups are cut where the average falls below CLOSE.
    """
    if len(found.columns) < 4:
        return found
    from scipy.cluster.hierarchy import fcluster, leaves_list, linkage
    from scipy.spatial.distance import squareform

    apart = 1 - np.abs(np.nan_to_num(found.values[1:, 1:]))
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform(apart, checks=False), "average", optimal_ordering=True)
    order = [0, *(1 + leaves_list(tree)).tolist()]
    cut = fcluster(tree, 1 - CLOSE, "distance")
    names = [found.columns[place] for place in order]
    numbers = {found.columns[1 + place]: number for place, number in enumerate(cut.tolist())}
    members: dict[int, list[str]] = {}
    for name in names[1:]:
        members.setdefault(numbers[name], []).append(name)
    return replace(
        found,
        columns=tuple(names),
        values=found.values[np.ix_(order, order)],
        measures=tuple(tuple(found.measures[i][j] for j in order) for i in order),
        groups=tuple(tuple(group) for group in members.values() if len(group) > 1),
    )


def _takes_part(column: Column) -> bool:
    return column.role not in (Role.ID, Role.GROUP, Role.IGNORED) and column.kind is not Kind.TEXT


def _drawn(rows: int) -> NDArray[np.int64]:
    if rows <= ROWS_AT_MOST:
        return np.arange(rows)
    return np.sort(np.random.default_rng(0).choice(rows, ROWS_AT_MOST, replace=False))


@dataclass(frozen=True)
class Side:
    """A column made ready: ``numbers`` with nan for missing, or ``codes`` with -1.

    ``ranks`` are the numbers' around their mean, where none is missing.
    """

    numbers: Floats | None
    codes: Codes
    ranks: Floats | None = None


def _side(values: pd.Series, column: Column) -> Side:
    if column.kind is Kind.NUMBER:
        numbers = values.to_numpy(np.float64)
        return _of_numbers(np.where(np.isfinite(numbers), numbers, np.nan))
    if column.kind is Kind.DATE:
        moments = values.to_numpy("datetime64[us]")
        return _of_numbers(np.where(np.isnat(moments), np.nan, moments.astype(np.float64)))
    levels = in_levels(values, LEVELS_AT_MOST)
    known = [group.sort is not Sort.MISSING for group in levels.groups]
    return Side(None, np.where(np.array([*known, False])[levels.codes], levels.codes, -1))


def _of_numbers(numbers: Floats) -> Side:
    ranks = None if np.isnan(numbers).any() or len(numbers) < ROWS_AT_LEAST else _ranks(numbers)
    return Side(numbers, np.zeros(0, np.intp), ranks)


def _ranks(numbers: Floats) -> Floats:
    """Ranks around their mean; ties take their mean rank."""
    ranks = pd.Series(numbers).rank().to_numpy(np.float64)
    return np.asarray(ranks - ranks.mean())


def measure(one: Side, other: Side) -> Measured:
    """Which measure fits a pair."""
    numbers = (one.numbers is not None) + (other.numbers is not None)
    return (Measured.CRAMERS_V, Measured.CORRELATION_RATIO, Measured.SPEARMAN)[numbers]


def association(one: Side, other: Side) -> float:
    """The pair's association by the measure that fits."""
    if one.ranks is not None and other.ranks is not None:
        return _of_ranks(one.ranks, other.ranks)
    if one.numbers is not None and other.numbers is not None:
        return spearman(one.numbers, other.numbers)
    if one.numbers is not None:
        return correlation_ratio(one.numbers, other.codes)
    if other.numbers is not None:
        return correlation_ratio(other.numbers, one.codes)
    return cramers_v(one.codes, other.codes)


def spearman(a: Floats, b: Floats) -> float:
    """Spearman's rank correlation over rows where neither is nan; ties take their mean rank."""
    known = ~(np.isnan(a) | np.isnan(b))
    if known.sum() < ROWS_AT_LEAST:
        return float("nan")
    return _of_ranks(_ranks(a[known]), _ranks(b[known]))


def _of_ranks(x: Floats, y: Floats) -> float:
    scale = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / scale if scale > 0 else float("nan")


def correlation_ratio(numbers: Floats, codes: Codes) -> float:
    """Eta: root of the sum of squares between the levels over the total, in 0..1."""
    known = ~np.isnan(numbers) & (codes >= 0)
    x, levels = numbers[known], codes[known]
    if len(x) < 3:
        return float("nan")
    x = x - x.mean()
    total = float(x @ x)
    counts = np.bincount(levels)
    between = np.divide(np.bincount(levels, x) ** 2, counts, where=counts > 0,
                        out=np.zeros(len(counts)))  # fmt: skip
    return min(float(np.sqrt(between.sum() / total)), 1.0) if total > 0 else float("nan")


def cramers_v(a: Codes, b: Codes) -> float:
    """Cramer's V with Bergsma's (2013) correction for chance, in 0..1."""
    known = (a >= 0) & (b >= 0)
    n = int(known.sum())
    if n < 3:
        return float("nan")
    cells = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(cells, (a[known], b[known]), 1)
    cells = cells[cells.sum(axis=1) > 0][:, cells.sum(axis=0) > 0]
    rows, columns = cells.shape
    if min(rows, columns) < 2:
        return float("nan")
    expected = np.outer(cells.sum(axis=1), cells.sum(axis=0)) / n
    phi = float(((cells - expected) ** 2 / expected).sum()) / n
    phi = max(0.0, phi - (rows - 1) * (columns - 1) / (n - 1))
    least = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)) - 1
    return min(float(np.sqrt(phi / least)), 1.0) if least > 0 else float("nan")
