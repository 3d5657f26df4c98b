"""Interactions of trees against background rows, in one walk a background row.

For one background row a leaf is a product game (see ``interventional``): n players are satisfied
by the row alone and k by the background row alone. Of the leaf's value two of the n share
``(n-2)! k! / (n+k-1)!``, two of the k ``n! (k-2)! / (n+k-1)!``, and one of each loses
``(n-1)! (k-1)! / (n+k-1)!``: the Shapley interaction index (Grabisch & Roubens 1999) of a game
whose only worthy coalitions hold all of the n and none of the k.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.explain.shapley.exact.bits import NONE, ONE, WORD
from core.explain.shapley.exact.game import Whole
from core.explain.shapley.exact.interventional import Against, Part, Trees, interventional, shares
from core.explain.shapley.exact.slices import Work, summed
from core.models.family import Floats, Matrix
from core.models.packed.compiled import compiled
from core.progress import Report, part, silent

SPLITS_AT_ONCE = 20_000  # for one row and one word, between two looks at a stop
OPEN, ROW, BACKGROUND = 0, 1, 2  # who alone satisfies a player's splits, where they part


class Way(NamedTuple):
    """Who was parted at, in order, and the branchings whose other side waits, by level."""

    side: NDArray[np.int8]  # (players,)
    parted: Whole  # (players,): those that are not open, the first first
    other: Whole  # (levels,): the split or leaf that waits
    player: Whole  # (levels,)
    before: Whole  # (levels,): how many were parted at above


def interactions(
    ready: Against, x: Matrix, output: int = 0, report: Report = silent, threads: int = 1
) -> Floats:
    """Interactions (rows, players, players) of one output for rows x (n, columns).

    Off the diagonal is half of the pair's interaction, the same both ways; on it what is left of
    the player's effect. A player's row adds up to its interventional Shapley value.
    """
    game = ready.game
    leaves = np.ascontiguousarray(game.forest.leaves[:, output])
    by_counts = shares(game.distinct) / len(ready.background)

    def add(trees: slice, block: Matrix, into: Floats) -> None:
        walked = (game.forest.roots[trees], game.forest.splits, game.paths.player)
        for row in range(block.shape[1]):
            pairs = np.zeros((game.players, game.players))
            for each in ready.parts:
                _walks(
                    walked, each, (leaves, by_counts), np.ascontiguousarray(block[:, row]), pairs
                )
            into[0, :, row] += (pairs + pairs.T).ravel() / 2

    work = Work(add, 1, SPLITS_AT_ONCE // len(ready.parts), cells=game.players**2)
    found = summed(game, x, work, part(report, 0.0, 0.9), threads)
    square = found.reshape(len(x), game.players, game.players)
    chosen, told = np.array([output]), part(report, 0.9, 1.0)
    effects = interventional(ready, x, chosen, told, threads)[:, :, 0]
    places = np.arange(game.players)
    square[:, places, places] = effects - square.sum(axis=2)
    return square


@compiled()
def _walks(
    trees: Trees, part: Part, ends: tuple[Floats, Floats], row: Matrix, pairs: Floats
) -> None:
    """Add what the trees' leaves give each pair against up to 64 background rows."""
    players = len(pairs)
    side, parted = np.zeros(players, np.int8), np.zeros(players, np.int64)
    other, player, before = np.zeros((3, players), np.int64)
    way = Way(side, parted, other, player, before)
    for root in trees[0]:
        for b in range(WORD):
            if part.every & (ONE << np.uint64(b)) != NONE:
                _walk(int(root), trees, (part, np.uint64(b)), ends, row, (way, pairs))


@compiled(forceinline=True)
def _walk(
    root: int,
    trees: Trees,
    behind: tuple[Part, np.uint64],
    ends: tuple[Floats, Floats],
    row: Matrix,
    state: tuple[Way, Floats],
) -> None:
    """One tree against one background row; nobody is parted at in the end."""
    _, splits, player = trees
    way, pairs = state
    at, parted, level = root, 0, 0
    while True:
        while at >= 0:
            p, value = player[at], row[splits.column[at]]
            mine = splits.missing_left[at] if np.isnan(value) else value <= splits.threshold[at]
            theirs = (behind[0].left[at] >> behind[1]) & ONE != NONE
            goes = theirs if way.side[p] == BACKGROUND else mine
            if way.side[p] == OPEN and mine != theirs:
                way.other[level] = splits.left[at] if theirs else splits.right[at]
                way.player[level], way.before[level] = p, parted
                way.side[p], way.parted[parted] = ROW, p
                parted, level = parted + 1, level + 1
            at = int(splits.left[at] if goes else splits.right[at])
        _credit(ends[0][-1 - at], ends[1], way, parted, pairs)
        while level > 0 and way.side[way.player[level - 1]] == BACKGROUND:
            level -= 1
            way.side[way.player[level]] = OPEN
        if level == 0:
            return
        parted, p, at = way.before[level - 1] + 1, way.player[level - 1], way.other[level - 1]
        way.side[p] = BACKGROUND


@compiled(forceinline=True)
def _credit(leaf: float, by_counts: Floats, way: Way, parted: int, pairs: Floats) -> None:
    """What a leaf gives each two of the players that were parted at."""
    n = 0
    for place in range(parted):
        n += way.side[way.parted[place]] == ROW
    k = parted - n
    both = leaf * by_counts[n - 2, k] if n > 1 else 0.0
    neither = leaf * by_counts[n, k - 2] if k > 1 else 0.0
    either = -leaf * by_counts[n - 1, k - 1] if n > 0 and k > 0 else 0.0
    for place in range(1, parted):
        one = way.parted[place]
        for earlier in range(place):
            another = way.parted[earlier]
            if way.side[one] != way.side[another]:
                pairs[one, another] += either
            else:
                pairs[one, another] += both if way.side[one] == ROW else neither
