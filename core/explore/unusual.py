"""Customers unlike the others, by two ways of looking, and the columns that make them so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import TooFewToGroup
from core.explore.traits import numbers
from core.progress import Report, silent
from core.schema import Column, Kind

TREES = 200
TREES_AT_ONCE = 20
ROWS_AT_ONCE = 5_000
LEAST_ROWS = 50
LISTED = 30
COLUMNS_TOLD = 3
TOP_SHARE = 0.01
LEAST_TOP = 10
GRID = 20
SMALLEST_ERROR = 1e-4  # of the largest: smaller ones are drawn as that
TINY = 1e-9
STAGE = "segments.stage.forest"

Matrix = NDArray[np.float32]
Floats = NDArray[np.float64]
Blocks = tuple[tuple[int, int], ...]
Edges = tuple[float, ...]


@dataclass(frozen=True)
class Why:
    """A column's part in what makes a customer unusual.

    ``forest`` and ``network`` are its shares of the two scores' excess, in 0..1. ``below`` and
    ``same`` are the shares of the customers with a value whose value is smaller, and the same
    (of a level only ``same``); ``same`` is the share of customers without one for a gap.
    """

    column: str
    forest: float
    network: float
    same: float
    below: float | None = None
    gap: bool = False


@dataclass(frozen=True)
class Odd:
    """One unusual customer: row number from 0, the scores and the places (the most unusual is 1) by
    forest and network, and the columns that matter most, first the one that matters most.
    """

    row: int
    scores: tuple[float, float]
    places: tuple[int, int]
    why: tuple[Why, ...]


@dataclass(frozen=True)
class Unusual:
    """The most unusual customers by the mean of both ranks, and how far the two agree.

    Of the ``top`` most unusual of each way ``both`` are in both, where chance alone would give
    ``by_chance``; ``correlation`` is Spearman's of the two scores. ``grid`` counts customers by
    score, (20, 20), the forest's down, between ``edges``: the forest's evenly, the network's error
    by factors. ``rebuilt`` is the share of the variance that the network gives back for rows it
    did not learn from (below 0 it gives back nothing).
    """

    seed: int
    rows: int
    rows_of_table: int
    columns: tuple[str, ...]
    rebuilt: float
    correlation: float
    top: int
    both: int
    odd: tuple[Odd, ...]
    grid: tuple[tuple[int, ...], ...]
    edges: tuple[Edges, Edges]

    @property
    def by_chance(self) -> float:
        return self.top**2 / self.rows


@dataclass(frozen=True, eq=False)
class Ground:
    """Customers as a typed table, as a scaled matrix with its blocks, and as the network gives them
    back, (rows, width) each.
    """

    table: pd.DataFrame
    columns: tuple[Column, ...]
    x: Matrix
    blocks: Blocks
    again: Floats


def isolation(x: Matrix, seed: int, report: Report = silent) -> Any:
    """A forest of random splits (Liu, Ting and Zhou 2008), some trees at a time."""
    from sklearn.ensemble import IsolationForest

    if len(x) < LEAST_ROWS:
        raise TooFewToGroup(len(x), LEAST_ROWS)
    forest = IsolationForest(n_estimators=TREES_AT_ONCE, warm_start=True, random_state=seed)
    for trees in range(TREES_AT_ONCE, TREES + 1, TREES_AT_ONCE):
        report(trees / TREES, STAGE)
        forest.set_params(n_estimators=trees).fit(x)
    return forest


def depth_scores(forest: Any, x: Matrix, report: Report = silent) -> Floats:
    """How unusual rows are, (rows,) in 0..1: 2 to the minus mean depth over what is usual."""
    parts = []
    for start in range(0, len(x), ROWS_AT_ONCE):
        report(start / len(x), STAGE)
        parts.append(-forest.score_samples(x[start : start + ROWS_AT_ONCE]))
    return np.concatenate(parts)


def column_errors(x: Matrix, again: Floats, blocks: Blocks) -> Floats:
    """Squared error of each column, (rows, columns)."""
    squares = (np.asarray(x, np.float64) - again) ** 2
    return np.column_stack([squares[:, start:stop].sum(axis=1) for start, stop in blocks])


def unusual(ground: Ground, forest: Any, seed: int, rebuilt: float, report: Report) -> Unusual:
    """The customers that both ways together find most unusual.

    A column's part by the forest is how much the score falls where the column alone gets its
    typical value; by the network it is the column's error above its mean.
    """
    from scipy.stats import spearmanr

    depth = depth_scores(forest, ground.x, report)
    errors = column_errors(ground.x, ground.again, ground.blocks)
    scores = np.column_stack([depth, errors.sum(axis=1)])
    places = _places(scores)
    listed = np.argsort(places.sum(axis=1), kind="stable")[:LISTED]
    by_forest = _falls(ground, forest, depth, listed)
    by_network = _parts(np.maximum(errors[listed] - errors.mean(axis=0), 0.0))
    top = max(LEAST_TOP, round(TOP_SHARE * len(depth)))
    constant = bool((np.ptp(scores, axis=0) == 0).any())
    grid, edges = _grid(scores)
    return Unusual(
        seed=seed,
        rows=len(depth),
        rows_of_table=len(depth),
        columns=tuple(column.name for column in ground.columns),
        rebuilt=rebuilt,
        correlation=0.0 if constant else float(spearmanr(*scores.T).statistic),
        top=top,
        both=int((places <= top).all(axis=1).sum()),
        odd=tuple(
            Odd(
                int(ground.table.index[place]),
                (float(scores[place, 0]), float(scores[place, 1])),
                (int(places[place, 0]), int(places[place, 1])),
                _whys(ground, int(place), np.stack([by_forest[i], by_network[i]])),
            )
            for i, place in enumerate(listed)
        ),
        grid=grid,
        edges=edges,
    )


def _places(scores: Floats) -> NDArray[np.intp]:
    """(rows, ways) 1 for the highest score; ties by who comes first."""
    order = np.argsort(-scores, axis=0, kind="stable")
    places = np.empty(scores.shape, np.intp)
    np.put_along_axis(places, order, np.arange(1, len(scores) + 1)[:, None], axis=0)
    return places


def _falls(ground: Ground, forest: Any, depth: Floats, listed: NDArray[np.intp]) -> Floats:
    """Shares by the forest, (listed, columns)."""
    falls = []
    for column, (start, stop) in zip(ground.columns, ground.blocks, strict=True):
        changed = ground.x[listed].copy()
        changed[:, start:stop] = _typical(ground.x[:, start:stop], column)
        falls.append(depth[listed] + forest.score_samples(changed))
    return _parts(np.maximum(np.column_stack(falls), 0.0))


def _typical(block: Matrix, column: Column) -> Matrix:
    if column.kind in (Kind.NUMBER, Kind.DATE):
        return np.asarray(np.median(block, axis=0))
    found, counts = np.unique(block, axis=0, return_counts=True)
    return np.asarray(found[counts.argmax()])


def _parts(amounts: Floats) -> Floats:
    """Each row's amounts as shares of their sum; zeros where there is nothing."""
    sums = amounts.sum(axis=1, keepdims=True)
    return np.divide(amounts, sums, out=np.zeros_like(amounts), where=sums > 0)


