"""What trees say of all mixes of a row with a background row, from one walk of each tree.

Against one background row a leaf counts for the coalitions that hold every player whose splits the
row alone satisfies and lack each of those that the background row alone does (see
``interventional``). Written out, ``prod z * prod (1 - z)`` is a sum over subsets of the latter, so
that a leaf adds to a few coalitions' dividends (Harsanyi 1963); what a coalition is worth is the
sum of its subsets' dividends, for all coalitions at once (Yates 1937). To ask the trees about each
mix takes as many walks as there are coalitions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.explain.shapley.exact.bits import NONE, ONE, WORD, Words
from core.explain.shapley.exact.game import Whole
from core.explain.shapley.exact.interventional import Against, Trees, sent
from core.explain.shapley.subsets import Coalitions
from core.models.family import Floats, Matrix
from core.models.packed.compiled import compiled
from core.models.packed.trees import Ints

OPEN, ROW, BACKGROUND = 0, 1, 2  # whose splits of a player are satisfied, where the two part


class Sides(NamedTuple):
    """Which splits send the row to the left (a one), and which a background row (its bit)."""

    row: Words
    behind: Words
    bit: np.uint64


class Way(NamedTuple):
    """Where a walk is: the branchings whose other side waits, by level, and a leaf's dividends."""

    side: NDArray[np.int8]  # (players,)
    player: Whole  # (levels,)
    other: Whole  # (levels,): the split or leaf that waits
    key: Whole  # of coalitions
    sign: Floats  # by how many of the others are in, as bits of a number


def mixes(ready: Against, row: Matrix, most: int) -> Coalitions | None:
    """The raw outputs of a row (columns,) mixed with each background row.

    None where there are more than ``most`` coalitions. A column plays where some split sends the
    two rows apart.
    """
    game = ready.game
    mine = sent(game.forest, np.ascontiguousarray(row[None], "float32"))
    plays = _plays(ready, mine)
    counts = plays.sum(axis=1)
    if (2.0**counts).sum() > most:
        return None
    starts = np.concatenate([[0], (2**counts).cumsum()])
    raw = np.zeros((starts[-1], game.forest.leaves.shape[1]))
    trees = (game.forest.roots, game.forest.splits, game.paths.player)
    for k in range(len(plays)):
        places = np.where(plays[k], plays[k].cumsum() - 1, -1)
        sides = Sides(mine, ready.parts[k // WORD].left, np.uint64(k % WORD))
        _mix(trees, game.forest.leaves, sides, places, raw[starts[k] : starts[k + 1]])
    return Coalitions(plays, starts, raw)


def _plays(ready: Against, mine: Words) -> NDArray[np.bool_]:
    """Which players part the row from each background row: (b, players)."""
    found = [_parted(ready.game.paths.player, mine, part.left, ready.game.players)
             for part in ready.parts]  # fmt: skip
    bits = np.arange(WORD, dtype=np.uint64)
    each = [(words[None] >> bits[:, None]) & ONE == ONE for words in found]
    return np.concatenate(each)[: len(ready.background)]


@compiled()
def _parted(player: Ints, mine: Words, left: Words, players: int) -> Words:
    """Which background rows some split of each player parts from the row: (players,)."""
    found = np.zeros(players, np.uint64)
    for n in range(len(player)):
        found[player[n]] |= ~left[n] if mine[n] != NONE else left[n]
    return found


@compiled()
def _mix(trees: Trees, leaves: Floats, sides: Sides, places: Whole, raw: Floats) -> None:
    """Fills ``raw`` (coalitions, outputs), zeros before: players' bits are at their ``places``."""
    roots, splits, player = trees
    way = _way(len(places), len(raw))
    for root in roots:
        at, level, within = int(root), 0, 0
        while True:
            while at >= 0:
                p, mine = player[at], sides.row[at] != NONE
                theirs = (sides.behind[at] >> sides.bit) & ONE != NONE
                goes = theirs if way.side[p] == BACKGROUND else mine
                if mine != theirs and way.side[p] == OPEN:
                    way.other[level] = splits.left[at] if theirs else splits.right[at]
                    way.player[level], way.side[p] = p, ROW
                    within |= 1 << places[p]
                    level += 1
                at = int(splits.left[at] if goes else splits.right[at])
            _count(leaves[-1 - at], _keys(way, level, places, within), way, raw)
            while level > 0 and way.side[way.player[level - 1]] == BACKGROUND:
                level -= 1
                way.side[way.player[level]] = OPEN
            if level == 0:
                break
            p, at = way.player[level - 1], way.other[level - 1]
            way.side[p] = BACKGROUND
            within &= ~(1 << places[p])
    _sum_over_subsets(raw)


@compiled(forceinline=True)
def _way(players: int, coalitions: int) -> Way:
    sign = np.ones(coalitions)
    for number in range(1, coalitions):
        sign[number] = -sign[number & (number - 1)]
    player, other = np.zeros((2, players), np.int64)
    return Way(np.zeros(players, np.int8), player, other, np.empty(coalitions, np.int64), sign)


@compiled(forceinline=True)
def _keys(way: Way, level: int, places: Whole, within: int) -> int:
    """The coalitions that a leaf gives dividends to: those ``within`` and any of the others."""
    way.key[0], count = within, 1
    for above in range(level):
        if way.side[way.player[above]] == BACKGROUND:
            bit = 1 << places[way.player[above]]
            for n in range(count):
                way.key[count + n] = way.key[n] | bit
            count *= 2
    return count


@compiled(forceinline=True)
def _count(leaf: Floats, keys: int, way: Way, raw: Floats) -> None:
    for output in range(len(leaf)):
        value = leaf[output]
        if value != 0.0:  # of several classes each tree speaks of one
            for n in range(keys):
                raw[way.key[n], output] += way.sign[n] * value


@compiled(forceinline=True)
def _sum_over_subsets(raw: Floats) -> None:
    step = 1
    while step < len(raw):
        for start in range(0, len(raw), 2 * step):
            for number in range(start, start + step):
                for output in range(raw.shape[1]):
                    raw[number + step, output] += raw[number, output]
        step *= 2
