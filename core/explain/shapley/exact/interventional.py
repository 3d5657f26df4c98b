"""Interventional TreeSHAP (Lundberg et al. 2020): a walk for each row and background row.

For one background row, a leaf is a product game of zeros and ones: it counts where every column
on its path is satisfied by the row or by the background row. With n columns satisfied by the row
alone and m by the background row alone, each of the n gains ``(n-1)! m! / (n+m)!`` of the leaf's
value and each of the m loses ``n! (m-1)! / (n+m)!`` of it. A walk only visits leaves that count:
it branches where the two rows part on a column on which they have not parted before.
"""

from __future__ import annotations

from math import factorial
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from core.explain.shapley.exact.packed import Ints, Packed, Splits, predicted
from core.explain.shapley.exact.slices import Work, summed
from core.models.family import Floats, Matrix
from core.progress import Report, silent

VISITS_AT_ONCE = 500_000  # splits times background rows between two looks at a stop
COMPILED = njit(cache=True, nogil=True, error_model="numpy")
BOTH, ROW, BACKGROUND = 0, 1, 2  # which of the two satisfies a column's splits so far


class Ends(NamedTuple):
    """Leaves (leaves, outputs) and Shapley's weights by how many columns each row has alone."""

    leaves: Floats
    weights: Floats


class Way(NamedTuple):
    """What a walk remembers of where the two rows parted."""

    state: NDArray[np.int8]  # (columns,)
    parted: NDArray[np.int64]  # (depth, 4): the column, the other side, n and m before
    sums: Floats  # (depth, 2, outputs): what leaves below give each column that gains, and loses
    found: Floats  # (columns, outputs)


def interventional(
    forest: Packed,
    x: Matrix,
    background: Matrix,
    report: Report = silent,
    threads: int = 1,
) -> Floats:
    """Shapley values (rows, columns, outputs) for rows x (n, columns), all outputs.

    A column that a coalition lacks takes its values from ``background`` (m, columns), all of one
    row at a time. They and the mean prediction of the background add up to the prediction.
    """
    behind = np.ascontiguousarray(background, "float32")
    if behind.shape[1] != forest.columns or not len(behind):
        raise ValueError(f"a background of {behind.shape}, not of {forest.columns} columns")
    ends = Ends(forest.leaves, shares(forest.distinct) / len(behind))

    def add(trees: slice, block: Matrix, into: Floats) -> None:
        _walks(forest.roots[trees], forest.splits, ends, block, behind, into)

    work = Work(add, forest.leaves.shape[1], VISITS_AT_ONCE // len(behind))
    return summed(forest, x, work, report, threads)


def base(forest: Packed, background: Matrix) -> Floats:
    """The mean prediction (outputs,) of the background rows."""
    return predicted(forest, background).mean(axis=0)


def shares(most: int) -> NDArray[np.float64]:
    """``n! m! / (n + m + 1)!`` for n and m up to ``most``: (most + 1, most + 1)."""
    whole = range(most + 1)
    return np.array(
        [[factorial(n) * factorial(m) / factorial(n + m + 1) for m in whole] for n in whole]
    )


@COMPILED
def _walks(
    roots: Ints, splits: Splits, ends: Ends, x: Matrix, behind: Matrix, effects: Floats
) -> None:
    """Add the effects of all pairs on rows x (columns, rows) to (outputs, columns, rows)."""
    columns, most, outputs = x.shape[0], len(ends.weights), ends.leaves.shape[1]
    way = Way(
        np.zeros(columns, np.int8),
        np.zeros((most + 1, 4), np.int64),
        np.zeros((most + 1, 2, outputs)),
        np.zeros((columns, outputs)),
    )
    row = np.empty(columns, np.float32)
    for i in range(x.shape[1]):
        row[:] = x[:, i]
        way.found[:] = 0.0
        for root in roots:
            if root >= 0:
                for b in range(len(behind)):
                    _pair(root, splits, ends, row, behind[b], way)
        effects[:, :, i] += way.found.T


@COMPILED
def _pair(root: int, splits: Splits, ends: Ends, row: Matrix, other: Matrix, way: Way) -> None:
    """One tree for one row and one background row."""
    depth, n, m, at = 0, 0, 0, root
    way.sums[0] = 0.0
    while True:
        while at >= 0:  # down to a leaf, by the row's side where the two part
            f, missing = splits.column[at], splits.missing_left[at]
            mine = missing if np.isnan(row[f]) else row[f] <= splits.threshold[at]
            theirs = missing if np.isnan(other[f]) else other[f] <= splits.threshold[at]
            if mine != theirs and way.state[f] == BOTH:
                way.parted[depth, 0] = f
                way.parted[depth, 1] = splits.right[at] if mine else splits.left[at]
                way.parted[depth, 2], way.parted[depth, 3] = n, m
                way.state[f] = ROW
                n += 1
                depth += 1
                way.sums[depth] = 0.0
            goes = theirs if way.state[f] == BACKGROUND else mine
            at = splits.left[at] if goes else splits.right[at]
        _count(ends, -1 - at, n, m, way.sums, depth)
        while depth > 0 and way.state[way.parted[depth - 1, 0]] == BACKGROUND:
            _back(way, depth)
            depth -= 1
        if depth == 0:
            return
        _back(way, depth)
        way.sums[depth] = 0.0
        way.state[way.parted[depth - 1, 0]] = BACKGROUND
        at, n, m = way.parted[depth - 1, 1], way.parted[depth - 1, 2], way.parted[depth - 1, 3] + 1


@COMPILED
def _count(ends: Ends, leaf: int, n: int, m: int, sums: Floats, depth: int) -> None:
    """What the leaf gives each of n columns and takes from each of m."""
    for o in range(ends.leaves.shape[1]):
        if n > 0:
            sums[depth, 0, o] += ends.leaves[leaf, o] * ends.weights[n - 1, m]
        if m > 0:
            sums[depth, 1, o] += ends.leaves[leaf, o] * ends.weights[n, m - 1]


@COMPILED
def _back(way: Way, depth: int) -> None:
    """One side of where the rows parted is done: credit the column, hand the sums up."""
    f = way.parted[depth - 1, 0]
    for o in range(way.sums.shape[2]):
        if way.state[f] == ROW:
            way.found[f, o] += way.sums[depth, 0, o]
        else:
            way.found[f, o] -= way.sums[depth, 1, o]
        way.sums[depth - 1, 0, o] += way.sums[depth, 0, o]
        way.sums[depth - 1, 1, o] += way.sums[depth, 1, o]
    if way.state[f] == BACKGROUND:
        way.state[f] = BOTH
