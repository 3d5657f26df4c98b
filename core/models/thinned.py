"""Forests of fewer and shorter trees: the first of those grown, each pruned.

Which trees of a forest are kept is no question: they are alike by chance, and none of the rows
that all of them learned from could tell them apart fairly. How many and how short is found on
rows set aside (``core.search.shrinking``). A tree is cut by minimal cost-complexity pruning
(Breiman et al. 1984, 3.3); an inner node holds the share of its own rows, so a new leaf does.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from core.models.family import Form, Matrix, Problem, Smaller
from core.models.leaves import of_task, task_of
from core.models.member import Params

COUNTS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50, 70, 100, 150, 200, 300, 400, 500, 700)
PRUNINGS = (0.0, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005)
BYTES_OF_A_TREE, BYTES_OF_A_NODE, BYTES_OF_A_VALUE = 17_000, 64, 8  # on disk


def made(params: Any, forest: Any, problem: Problem) -> Any:
    """The forest that the params name: a copy that shares what it keeps with the one given."""
    if not params.kept and not params.pruned:
        return forest
    return _of(forest, forest.estimators_[: params.kept or None], params.pruned)


def forms(forest: Any, problem: Problem, x: Matrix) -> Iterator[Form]:
    """Each number of first trees with each pruning, where that leaves less."""
    from core.models.packed.cut import sums
    from core.models.packed.trees import packed

    trees, task = len(forest.estimators_), task_of(forest)
    counts = [count for count in COUNTS if count < trees] + [trees]
    whole = sum(_bytes(tree.tree_) for tree in forest.estimators_)
    for pruning in PRUNINGS:
        short = _of(forest, forest.estimators_, pruning)
        sizes = [_bytes(tree.tree_) for tree in short.estimators_]
        for count, total in sums(packed(short), x, counts):
            if sum(sizes[:count]) < whole:
                named: Params = {"kept": count if count < trees else 0, "pruned": pruning}
                yield Form(named, sum(sizes[:count]), of_task(task, total * (trees / count)))


def _bytes(tree: Any) -> int:
    a_node = BYTES_OF_A_NODE + BYTES_OF_A_VALUE * tree.value.shape[-1]
    return BYTES_OF_A_TREE + int(tree.node_count) * a_node


def _of(forest: Any, trees: list[Any], pruning: float) -> Any:
    found = copy.copy(forest)
    found.estimators_ = [_pruned(tree, pruning) for tree in trees]
    found.n_estimators = len(trees)
    return found


def _pruned(tree: Any, pruning: float) -> Any:
    """A fitted tree without the splits that take away less than this share of all impurity."""
    alpha = pruning * float(tree.tree_.impurity[0])
    if not alpha:
        return tree
    short = copy.copy(tree)
    short.ccp_alpha = alpha
    short._prune_tree()
    return short


SMALLER = Smaller(made, forms)
