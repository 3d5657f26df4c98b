"""The first trees of a packed forest: by themselves, or their sum tree by tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from core.models.family import Floats, Matrix
from core.models.packed.compiled import compiled
from core.models.packed.trees import Ints, Packed, Splits, add_leaves, walked


def first(forest: Packed, trees: int) -> Packed:
    """A forest of the first ``trees`` trees, their leaves as they are."""
    roots = forest.roots[:trees]
    later = forest.roots[trees:]
    inner = int(next((root for root in later if root >= 0), len(forest.splits.left)))
    kept: list[Any] = [each[:inner] for each in forest.splits]
    splits = Splits(*kept)
    leaves = forest.leaves[: inner + len(roots)]  # a tree has one leaf more than splits
    depth = walked(roots, splits.left, splits.right, len(leaves))
    base = _reach(roots, splits.left, splits.right, splits.share, len(leaves)) @ leaves
    return Packed(forest.columns, roots, splits, leaves, base, depth)


def sums(forest: Packed, x: Matrix, counts: Iterable[int]) -> Iterator[tuple[int, Floats]]:
    """What the first trees sum to for rows x (n, columns), for each of rising counts: (n, outputs).

    Each tree is walked once.
    """
    rows = np.array(x, "float32", order="C")
    found, done = np.zeros((len(rows), forest.leaves.shape[1])), 0
    for count in counts:
        add_leaves(forest.roots[done:count], forest.splits, forest.leaves, rows, found)
        done = count
        yield count, found.copy()


@compiled()
def _reach(roots: Ints, left: Ints, right: Ints, share: Floats, leaves: int) -> Floats:
    """The share of a tree's training rows that end in each leaf."""
    came, found = np.ones(len(left)), np.ones(leaves)
    for split in range(len(left)):  # children come after their parents
        for side in range(2):
            at = left[split] if side == 0 else right[split]
            part = came[split] * (share[split] if side == 0 else 1.0 - share[split])
            if at >= 0:
                came[at] = part
            else:
                found[-1 - at] = part
    return found
