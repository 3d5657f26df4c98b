"""The game that is played on a packed forest: whose split each split is, and what is above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.models.family import Floats
from core.models.packed.compiled import compiled
from core.models.packed.trees import Ints, Packed, Splits

Whole = NDArray[np.int64]


class Paths(NamedTuple):
    """One entry a split: its player, and what the splits above it on the same player left.

    ``earlier`` is the depth of the last of those (-1: none) and ``prior`` the product of the
    shares of training rows that went the path's way at all of them (1: none).
    """

    player: Ints
    earlier: Ints
    prior: Floats


@dataclass(frozen=True, eq=False)
class Game:
    """A forest whose columns, or families of columns, are the players.

    ``distinct`` is the most players on a path from a root to a leaf.
    """

    forest: Packed
    players: int
    paths: Paths
    distinct: int


def played(forest: Packed, of_columns: Whole | None = None) -> Game:
    """The game where column c is, or belongs to, player ``of_columns[c]``; by default its own.

    Splits on any of a player's columns are splits on that player: a family is one player
    exactly, not the sum of its columns.
    """
    given = np.arange(forest.columns) if of_columns is None else of_columns
    of = np.ascontiguousarray(given, "int64")
    if of.shape != (forest.columns,) or (len(of) and of.min() < 0):
        raise ValueError(f"players of {of.shape}, not of {forest.columns} columns")
    splits = len(forest.splits.left)
    paths = Paths(np.empty(splits, "int32"), np.empty(splits, "int32"), np.empty(splits))
    players = int(of.max(initial=-1)) + 1
    distinct = _tell(forest.roots, forest.splits, of, paths, (players, forest.depth))
    return Game(forest, players, paths, int(distinct))


@compiled()
def _tell(roots: Ints, splits: Splits, of: Whole, paths: Paths, size: tuple[int, int]) -> int:
    """Fills ``paths`` by a walk down each tree; gives the most players on a path."""
    players, depth = size
    last, product = np.full(players, -1, np.int32), np.ones(players)
    node, stage = np.zeros(depth + 1, np.int64), np.zeros(depth + 1, np.int64)
    seen, most = 0, 0
    for root in roots:
        level = 0 if root >= 0 else -1
        node[0], stage[0] = root, 0
        while level >= 0:
            n = node[level]
            p = of[splits.column[n]]
            if stage[level] == 2:
                last[p], product[p] = paths.earlier[n], paths.prior[n]
                seen -= last[p] < 0
                level -= 1
                continue
            if stage[level] == 0:
                paths.player[n], paths.earlier[n], paths.prior[n] = p, last[p], product[p]
                seen += last[p] < 0
                last[p], most = level, max(most, seen)
            left = stage[level] == 0
            product[p] = paths.prior[n] * (splits.share[n] if left else 1.0 - splits.share[n])
            stage[level] += 1
            below = splits.left[n] if left else splits.right[n]
            if below >= 0:
                level += 1
                node[level], stage[level] = below, 0
    return most
