"""Path-dependent TreeSHAP of one row at a time, and of pairs of players.

The walk is that of ``path_dependent``; here the nodes of the quadrature lie side by side where
there the rows of a block do. For a pair of players the integrand is the second derivative of
Owen's multilinear extension: of the leaves' products, one player's factor ``t a + (1 - t) c`` is
replaced by ``a - c`` by each of the two. The deeper of the two last splits is credited as for the
player alone, times ``(a - c) / (t a + (1 - t) c)`` of each player above it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.explain.shapley.exact.game import Game, Paths, Whole
from core.explain.shapley.quadrature import rule
from core.models.family import Floats, Matrix
from core.models.packed.compiled import compiled
from core.models.packed.trees import Ints, Splits

NODES = 8  # at rounding level, however many players a path has; fixed, so that loops unroll
FAST = {"contract"}
WALK = compiled(fastmath=FAST)
PART = compiled(fastmath=FAST, forceinline=True)

Trees = tuple[Ints, Splits, Paths]


class Way(NamedTuple):
    """What a walk remembers by level, as in ``path_dependent``, for one row."""

    t: Floats  # (NODES,)
    g: Floats  # (levels, NODES)
    u: Floats  # (levels, sides, outputs, NODES)
    e: Floats  # (levels,)
    a: Floats  # (levels,)
    tau: Floats  # (levels, NODES)
    sigma: Floats  # (levels, NODES)
    node: Whole  # (levels,)
    stage: Whole  # (levels,)
    players: Whole  # those on the way, in order of their first split
    many: Whole  # (levels,): how many above
    ratio: Floats  # (players, NODES): (a - c) / (t a + (1 - t) c) of each now
    above: Floats  # (levels, NODES): the ratio of the split's player above it


def add_rows(game: Game, roots: Ints, leaves: Floats, x: Matrix, into: Floats) -> None:
    """Add the effects of rows x (columns, rows) to ``into`` (outputs, players, rows)."""
    trees, way = (roots, game.forest.splits, game.paths), way_of(game, leaves.shape[1])
    for row in range(x.shape[1]):
        walk(trees, leaves, way, np.ascontiguousarray(x[:, row]), into[:, :, row], None)


def add_pairs(game: Game, roots: Ints, leaves: Floats, x: Matrix, into: Floats) -> None:
    """Add interactions of rows x (columns, rows) to ``into`` (1, players * players, rows).

    The leaves have one output. Off the diagonal is half of the pair's interaction, on it what
    is left of the player's effect.
    """
    trees, way = (roots, game.forest.splits, game.paths), way_of(game, 1)
    diagonal = np.arange(game.players)
    for row in range(x.shape[1]):
        pairs = np.zeros((game.players, game.players, NODES))
        effects = np.zeros((1, game.players))
        walk(trees, leaves, way, np.ascontiguousarray(x[:, row]), effects, pairs)
        each = pairs.sum(axis=2)
        each = (each + each.T) / 2
        each[diagonal, diagonal] = effects[0] - each.sum(axis=1)
        into[0, :, row] += each.ravel()


def way_of(game: Game, outputs: int) -> Way:
    """A way of a game, before the first step."""
    t, weights = rule(NODES)
    levels = game.forest.depth + 2
    g, tau, sigma, above = np.empty((4, levels, NODES))
    g[0] = weights
    e, a = np.empty((2, levels))
    node, stage, count, players = np.zeros((4, levels), "int64")
    u, ratio = np.empty((levels, 2, outputs, NODES)), np.zeros((game.players, NODES))
    return Way(t, g, u, e, a, tau, sigma, node, stage, players, count, ratio, above)


@WALK
def walk(
    trees: Trees, leaves: Floats, way: Way, row: Matrix, effects: Floats, pairs: Floats | None
) -> None:
    """Add the trees' effects to (outputs, players), and pairs' to (players, players, NODES)."""
    roots, splits, paths = trees
    for root in roots:
        level = 0 if root >= 0 else -1
        way.node[0], way.stage[0] = root, 0
        while level >= 0:
            n, stage = way.node[level], way.stage[level]
            if stage == 2:
                _leave(splits.share[n], paths.player[n], way, level, effects)
                if pairs is not None:
                    _pair(paths, n, way, level, pairs)
                level -= 1
                continue
            if stage == 0:
                _enter(splits, paths, n, row, way, level)
                if pairs is not None:
                    _meet(paths, n, way, level)
            else:
                _other_side(way, level, paths.earlier[n])
            below = splits.left[n] if stage == 0 else splits.right[n]
            way.stage[level] = stage + 1
            if below < 0:
                _land(leaves, -1 - below, way, level + 1, stage)
            else:
                _down(splits.share[n], way, level, stage)
                if pairs is not None:
                    _turn(splits, paths, n, way, level)
                level += 1
                way.node[level], way.stage[level] = below, 0


@PART
def _other_side(way: Way, level: int, above: int) -> None:
    """Whether the row satisfies the player's splits on the right: if above, and not on the left."""
    if above >= 0:
        way.a[level] = way.a[above] - way.a[level]
    else:
        way.a[level] = 1.0 - way.a[level]


