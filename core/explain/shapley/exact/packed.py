"""A fitted forest as flat arrays of its splits and leaves, ready for compiled walks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from core.models.family import Floats

Ints = NDArray[np.int32]

Place = tuple[int, int, int, int]  # next split, next leaf, depth, distinct columns

COMPILED = njit(cache=True, nogil=True, error_model="numpy")
LEFT_OF_NOBODY = 0.5  # the share that goes left at a split which no training row reaches


class Splits(NamedTuple):
    """One entry a split, the splits of a tree together, parents first and left before right.

    ``left`` and ``right`` name another split, or a leaf as ``-1 - leaf``. A value goes left where
    it is at most ``threshold`` (float32, rounded down: float32 values compare as they do with
    scikit-learn's float64), a missing one where ``missing_left``. ``share`` is the share of the
    split's training rows that went left. ``earlier`` is the depth of the last split above on the
    same column (-1: none) and ``prior`` the product of the shares of all those (1: none).
    """

    left: Ints
    right: Ints
    column: Ints
    threshold: NDArray[np.float32]
    missing_left: NDArray[np.bool_]
    share: Floats
    earlier: Ints
    prior: Floats


class Source(NamedTuple):
    """The arrays of a ``sklearn.tree._tree.Tree``, by node, in kinds that never change."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    column: NDArray[np.int64]
    threshold: NDArray[np.float32]
    missing_left: NDArray[np.bool_]
    cover: Floats
    value: Floats
    columns: int
    depth: int


@dataclass(frozen=True, eq=False)
class Packed:
    """A forest whose prediction is the sum of one leaf a tree.

    ``roots`` (trees,) name each tree's first split or only leaf; ``leaves`` (leaves, outputs) are
    the trees' values divided by the number of trees; ``base`` (outputs,) is the mean prediction
    weighted by the training rows in the leaves. ``depth`` is the most splits on a path,
    ``distinct`` the most different columns on one.
    """

    columns: int
    roots: Ints
    splits: Splits
    leaves: Floats
    base: Floats
    depth: int
    distinct: int


def packed(estimator: Any) -> Packed:
    """The forest or tree that scikit-learn fitted; its leaves are taken as they are.

    One output a class for a classifier (the chance, where the leaves hold shares), else one.
    """
    trees = [tree.tree_ for tree in getattr(estimator, "estimators_", [estimator])]
    inner = sum(int((tree.children_left >= 0).sum()) for tree in trees)
    outer = sum(tree.node_count for tree in trees) - inner
    splits = _empty(inner)
    leaves, reach = np.empty((outer, trees[0].value.shape[2])), np.empty(outer)
    roots = np.empty(len(trees), "int32")
    at = (0, 0, 0, 0)
    for number, tree in enumerate(trees):
        roots[number] = at[0] if tree.children_left[0] >= 0 else -1 - at[1]
        at = _copy(_source(tree), at, splits, leaves, reach)
    leaves /= len(trees)
    _, _, depth, distinct = at
    return Packed(trees[0].n_features, roots, splits, leaves, reach @ leaves, depth, distinct)


def predicted(forest: Packed, x: NDArray[np.float32]) -> Floats:
    """The forest's prediction for rows x (n, columns): (n, outputs)."""
    x = np.ascontiguousarray(x, "float32")
    if x.shape[1] != forest.columns:
        raise ValueError(f"{x.shape[1]} columns, not {forest.columns}")
    found = np.zeros((len(x), forest.leaves.shape[1]))
    _add_leaves(forest.roots, forest.splits, forest.leaves, x, found)
    return found


def _empty(splits: int) -> Splits:
    kinds = ("int32", "int32", "int32", "float32", "bool", "float64", "int32", "float64")
    return Splits(*(np.empty(splits, kind) for kind in kinds))


def _source(tree: Any) -> Source:
    exact = tree.threshold
    near = exact.astype("float32")
    below = np.where(near > exact, np.nextafter(near, np.float32(-np.inf)), near)
    return Source(
        tree.children_left.astype("int64"),
        tree.children_right.astype("int64"),
        tree.feature.astype("int64"),
        below.astype("float32"),
        tree.missing_go_to_left.astype("bool"),
        tree.weighted_n_node_samples.astype("float64"),
        np.ascontiguousarray(tree.value[:, 0, :], "float64"),
        tree.n_features,
        tree.max_depth,
    )


@COMPILED
def _copy(source: Source, at: Place, splits: Splits, leaves: Floats, reach: Floats) -> Place:
    """Write one tree's splits, leaves and the shares of rows that reach them, depth first.

    Gives the next free places, and the most splits and distinct columns on a path so far.
    """
    split, leaf, depth, distinct = at
    levels = source.depth + 1
    last = np.full(source.columns, -1, np.int32)  # depth of the last split on each column
    product = np.ones(source.columns)  # of each column's shares on this path
    node = np.zeros(levels, np.int64)
    stage, place = np.zeros_like(node), np.zeros_like(node)
    came, seen, level = np.ones(levels), 0, 0
    while level >= 0:
        n = node[level]
        f = source.column[n]
        if stage[level] == 0 and level > 0:
            sides = splits.left if stage[level - 1] == 1 else splits.right
            sides[place[level - 1]] = split if source.left[n] >= 0 else -1 - leaf
        if source.left[n] < 0:
            leaves[leaf], reach[leaf] = source.value[n], came[level]
            leaf, depth, level = leaf + 1, max(depth, level), level - 1
        elif stage[level] == 2:
            last[f], product[f] = splits.earlier[place[level]], splits.prior[place[level]]
            seen -= last[f] < 0
            level -= 1
        else:
            if stage[level] == 0:
                _describe(source, n, splits, split, last[f], product[f])
                place[level], last[f] = split, level
                seen += splits.earlier[split] < 0
                distinct, split = max(distinct, seen), split + 1
            share = splits.share[place[level]]
            share = share if stage[level] == 0 else 1.0 - share
            product[f] = splits.prior[place[level]] * share
            node[level + 1] = source.left[n] if stage[level] == 0 else source.right[n]
            came[level + 1], stage[level + 1] = came[level] * share, 0
            stage[level] += 1
            level += 1
    return split, leaf, depth, distinct


@COMPILED
def _describe(
    source: Source, n: int, splits: Splits, split: int, earlier: int, prior: float
) -> None:
    cover = source.cover[source.left[n]] + source.cover[source.right[n]]
    splits.column[split] = source.column[n]
    splits.threshold[split] = source.threshold[n]
    splits.missing_left[split] = source.missing_left[n]
    splits.share[split] = source.cover[source.left[n]] / cover if cover > 0 else LEFT_OF_NOBODY
    splits.earlier[split], splits.prior[split] = earlier, prior


@COMPILED
def _add_leaves(
    roots: Ints, splits: Splits, leaves: Floats, x: NDArray[np.float32], found: Floats
) -> None:
    for root in roots:
        for i in range(len(x)):
            at = root
            while at >= 0:
                value = x[i, splits.column[at]]
                missing = splits.missing_left[at]
                goes = missing if np.isnan(value) else value <= splits.threshold[at]
                at = splits.left[at] if goes else splits.right[at]
            for o in range(leaves.shape[1]):
                found[i, o] += leaves[-1 - at, o]
