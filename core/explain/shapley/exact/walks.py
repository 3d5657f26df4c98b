"""Compiled walks over coalitions of a kernel machine's columns, and Shapley's formulas."""

from __future__ import annotations

import numpy as np
from numba import njit

from core.explain.shapley.exact.factors import Floats, Masks, Whole
from core.models.packed.compiled import compiled


@compiled(fastmath={"contract", "reassoc", "nsz"})  # sums in vectors
def walk(game: tuple[Floats, Floats, Floats], players: Whole, orders: Whole, out: Floats) -> None:
    """Adds to ``out`` the raw outputs that some points give along each order and its reverse.

    ``game`` is the factors of one row (groups, columns, lanes), those of the background (groups,
    b, columns, lanes) and the alphas (groups, outputs, lanes). ``orders`` (b, orders, columns)
    names the columns in turn, the ``players`` (b,) that differ first. ``out`` (b, orders, 2,
    columns + 1, outputs): at step k the order's first k columns are the row's own, and in the
    reverse all but these; the first step and those from the last player on are left as they are.
    """
    own, others, alphas = game
    columns, lanes = own.shape[1:]
    early, late = np.empty((columns + 1, lanes)), np.empty((columns + 1, lanes))
    behind, ahead = np.empty((columns + 1, lanes)), np.empty((columns + 1, lanes))
    for group in range(len(own)):
        for other in range(len(players)):
            for each in range(orders.shape[1]):
                order, found = orders[other, each], players[other]
                early[0] = 1.0
                for step in range(found, columns):  # these do not differ
                    early[0] *= own[group, order[step]]
                behind[0] = early[0]
                _products(own[group], order, found, early, late)
                _products(others[group, other], order, found, behind, ahead)
                for step in range(1, found):
                    for output in range(alphas.shape[1]):
                        alpha, place = alphas[group, output], out[other, each, :, step]
                        place[0, output] += _sum(alpha, early[step], ahead[step])
                        place[1, output] += _sum(alpha, behind[step], late[step])


@njit(nogil=True, inline="always")
def _products(factors: Floats, order: Whole, found: int, early: Floats, late: Floats) -> None:
    """Products of an order's first columns, from what ``early`` starts with, and of its last."""
    lanes = factors.shape[1]
    for step in range(found - 1):
        column = order[step]
        for lane in range(lanes):
            early[step + 1, lane] = early[step, lane] * factors[column, lane]
    late[found] = 1.0
    for step in range(found - 1, 0, -1):
        column = order[step]
        for lane in range(lanes):
            late[step, lane] = late[step + 1, lane] * factors[column, lane]


@njit(nogil=True, inline="always")
def _sum(alpha: Floats, first: Floats, second: Floats) -> float:
    total = 0.0
    for lane in range(len(alpha)):
        total += alpha[lane] * (first[lane] * second[lane])
    return total


@compiled()
def settle(worth: Floats, plays: Masks, starts: Whole, shares: Floats, out: Floats) -> None:
    """Adds each background row's Shapley values to ``out`` (columns, outputs).

    ``worth`` (coalitions, outputs): background row k's begin at ``starts[k]``, and in the one of
    number n those players are in whose bits are set. ``shares[d, s]`` is the weight of a gain over
    a coalition of s others among d players.
    """
    sizes = _sizes(np.diff(starts).max())
    for other in range(len(plays)):
        players, start = np.flatnonzero(plays[other]), starts[other]
        share = shares[len(players)]
        for bit in range(len(players)):
            for output in range(worth.shape[1]):
                paid = 0.0
                for number in range(start, starts[other + 1]):
                    without = number - start
                    if not without >> bit & 1:
                        gain = worth[number + (1 << bit), output] - worth[number, output]
                        paid += share[sizes[without]] * gain
                out[players[bit], output] += paid


@compiled()
def settle_pairs(worth: Floats, plays: Masks, starts: Whole, shares: Floats, out: Floats) -> None:
    """Adds half of each pair's interaction, both ways, to ``out`` (columns, columns).

    ``worth`` (coalitions,), else as for ``settle``; the weight of a coalition of s others among d
    players is ``shares[d - 1, s]`` (Grabisch & Roubens 1999).
    """
    sizes = _sizes(np.diff(starts).max())
    for other in range(len(plays)):
        players, own = np.flatnonzero(plays[other]), worth[starts[other] : starts[other + 1]]
        for one in range(len(players)):
            for two in range(one):
                share, first, second, paid = shares[len(players) - 1], 1 << one, 1 << two, 0.0
                for number in range(len(own)):
                    if not number & (first | second):
                        apart = own[number + first + second] - own[number + first]
                        paid += share[sizes[number]] * (apart - own[number + second] + own[number])
                out[players[one], players[two]] += paid / 2
                out[players[two], players[one]] += paid / 2


@compiled(forceinline=True)
def _sizes(coalitions: int) -> Whole:
    """How many players are in each."""
    found = np.zeros(coalitions, np.int64)
    for number in range(coalitions):
        found[number] = found[number >> 1] + (number & 1)
    return found