@PART
def _enter(splits: Splits, paths: Paths, n: int, row: Matrix, way: Way, level: int) -> None:
    """Whether the row goes left, and what that does to its player's factor."""
    value = row[splits.column[n]]
    goes = splits.missing_left[n] if np.isnan(value) else value <= splits.threshold[n]
    above, prior = paths.earlier[n], paths.prior[n]
    way.a[level] = 1.0 if goes else 0.0
    way.e[level] = way.a[level] - splits.share[n]
    if above >= 0:
        way.a[level] *= way.a[above]
        way.e[level] *= way.a[above]
    if above < 0:
        for k in range(NODES):
            way.tau[level, k], way.sigma[level, k] = way.t[k], 1.0
    else:
        for k in range(NODES):
            p = 1.0 / (way.t[k] + (1.0 - way.t[k]) * prior)
            way.tau[level, k], way.sigma[level, k] = way.t[k] * p, prior * p * p


@PART
def _land(leaves: Floats, leaf: int, way: Way, level: int, side: int) -> None:
    for o in range(leaves.shape[1]):
        for k in range(NODES):
            way.u[level, side, o, k] = leaves[leaf, o]


@PART
def _down(share: float, way: Way, level: int, side: int) -> None:
    """The product below one side."""
    rest, e = (share, way.e[level]) if side == 0 else (1.0 - share, -way.e[level])
    for k in range(NODES):
        way.g[level + 1, k] = way.g[level, k] * (rest + e * way.tau[level, k])


@PART
def _leave(share: float, player: int, way: Way, level: int, effects: Floats) -> None:
    """Join what came back from both sides, for the split above, and credit the player."""
    side, e = way.stage[level - 1] - 1 if level > 0 else 0, way.e[level]
    for o in range(effects.shape[0]):
        total = 0.0
        for k in range(NODES):
            up = way.u[level + 1, 1, o, k]
            d = way.u[level + 1, 0, o, k] - up
            total += way.g[level, k] * way.sigma[level, k] * d
            way.u[level, side, o, k] = up + (share + e * way.tau[level, k]) * d
        effects[o, player] += e * total


@PART
def _meet(paths: Paths, n: int, way: Way, level: int) -> None:
    """Who is on the way, and the player's ratio above, to be put back."""
    player, new = paths.player[n], paths.earlier[n] < 0
    way.many[level + 1] = way.many[level] + new
    if new:
        way.players[way.many[level]] = player
    for k in range(NODES):
        way.above[level, k] = way.ratio[player, k]


@PART
def _turn(splits: Splits, paths: Paths, n: int, way: Way, level: int) -> None:
    """The player's ratio below the side that is gone to; where its factor is 0, so is the rest."""
    share, a = splits.share[n], way.a[level]
    c = paths.prior[n] * (share if way.stage[level] == 1 else 1.0 - share)
    for k in range(NODES):
        p = way.t[k] * a + (1.0 - way.t[k]) * c
        way.ratio[paths.player[n], k] = (a - c) / p if p > 0 else 0.0


@PART
def _pair(paths: Paths, n: int, way: Way, level: int, pairs: Floats) -> None:
    """Credit the split's player with each of those above, and put its ratio back."""
    player = paths.player[n]
    for at in range(way.many[level]):
        other = way.players[at]
        if other != player:
            for k in range(NODES):
                d = way.u[level + 1, 0, 0, k] - way.u[level + 1, 1, 0, k]
                paid = way.e[level] * way.g[level, k] * way.sigma[level, k] * d
                pairs[player, other, k] += paid * way.ratio[other, k]
    for k in range(NODES):
        way.ratio[player, k] = way.above[level, k]
