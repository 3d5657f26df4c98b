"""Interventional TreeSHAP (Lundberg et al. 2020): one walk for a row and 64 background rows.

For one background row, a leaf is a product game of zeros and ones: it counts where every player
on its path is satisfied by the row or by the background row. With n players satisfied by the row
alone and k by the background row alone, each of the n gains ``(n-1)! k! / (n+k)!`` of the leaf's
value and each of the k loses ``n! (k-1)! / (n+k)!`` of it. Which background rows still count, and
which satisfy a player, are the bits of a word, and k is the same for all of them: a walk visits
each split once. It branches where some of them part from the row, or from each other on a player
that they alone satisfy. What a split does to the background is worked out once a model.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import factorial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.explain.shapley.exact.bits import NONE, ONE, WORD, Words, first
from core.explain.shapley.exact.game import Game, Whole
from core.explain.shapley.exact.slices import Work, summed
from core.models.family import Floats, Matrix
from core.models.packed.compiled import compiled
from core.models.packed.trees import Ints, Packed, Splits, predicted
from core.progress import Report, silent

Trees = tuple[Ints, Splits, Ints]  # roots, splits, and whose they are

SPLITS_AT_ONCE = 20_000  # for 64 rows and one word, between two looks at a stop
BOTH, ROW, BACKGROUND = 0, 1, 2  # who parted at a branching: the background; on whose side we are


class Part(NamedTuple):
    """Up to 64 background rows: which go left at each split (splits,), and which there are."""

    left: Words
    every: np.uint64


class Ends(NamedTuple):
    """Leaves (leaves, outputs) and Shapley's weights by n and k, over the background rows."""

    leaves: Floats
    gain: Floats  # (n, k): (n-1)! k! / (n+k)!
    lose: Floats  # (n, k): n! (k-1)! / (n+k)!


class Now(NamedTuple):
    """Where a walk is, and what its leaves have given so far."""

    alone: Whole  # (64,): n of each background row
    theirs: Words  # (players,): which background rows satisfy each player
    mine: NDArray[np.bool_]  # (players,): whether the row does
    gained: Floats  # (64, outputs): what each player of the row's alone gains, by background row
    lost: Floats  # (outputs,): what each of the others loses
    found: Floats  # (players, outputs)


class Way(NamedTuple):
    """The branchings above, by level."""

    kind: Whole
    player: Whole
    other: Whole  # the split or leaf of the side that waits
    rows: Words  # the background rows that count there
    k: Whole  # above
    before: Words  # the background rows that satisfied the player above
    gained: Floats  # (levels, 64, outputs): as it was
    lost: Floats  # (levels, outputs): as it was


@dataclass(frozen=True, eq=False)
class Against:
    """A game and the background rows (m, columns) it is measured against, made ready for walks."""

    game: Game
    background: Matrix
    parts: tuple[Part, ...]


def against(game: Game, background: Matrix) -> Against:
    """A column that a coalition lacks takes its values from ``background``, a whole row at once."""
    behind = np.ascontiguousarray(background, "float32")
    if behind.ndim != 2 or behind.shape[1] != game.forest.columns or not len(behind):
        raise ValueError(f"a background of {behind.shape}, not of {game.forest.columns} columns")
    behind = behind if behind.flags.writeable else behind.copy()
    pieces = [behind[at : at + WORD] for at in range(0, len(behind), WORD)]
    return Against(game, behind, tuple(_part(game.forest, piece) for piece in pieces))


