"""The compiled loops of kernels that are a product over columns.

``nogil`` and a pool of Python threads rather than numba's own: where neither OpenMP nor TBB is
there (macOS, Windows), numba's threads end the process when two visitors ask at the same time.
"""

from __future__ import annotations

from math import tanh

import numpy as np
from numba import njit
from numpy.typing import NDArray

from core.models.packed.compiled import compiled

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Masks = NDArray[np.bool_]


@compiled()
def distances(x: Floats, points: Floats, stops: Whole, out: Floats) -> None:
    """Squared distance in each column: x (n, width), points (groups, width, lanes).

    ``stops`` (columns,) is where each column's cells end; ``out`` (groups, n, columns, lanes).
    """
    for group in range(out.shape[0]):
        for row in range(out.shape[1]):
            cell = 0
            for column in range(out.shape[2]):
                for lane in range(out.shape[3]):
                    out[group, row, column, lane] = 0.0
                while cell < stops[column]:
                    for lane in range(out.shape[3]):
                        apart = x[row, cell] - points[group, cell, lane]
                        out[group, row, column, lane] += apart * apart
                    cell += 1


@compiled()
def reach(x: Floats, background: Floats, span: Floats, stops: Whole, gamma: float) -> Floats:
    """At most how far a column's factor moves from its middle, as a share of it: (n, b, columns).

    ``|a - c| / (a + c)`` is ``tanh(gamma / 2 * |distance of x - distance of b|)``, here at the
    farthest point that ``span`` (2, width), the least and greatest cells of the points, allows.
    0 where row and background row have the same cells.
    """
    found = np.empty((len(x), len(background), len(stops)))
    for row in range(len(x)):
        for other in range(len(background)):
            cell = 0
            for column in range(len(stops)):
                farthest = 0.0
                while cell < stops[column]:
                    both = x[row, cell] + background[other, cell]
                    side = max(abs(both - 2 * span[0, cell]), abs(both - 2 * span[1, cell]))
                    farthest += abs(x[row, cell] - background[other, cell]) * side
                    cell += 1
                found[row, other, column] = tanh(gamma / 2 * farthest)
    return found


@compiled(fastmath={"contract", "reassoc", "nsz"})  # sums in vectors
def credit(
    game: tuple[Floats, Floats, Floats], plays: Masks, nodes: tuple[Whole, Floats]
) -> Floats:
    """Shapley values of every row against every background row: (n, b, columns, outputs).

    ``game`` is the factors of the rows (groups, n, columns, lanes), those of the background
    (groups, b, columns, lanes) and the alphas (groups, outputs, lanes). ``plays`` (n, b, columns)
    tells which columns differ; the others' factors are constants. ``nodes`` is how many to use
    (n, b), and their places and weights (2, most + 1, most).
    """
    own, others, alphas = game
    count, rule = nodes
    columns, lanes = own.shape[2:]
    out = np.zeros((own.shape[1], others.shape[1], columns, alphas.shape[1]))
    line, rest = np.empty((2, columns, lanes)), np.empty(lanes)
    total, before = np.empty((columns, lanes)), np.empty((columns + 1, lanes))
    after = np.empty(lanes)
    for group in range(len(own)):
        for row in range(own.shape[1]):
            for other in range(others.shape[1]):
                playing, most = plays[row, other], count[row, other]
                found = _lines(own[group, row], others[group, other], playing, line, rest)
                total[:found] = 0.0
                for node in range(most):
                    for lane in range(lanes):
                        before[0, lane] = rule[1, most, node] * rest[lane]
                        after[lane] = 1.0
                    _add(rule[0, most, node], found, line, before, after, total)
                _pay(alphas[group], playing, line, total, out[row, other])
    return out


@njit(nogil=True, inline="always")
def _lines(own: Floats, others: Floats, playing: Masks, line: Floats, rest: Floats) -> int:
    """Each player's factor as a line, ``line[0] + t line[1]``, and the product of all others'.

    Gives the number of players, who come first in the arrays.
    """
    found = 0
    rest[:] = 1.0
    for column in range(len(playing)):
        if playing[column]:
            for lane in range(len(rest)):
                line[0, found, lane] = others[column, lane]
                line[1, found, lane] = own[column, lane] - others[column, lane]
            found += 1
        else:
            for lane in range(len(rest)):
                rest[lane] *= own[column, lane]
    return found


@njit(nogil=True, inline="always")  # the vectors need to know that the arrays are apart
def _add(
    place: float, found: int, line: Floats, before: Floats, after: Floats, total: Floats
) -> None:
    """Adds to every player the product of all other players' factors at one node.

    It is the product of the factors before it times that of those after it: nothing is divided,
    so that factors near zero need no care.
    """
    for player in range(found):
        for lane in range(len(after)):
            factor = line[0, player, lane] + place * line[1, player, lane]
            before[player + 1, lane] = before[player, lane] * factor
    for back in range(found):
        player = found - 1 - back
        for lane in range(len(after)):
            total[player, lane] += before[player, lane] * after[lane]
            after[lane] *= line[0, player, lane] + place * line[1, player, lane]


@njit(nogil=True, inline="always")
def _pay(alphas: Floats, playing: Masks, line: Floats, total: Floats, out: Floats) -> None:
    """Adds to ``out`` (columns, outputs) what the points give each player."""
    player = 0
    for column in range(len(playing)):
        if playing[column]:
            for output in range(len(alphas)):
                paid = 0.0
                for lane in range(alphas.shape[1]):
                    paid += alphas[output, lane] * (line[1, player, lane] * total[player, lane])
                out[column, output] += paid
            player += 1
