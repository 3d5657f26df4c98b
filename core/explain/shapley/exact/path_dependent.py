"""Path-dependent TreeSHAP (Lundberg et al. 2020) by quadrature over the paths' polynomials.

A leaf is a product game over the columns on its path: factor 1 for a column whose splits the row
satisfies, 0 otherwise, against the product of the shares of training rows that went the leaf's
way. Its Shapley values are integrals over t in 0..1 of products of ``t a + (1 - t) c`` (Owen's
multilinear extension), which Gauss-Legendre quadrature gives exactly with half as many nodes as
columns. One walk of a tree serves 64 rows and all leaves. At a split on a column of which the
splits above left the pair (a, c), with p = t + (1 - t) c, going left multiplies the product by
``m = share + e t / p`` with ``e = a (goes left - share)``, going right by ``1 - m``; with U the
sum of the leaves below, each times its factors below, relative to the product G so far:
``U = m U_left + (1 - m) U_right``, and the column's effect grows by the integral of
``e c / p^2 G (U_left - U_right)``. Nothing is ever divided by a factor that could be 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.explain.shapley.exact.game import Game, Paths
from core.explain.shapley.exact.one_row import add_rows
from core.explain.shapley.exact.slices import Work, summed
from core.explain.shapley.quadrature import rule
from core.models.family import Floats, Matrix
from core.models.packed.compiled import compiled
from core.models.packed.trees import Ints, Splits
from core.progress import Report, silent

LANES = 8  # rows of a block are padded to a multiple of what a vector instruction holds
SPLITS_AT_ONCE = 500_000  # for one output and 64 rows: a fifth of a second or less
FEW_ROWS = 4  # so many are quicker one by one
NODES_AT_MOST = 8  # at rounding level, however many columns a path has
FAST = {"contract"}  # a product and a sum in one instruction; nothing reordered
WALK = compiled(fastmath=FAST)
PART = compiled(fastmath=FAST, forceinline=True)
Trees = tuple[Ints, Splits, Paths]  # roots, splits, and whose they are


class Way(NamedTuple):
    """What a walk remembers of the way from the root, by level; lanes are the rows of a block."""

    t: Floats  # (nodes,) of the quadrature
    g: Floats  # (levels, nodes, lanes): the product so far, times the quadrature's weight
    u: Floats  # (levels, sides, outputs, nodes, lanes): what came back from the left and right
    e: Floats  # (levels, lanes)
    a: Floats  # (levels, lanes): 1 where the row satisfies the column's splits down to here
    tau: Floats  # (levels, nodes): t / p
    sigma: Floats  # (levels, nodes): c / p^2
    node: NDArray[np.int64]  # (levels,)
    stage: NDArray[np.int64]  # (levels,): 0 new, 1 gone left, 2 gone right
    total: Floats  # (lanes,): the integral for one split


def path_dependent(
    game: Game,
    x: Matrix,
    outputs: NDArray[np.int64] | None = None,
    report: Report = silent,
    threads: int = 1,
) -> Floats:
    """Shapley values (rows, players, outputs) of the chosen outputs for rows x (n, columns).

    They and the forest's ``base`` add up to the forest's prediction. The same
    whatever ``threads`` is.
    """
    forest = game.forest
    chosen = np.arange(forest.leaves.shape[1]) if outputs is None else np.asarray(outputs)
    if len(chosen) == 2 and _mirrored(forest.leaves[:, chosen]):
        second = path_dependent(game, x, chosen[1:], report, threads)
        return np.concatenate([-second, second], axis=2)
    leaves = np.ascontiguousarray(forest.leaves[:, chosen])
    t, weights = quadrature(game.distinct)
    few = len(x) <= FEW_ROWS

    def add(trees: slice, block: Matrix, into: Floats) -> None:
        if few:
            return add_rows(game, forest.roots[trees], leaves, block, into)
        way = _way(forest.depth, t, weights, leaves.shape[1], block.shape[1])
        return _walk((forest.roots[trees], forest.splits, game.paths), leaves, way, block, into)

    work = Work(
        add,
        leaves.shape[1],
        splits_at_once=SPLITS_AT_ONCE // leaves.shape[1],
        lanes=1 if few else LANES,
    )
    return summed(game, x, work, report, threads)


def _mirrored(leaves: Floats) -> bool:
    """True for two outputs that always add up to the same, as the chances of two classes do."""
    whole = leaves.sum(axis=1)
    return bool(np.ptp(whole) <= 1e-14 * np.abs(leaves).max())


def quadrature(distinct: int, at_most: int = NODES_AT_MOST) -> tuple[Floats, Floats]:
    """Gauss-Legendre nodes and weights on 0..1 for products of ``distinct`` factors."""
    return rule(min(at_most, max(1, (distinct + 1) // 2)))


def _way(depth: int, t: Floats, weights: Floats, outputs: int, lanes: int) -> Way:
    levels, q = depth + 1, len(t)
    g = np.empty((levels, q, lanes))
    g[0] = weights[:, None]
    u = np.empty((levels, 2, outputs, q, lanes))
    e, a = np.empty((levels, lanes)), np.empty((levels, lanes))
    tau, sigma = np.empty((levels, q)), np.empty((levels, q))
    node, stage = np.zeros(levels, "int64"), np.zeros(levels, "int64")
    return Way(t, g, u, e, a, tau, sigma, node, stage, np.zeros(lanes))


@WALK
def _walk(trees: Trees, leaves: Floats, way: Way, x: Matrix, effects: Floats) -> None:
    """Add the trees' effects on rows x (columns, lanes) to ``effects`` (outputs, players, lanes).

    A level of the way holds one split: entered, its inner sides walked, left.
    """
    roots, splits, paths = trees
    for root in roots:
        level = 0 if root >= 0 else -1
        way.node[0], way.stage[0] = root, 0
        while level >= 0:
            n = way.node[level]
            side = 0
            if way.stage[level] == 0:
                _enter(splits, paths, n, x, way, level)
                if splits.left[n] >= 0:
                    _down(way, level, splits.share[n], 1.0)
                    side = 1
            if side == 0 and way.stage[level] < 2 and splits.right[n] >= 0:
                _other_side(way, level, paths.earlier[n])
                _down(way, level, 1.0 - splits.share[n], -1.0)
                side = 2
            if side == 0:
                _leave(splits, n, leaves, way, level, effects[:, paths.player[n]])
                level -= 1
            else:
                way.stage[level] = side
                level += 1
                way.node[level] = splits.left[n] if side == 1 else splits.right[n]
                way.stage[level] = 0


@PART
def _enter(splits: Splits, paths: Paths, n: int, x: Matrix, way: Way, level: int) -> None:
    """Which rows go left, what that does to their column's factor, and the factors at the nodes."""
    column, threshold, share = splits.column[n], splits.threshold[n], splits.share[n]
    above, prior = paths.earlier[n], paths.prior[n]
    missing = 1.0 if splits.missing_left[n] else 0.0
    for b in range(x.shape[1]):
        value = x[column, b]
        goes = 1.0 if value <= threshold else 0.0
        way.a[level, b] = missing if np.isnan(value) else goes
    if above >= 0:
        for b in range(x.shape[1]):
            way.a[level, b] *= way.a[above, b]
            way.e[level, b] = way.a[level, b] - way.a[above, b] * share
    else:
        for b in range(x.shape[1]):
            way.e[level, b] = way.a[level, b] - share
    for k in range(len(way.t)):
        p = way.t[k] + (1.0 - way.t[k]) * prior
        way.tau[level, k] = way.t[k] / p
        way.sigma[level, k] = prior / (p * p)


