"""A fitted forest as flat arrays of its splits and leaves, ready for compiled walks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from core.models.family import Floats, Matrix
from core.models.packed.compiled import compiled

Ints = NDArray[np.int32]

Place = tuple[int, int, int]  # next split, next leaf, depth

KINDS = {
    "left": "int32", "right": "int32", "column": "int32", "threshold": "float32",
    "missing_left": "bool", "share": "float64",
}  # fmt: skip
LEFT_OF_NOBODY = 0.5  # the share that goes left at a split which no training row reaches


class Splits(NamedTuple):
    """One entry a split, the splits of a tree together, parents first and left before right.

    ``left`` and ``right`` name another split, or a leaf as ``-1 - leaf``. A value goes left where
    it is at most ``threshold`` (float32, rounded down: float32 values compare as they do with
    scikit-learn's float64), a missing one where ``missing_left``. ``share`` is the share of the
    split's training rows that went left.
    """

    left: Ints
    right: Ints
    column: Ints
    threshold: NDArray[np.float32]
    missing_left: NDArray[np.bool_]
    share: Floats


class Source(NamedTuple):
    """The arrays of a ``sklearn.tree._tree.Tree``, by node, in kinds that never change."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    column: NDArray[np.int64]
    threshold: NDArray[np.float32]
    missing_left: NDArray[np.bool_]
    cover: Floats
    value: Floats
    depth: int


@dataclass(frozen=True, eq=False)
class Packed:
    """A forest whose prediction is the sum of one leaf a tree.

    ``roots`` (trees,) name each tree's first split or only leaf; ``leaves`` (leaves, outputs) are
    the trees' values divided by the number of trees; ``base`` (outputs,) is the mean prediction
    weighted by the training rows in the leaves. ``depth`` is the most splits on a path.
    """

    columns: int
    roots: Ints
    splits: Splits
    leaves: Floats
    base: Floats
    depth: int


_kept: WeakKeyDictionary[Any, Packed] = WeakKeyDictionary()


def packed_once(estimator: Any) -> Packed:
    """The packed forest of an estimator that no longer changes, kept as long as that is."""
    own = getattr(estimator, "packed", None)
    if isinstance(own, Packed):
        return own
    found = _kept.get(estimator)
    if found is None:  # two threads at once pack the same twice, and no harm is done
        found = _kept[estimator] = packed(estimator)
    return found


def packed(estimator: Any) -> Packed:
    """The forest or tree that scikit-learn fitted; its leaves are taken as they are.

    One output a class for a classifier (the chance, where the leaves hold shares), else one.
    """
    trees = [tree.tree_ for tree in getattr(estimator, "estimators_", [estimator])]
    inner = sum(int((tree.children_left >= 0).sum()) for tree in trees)
    nodes = sum(tree.node_count for tree in trees)
    size = (inner, nodes - inner, trees[0].value.shape[2])
    return _joined(map(_source, trees), len(trees), size, trees[0].n_features, over=len(trees))


def _joined(
    sources: Iterable[Source], trees: int, size: tuple[int, int, int], columns: int, over: int
) -> Packed:
    """Trees one after the other, their values divided by ``over``.

    ``size`` is how many splits, leaves and outputs they have.
    """
    inner, outer, outputs = size
    splits, leaves, reach = _empty(inner), np.empty((outer, outputs)), np.empty(outer)
    roots, at = np.empty(trees, "int32"), (0, 0, 0)
    for number, source in enumerate(sources):
        roots[number] = at[0] if source.left[0] >= 0 else -1 - at[1]
        at = _copy(source, at, splits, leaves, reach)
    leaves /= over
    return Packed(columns, roots, splits, leaves, reach @ leaves, at[2])


def mean_of_boosting(boosters: Sequence[Any], columns: int, rounds: int) -> Packed:
    """Of scikit-learn's: the mean of several over their first rounds; a round of each, then the
    next of each.

    The sum is the log-odds (one output), the logits or the value; the constants that boosting
    begins with lie in the first tree's leaves.
    """
    outputs, over = len(boosters[0]._predictors[0]), len(boosters)
    each = (booster._predictors[done] for done in range(rounds) for booster in boosters)
    grown = [(tree.nodes, k) for trees in each for k, tree in enumerate(trees)]
    inner = sum(int((nodes["is_leaf"] == 0).sum()) for nodes, _ in grown)
    size = (inner, sum(len(nodes) for nodes, _ in grown) - inner, outputs)
    made = _joined((_nodes(*one, outputs) for one in grown), len(grown), size, columns, over)
    return raised(made, np.mean([np.ravel(b._baseline_prediction) for b in boosters], axis=0))


def _nodes(nodes: Any, k: int, outputs: int) -> Source:
    leaf = nodes["is_leaf"] == 1
    value = np.zeros((len(nodes), outputs))
    value[:, k] = nodes["value"]
    left, right = (np.where(leaf, -1, nodes[side].astype("int64")) for side in ("left", "right"))
    return Source(
        left,
        right,
        np.where(leaf, 0, nodes["feature_idx"]).astype("int64"),
        rounded_down(np.where(leaf, 0.0, nodes["num_threshold"])),
        nodes["missing_go_to_left"].astype("bool"),
        nodes["count"].astype("float64"),
        value,
        int(_levels(left, right)),
    )


def raised(forest: Packed, by: Floats) -> Packed:
    """The same with ``by`` (outputs,) added to what it predicts: in the first tree's leaves."""
    first = next((int(root) for root in forest.roots[1:] if root >= 0), len(forest.splits.left))
    leaves = forest.leaves.copy()
    leaves[: first + 1 if forest.roots[0] >= 0 else 1] += by
    return replace(forest, leaves=leaves, base=forest.base + by)


def is_whole(forest: Packed) -> bool:
    """True where the arrays are those that packing makes: compiled walks rely on it.

    Walked depth first, left before right, splits and leaves come in the order of their numbers.
    """
    splits, leaves = forest.splits, forest.leaves
    alike = {len(each) for each in splits} == {len(splits.left)}
    if not alike or leaves.ndim != 2 or forest.base.shape != leaves.shape[1:] or not len(leaves):
        return False
    return bool(
        ((splits.column >= 0) & (splits.column < forest.columns)).all()
        and ((splits.share >= 0) & (splits.share <= 1)).all()
        and len(forest.roots)
        and walked(forest.roots, splits.left, splits.right, len(leaves)) == forest.depth
    )


@compiled()
def walked(roots: Ints, left: Ints, right: Ints, leaves: int) -> int:
    """The most splits on a path, or -1 where a number is not the next one."""
    split, leaf, depth = 0, 0, 0
    place, stage = np.zeros(len(left) + 1, np.int64), np.zeros(len(left) + 1, np.int64)
    for root in roots:
        at, level = root, 0
        while True:
            if at >= 0:
                if at != split or at >= len(left):
                    return -1
                place[level], stage[level] = at, 0
                split, level = split + 1, level + 1
                depth = max(depth, level)
                at = left[at]
                continue
            if -1 - at != leaf or leaf >= leaves:
                return -1
            leaf += 1
            while level > 0 and stage[level - 1] == 1:
                level -= 1
            if level == 0:
                break
            stage[level - 1] = 1
            at = right[place[level - 1]]
    return depth if split == len(left) and leaf == leaves else -1


def predicted(forest: Packed, x: Matrix) -> Floats:
    """The forest's prediction for rows x (n, columns): (n, outputs)."""
    x = np.ascontiguousarray(x, "float32")
    if x.ndim != 2 or x.shape[1] != forest.columns:  # the walk would read outside of x
        raise ValueError(f"{x.shape[-1]} columns, not {forest.columns}")
    x = x if x.flags.writeable else x.copy()  # loops are compiled anew for what cannot be written
    found = np.zeros((len(x), forest.leaves.shape[1]))
    add_leaves(forest.roots, forest.splits, forest.leaves, x, found)
    return found


def _empty(splits: int) -> Splits:
    return Splits(*(np.empty(splits, kind) for kind in KINDS.values()))


def _source(tree: Any) -> Source:
    return Source(
        tree.children_left.astype("int64"),
        tree.children_right.astype("int64"),
        tree.feature.astype("int64"),
        rounded_down(tree.threshold),
        tree.missing_go_to_left.astype("bool"),
        tree.weighted_n_node_samples.astype("float64"),
        np.ascontiguousarray(tree.value[:, 0, :], "float64"),
        int(_levels(tree.children_left.astype("int64"), tree.children_right.astype("int64"))),
    )


def rounded_down(exact: Floats) -> NDArray[np.float32]:
    """The greatest float32 that is not above: every float32 compares with it as with ``exact``."""
    near = exact.astype("float32")
    below = np.where(near > exact, np.nextafter(near, np.float32(-np.inf)), near)
    return np.asarray(below, "float32")


@compiled()
def _levels(left: NDArray[np.int64], right: NDArray[np.int64]) -> int:
    """The most splits on a path, by the arrays: what a file says of it is not relied on."""
    level = np.zeros(len(left), np.int64)
    for n in range(len(left)):  # children come after their parents
        if left[n] >= 0:
            level[left[n]] = level[right[n]] = level[n] + 1
    return level.max()


@compiled()
def _copy(source: Source, at: Place, splits: Splits, leaves: Floats, reach: Floats) -> Place:
    """Write one tree's splits, leaves and the shares of rows that reach them, depth first.

    Gives the next free places, and the most splits on a path so far.
    """
    split, leaf, depth = at
    node = np.zeros(source.depth + 1, np.int64)
    stage, place = np.zeros_like(node), np.zeros_like(node)
    came, level = np.ones(source.depth + 1), 0
    while level >= 0:
        n = node[level]
        if stage[level] == 0 and level > 0:
            sides = splits.left if stage[level - 1] == 1 else splits.right
            sides[place[level - 1]] = split if source.left[n] >= 0 else -1 - leaf
        if source.left[n] < 0:
            leaves[leaf], reach[leaf] = source.value[n], came[level]
            leaf, depth, level = leaf + 1, max(depth, level), level - 1
        elif stage[level] == 2:
            level -= 1
        else:
            if stage[level] == 0:
                _describe(source, n, splits, split)
                place[level] = split
                split += 1
            share = splits.share[place[level]]
            came[level + 1] = came[level] * (share if stage[level] == 0 else 1.0 - share)
            node[level + 1] = source.left[n] if stage[level] == 0 else source.right[n]
            stage[level] += 1
            level += 1
            stage[level] = 0
    return split, leaf, depth


@compiled()
def _describe(source: Source, n: int, splits: Splits, split: int) -> None:
    cover = source.cover[source.left[n]] + source.cover[source.right[n]]
    splits.column[split] = source.column[n]
    splits.threshold[split] = source.threshold[n]
    splits.missing_left[split] = source.missing_left[n]
    splits.share[split] = source.cover[source.left[n]] / cover if cover > 0 else LEFT_OF_NOBODY


@compiled()
def add_leaves(roots: Ints, splits: Splits, leaves: Floats, x: Matrix, found: Floats) -> None:
    """Add to ``found`` (n, outputs) the leaves that rows x end in, of trees with these roots."""
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