def interventional(
    ready: Against,
    x: Matrix,
    outputs: Whole | None = None,
    report: Report = silent,
    threads: int = 1,
) -> Floats:
    """Shapley values (rows, players, outputs) of the chosen outputs for rows x (n, columns).

    They and the mean prediction of the background add up to the prediction.
    """
    game, forest = ready.game, ready.game.forest
    chosen = np.arange(forest.leaves.shape[1]) if outputs is None else np.asarray(outputs)
    leaves = np.ascontiguousarray(forest.leaves[:, chosen])
    ends = Ends(leaves, *_weights(game.distinct, len(ready.background)))

    def add(trees: slice, block: Matrix, into: Floats) -> None:
        rows = np.ascontiguousarray(block.T)
        walked = (forest.roots[trees], forest.splits, game.paths.player)
        found = np.zeros((len(rows), game.players, into.shape[0]))
        for part in ready.parts:
            _walks(walked, part, ends, rows, _way(forest.depth, into.shape[0]), found)
        into += found.transpose(2, 1, 0)

    work = Work(add, leaves.shape[1], SPLITS_AT_ONCE // len(ready.parts))
    return summed(game, x, work, report, threads)


def base(ready: Against) -> Floats:
    """The mean prediction (outputs,) of the background rows."""
    return predicted(ready.game.forest, ready.background).mean(axis=0)


@cache
def shares(most: int) -> Floats:
    """``n! m! / (n + m + 1)!`` for n and m up to ``most``: (most + 1, most + 1)."""
    whole = range(most + 1)
    return np.array(
        [[factorial(n) * factorial(m) / factorial(n + m + 1) for m in whole] for n in whole]
    )


def _weights(distinct: int, background: int) -> tuple[Floats, Floats]:
    """What each player gains and loses of a leaf by n and k: 0 where there is no such player."""
    gain, lose = np.zeros((2, distinct + 1, distinct + 1))
    each = shares(distinct) / background
    gain[1:], lose[:, 1:] = each[:-1], each[:, :-1]
    return gain, lose


def sent(forest: Packed, rows: Matrix) -> Words:
    """Which of up to 64 rows (rows, columns) go left at each split: (splits,)."""
    left = np.zeros(len(forest.splits.left), np.uint64)
    _send(forest.splits, rows, left)
    return left


def _part(forest: Packed, rows: Matrix) -> Part:
    return Part(sent(forest, rows), np.uint64(2 ** len(rows) - 1))


def _way(depth: int, outputs: int) -> Way:
    kind, player, other, k = np.zeros((4, depth), np.int64)
    rows, before = np.zeros((2, depth), np.uint64)
    gained, lost = np.zeros((depth, WORD, outputs)), np.zeros((depth, outputs))
    return Way(kind, player, other, rows, k, before, gained, lost)


@compiled()
def _send(splits: Splits, rows: Matrix, left: Words) -> None:
    for n in range(len(left)):
        found, column = NONE, splits.column[n]
        for b in range(len(rows)):
            value = rows[b, column]
            if splits.missing_left[n] if np.isnan(value) else value <= splits.threshold[n]:
                found |= ONE << np.uint64(b)
        left[n] = found


@compiled()
def _walks(trees: Trees, part: Part, ends: Ends, x: Matrix, way: Way, found: Floats) -> None:
    """Add the effects of rows x (rows, columns) to ``found`` (rows, players, outputs)."""
    players, outputs = found.shape[1], found.shape[2]
    alone, mine = np.zeros(WORD, np.int64), np.ones(players, np.bool_)
    theirs = np.full(players, part.every)
    gained, lost = np.zeros((WORD, outputs)), np.zeros(outputs)
    for root in trees[0]:
        for i in range(len(x)):
            gained[:], lost[:] = 0.0, 0.0  # what leaves gave is counted by differences: keep small
            now = Now(alone, theirs, mine, gained, lost, found[i])
            _walk(int(root), trees, part, ends, x[i], (now, way))


@compiled(forceinline=True)
def _walk(
    root: int, trees: Trees, part: Part, ends: Ends, row: Matrix, state: tuple[Now, Way]
) -> None:
    """One tree for one row; what is true of the players is as before in the end."""
    now, way = state
    at, live, k, level = root, part.every, 0, 0
    while True:
        at, live, level = _descend((at, live, k, level), trees, part, row, now, way)
        _count(now, ends, -1 - at, live, k)
        while level > 0 and way.kind[level - 1] == BACKGROUND:
            level -= 1
            _credit_lost(now, way, level)
        if level == 0:
            return
        above = level - 1
        at, live, k = way.other[above], way.rows[above], way.k[above]
        if way.kind[above] == ROW:
            _change_sides(now, way, above)
            k += 1
        else:
            level = above


@compiled(forceinline=True)
def _descend(
    start: tuple[int, np.uint64, int, int],
    trees: Trees,
    part: Part,
    row: Matrix,
    now: Now,
    way: Way,
) -> tuple[int, np.uint64, int]:
    """Down to a leaf, by the row's side where some part from it; other sides wait."""
    at, live, k, level = start
    _, splits, player = trees
    while at >= 0:
        p, left = player[at], part.left[at]
        goes = live & ~left == NONE
        if now.mine[p]:
            value = row[splits.column[at]]
            goes = splits.missing_left[at] if np.isnan(value) else value <= splits.threshold[at]
            parting = live & now.theirs[p] & (~left if goes else left)
            if parting != NONE:
                other = splits.right[at] if goes else splits.left[at]
                _part_ways(now, way, level, (p, other, k), parting)
                level += 1
        elif not goes and live & left != NONE:
            way.kind[level], way.other[level], way.k[level] = BOTH, splits.right[at], k
            way.rows[level] = live & ~left
            live, goes = live & left, True
            level += 1
        at = int(splits.left[at] if goes else splits.right[at])
    return at, live, level


@compiled(forceinline=True)
def _part_ways(
    now: Now, way: Way, level: int, kept: tuple[int, int, int], parting: np.uint64
) -> None:
    """The row goes its way first: it alone, not those that part from it, satisfies the player."""
    player, other, k = kept
    way.kind[level], way.player[level], way.other[level], way.k[level] = ROW, player, other, k
    way.rows[level], way.before[level] = parting, now.theirs[player]
    now.theirs[player] &= ~parting
    while parting != NONE:
        b = first(parting)
        parting &= parting - ONE
        now.alone[b] += 1
        for o in range(len(now.lost)):
            way.gained[level, b, o] = now.gained[b, o]


@compiled(forceinline=True)
def _change_sides(now: Now, way: Way, level: int) -> None:
    """The row's side is done: credit the player, and go on where the parting rows go."""
    player, parting = way.player[level], way.rows[level]
    now.theirs[player], now.mine[player] = way.before[level], False
    while parting != NONE:
        b = first(parting)
        parting &= parting - ONE
        now.alone[b] -= 1
        for o in range(len(now.lost)):
            now.found[player, o] += now.gained[b, o] - way.gained[level, b, o]
    for o in range(len(now.lost)):
        way.lost[level, o] = now.lost[o]
    way.kind[level] = BACKGROUND


@compiled(forceinline=True)
def _credit_lost(now: Now, way: Way, level: int) -> None:
    """The other side is done too."""
    player = way.player[level]
    now.mine[player] = True
    for o in range(len(now.lost)):
        now.found[player, o] -= now.lost[o] - way.lost[level, o]


@compiled(forceinline=True)
def _count(now: Now, ends: Ends, leaf: int, live: np.uint64, k: int) -> None:
    """What the leaf gives each player of the row's alone, and takes from each of the others."""
    while live != NONE:
        b = first(live)
        live &= live - ONE
        n = now.alone[b]
        for o in range(len(now.lost)):
            now.gained[b, o] += ends.leaves[leaf, o] * ends.gain[n, k]
            now.lost[o] += ends.leaves[leaf, o] * ends.lose[n, k]