@PART
def _other_side(way: Way, level: int, above: int) -> None:
    """Who satisfies the column's splits on the right: who did above and did not go left."""
    if above >= 0:
        for b in range(way.a.shape[1]):
            way.a[level, b] = way.a[above, b] - way.a[level, b]
    else:
        for b in range(way.a.shape[1]):
            way.a[level, b] = 1.0 - way.a[level, b]


@PART
def _down(way: Way, level: int, share: float, sign: float) -> None:
    """The product below one side: sign 1 for the left, -1 for the right."""
    below = level + 1
    for k in range(way.g.shape[1]):
        z = sign * way.tau[level, k]
        for b in range(way.g.shape[2]):
            way.g[below, k, b] = way.g[level, k, b] * (share + way.e[level, b] * z)


@PART
def _leave(splits: Splits, n: int, leaves: Floats, way: Way, level: int, effects: Floats) -> None:
    """Join what came back from both sides, and credit the player (outputs, lanes)."""
    share, left, right = splits.share[n], splits.left[n], splits.right[n]
    side = way.stage[level - 1] - 1 if level > 0 else 0
    for o in range(leaves.shape[1]):
        if left >= 0 and right >= 0:
            _join(way, level, share, side, o)
        elif left >= 0:
            _join_leaf(way, level, share, side, o, leaves[-1 - right, o])
        elif right >= 0:
            _leaf_join(way, level, share, side, o, leaves[-1 - left, o])
        else:
            low, up = leaves[-1 - left, o], leaves[-1 - right, o]
            _join_leaves(way, level, side, o, up + share * (low - up), low - up)
        for b in range(effects.shape[1]):
            effects[o, b] += way.e[level, b] * way.total[b]
            way.total[b] = 0.0


@PART
def _join(way: Way, level: int, share: float, side: int, o: int) -> None:
    for k in range(way.g.shape[1]):
        z, s = way.tau[level, k], way.sigma[level, k]
        for b in range(way.g.shape[2]):
            up = way.u[level + 1, 1, o, k, b]
            d = way.u[level + 1, 0, o, k, b] - up
            way.total[b] += way.g[level, k, b] * s * d
            way.u[level, side, o, k, b] = up + (share + way.e[level, b] * z) * d


@PART
def _join_leaf(way: Way, level: int, share: float, side: int, o: int, leaf: float) -> None:
    for k in range(way.g.shape[1]):
        z, s = way.tau[level, k], way.sigma[level, k]
        for b in range(way.g.shape[2]):
            d = way.u[level + 1, 0, o, k, b] - leaf
            way.total[b] += way.g[level, k, b] * s * d
            way.u[level, side, o, k, b] = leaf + (share + way.e[level, b] * z) * d


@PART
def _leaf_join(way: Way, level: int, share: float, side: int, o: int, leaf: float) -> None:
    for k in range(way.g.shape[1]):
        z, s = way.tau[level, k], way.sigma[level, k]
        for b in range(way.g.shape[2]):
            up = way.u[level + 1, 1, o, k, b]
            d = leaf - up
            way.total[b] += way.g[level, k, b] * s * d
            way.u[level, side, o, k, b] = up + (share + way.e[level, b] * z) * d


@PART
def _join_leaves(way: Way, level: int, side: int, o: int, mean: float, d: float) -> None:
    for k in range(way.g.shape[1]):
        z, s = d * way.tau[level, k], d * way.sigma[level, k]
        for b in range(way.g.shape[2]):
            way.total[b] += way.g[level, k, b] * s
            way.u[level, side, o, k, b] = mean + way.e[level, b] * z
