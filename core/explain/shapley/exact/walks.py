"""Compiled walks over coalitions of a kernel machine's columns, and Shapley's formula."""

from __future__ import annotations

import numpy as np
from numba import njit

from core.explain.shapley.exact.factors import Floats, Masks, Whole


@njit(nogil=True, cache=True, fastmath={"contract", "reassoc", "nsz"})  # sums in vectors
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
    early, late = np.empty((2, columns + 1, lanes)), np.empty((2, lanes))
    for group in range(len(own)):
        for other in range(len(players)):
            for each in range(orders.shape[1]):
                order, found = orders[other, each], players[other]
                _early(own[group], others[group, other], order, found, early)
                late[:] = 1.0
                for step in range(found - 1, 0, -1):
                    column = order[step]
                    for lane in range(lanes):
                        late[0, lane] *= own[group, column, lane]
                        late[1, lane] *= others[group, other, column, lane]
                    _meet(early, late, step, alphas[group], out[other, each])


@njit(nogil=True, inline="always")
def _early(own: Floats, others: Floats, order: Whole, found: int, early: Floats) -> None:
    """Products of the first factors of an order, the row's (0) and the background row's (1).

    Both start from the product of the columns that do not differ.
    """
    for lane in range(own.shape[1]):
        early[0, 0, lane] = 1.0
    for step in range(found, len(order)):
        for lane in range(own.shape[1]):
            early[0, 0, lane] *= own[order[step], lane]
    for lane in range(own.shape[1]):
        early[1, 0, lane] = early[0, 0, lane]
    for step in range(found - 1):
        for lane in range(own.shape[1]):
            early[0, step + 1, lane] = early[0, step, lane] * own[order[step], lane]
            early[1, step + 1, lane] = early[1, step, lane] * others[order[step], lane]


@njit(nogil=True, inline="always")
def _meet(early: Floats, late: Floats, step: int, alphas: Floats, out: Floats) -> None:
    """Adds the outputs of a coalition and of its complement to ``out`` (2, steps, outputs)."""
    for output in range(len(alphas)):
        forwards, backwards = 0.0, 0.0
        for lane in range(alphas.shape[1]):
            forwards += alphas[output, lane] * (early[0, step, lane] * late[1, lane])
            backwards += alphas[output, lane] * (early[1, step, lane] * late[0, lane])
        out[0, step, output] += forwards
        out[1, step, output] += backwards


@njit(nogil=True, cache=True)
def settle(worth: Floats, plays: Masks, starts: Whole, shares: Floats, out: Floats) -> None:
    """Adds each background row's Shapley values to ``out`` (columns, outputs).

    ``worth`` (coalitions, outputs): background row k's begin at ``starts[k]``, and in the one of
    number n those players are in whose bits are set. ``shares[d, s]`` is the weight of a gain over
    a coalition of s others among d players.
    """
    sizes = np.zeros(np.diff(starts).max(), np.int64)
    for number in range(len(sizes)):
        sizes[number] = sizes[number >> 1] + (number & 1)
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