def _whys(ground: Ground, place: int, parts: Floats) -> tuple[Why, ...]:
    """``parts`` (2, columns) are the shares by the forest and by the network."""
    most = np.argsort(-parts.mean(axis=0), kind="stable")[:COLUMNS_TOLD]
    return tuple(
        _why(ground.table[ground.columns[c].name], ground.columns[c], place, parts[:, c])
        for c in most
        if parts[:, c].any()
    )


def _why(cells: pd.Series, column: Column, place: int, parts: Floats) -> Why:
    numeric = column.kind in (Kind.NUMBER, Kind.DATE)
    values = numbers(cells) if numeric else cells.to_numpy()
    gaps = np.asarray(pd.isna(values))
    known = values[~gaps]
    gap = bool(gaps[place])
    below = float((known < values[place]).mean()) if numeric and not gap else None
    same = float(gaps.mean() if gap else (known == values[place]).mean())
    return Why(column.name, float(parts[0]), float(parts[1]), same, below, gap)


def _grid(scores: Floats) -> tuple[tuple[tuple[int, ...], ...], tuple[Edges, Edges]]:
    """How many customers have which scores, and between which bounds."""
    errors = np.maximum(scores[:, 1], scores[:, 1].max() * SMALLEST_ERROR or 1.0)
    depths = np.linspace(scores[:, 0].min(), scores[:, 0].max() + TINY, GRID + 1)
    factors = np.geomspace(errors.min(), errors.max() * (1 + TINY), GRID + 1)
    counts, _, _ = np.histogram2d(scores[:, 0], errors, bins=(depths, factors))
    grid = tuple(tuple(int(count) for count in row) for row in counts)
    return grid, (tuple(depths.tolist()), tuple(factors.tolist()))
