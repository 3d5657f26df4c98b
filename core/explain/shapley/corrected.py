"""Shapley values of a kernel machine's chances: exact margins, corrected by random orders.

The margin's exact values against each background row, times the slope of the line between the
two rows' chances, are a first answer that adds up. What they miss is the value of a smaller game,
``chance(S) - slope * margin(S)``, which is estimated by orders of the columns and their reverses
(Strumbelj & Kononenko 2014; Mitchell et al. 2022): the margin is a control variate with known
values. Every background row has orders of its own, so that the estimates are independent; a
coalition's margin comes from the factors of the kernel, without asking the machine.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.explain.shapley.coalitions import differing
from core.explain.shapley.product import Game, factors, other_factors, slices
from core.explain.shapley.slopes import slopes
from core.models.family import Floats, Matrix
from core.models.outputs import shown
from core.progress import Report

ORDERS = 2  # of each background row at first: two tell how far they are apart
LEAST_ORDERS = 64  # of a row's first round, over all background rows, for an honest error
ORDERS_AT_MOST = 512  # of each background row; what is left is told by the errors


@dataclass(frozen=True)
class Stop:
    """When an estimate is good enough: no standard error above ``goal``; ``seed`` draws orders."""

    goal: float
    seed: int


@dataclass(frozen=True, eq=False)
class Corrected:
    """Effects on the shown outputs and their standard errors: (n, columns, outputs) each."""

    values: Floats
    errors: Floats


def corrected(given: Game, x: Matrix, stop: Stop, report: Report) -> Corrected:
    """Effects of rows x (n, width) on the chances; they add up exactly.

    A row's figures are the same whatever rows stand beside it. Asks for a joint game.
    """
    from joblib import cpu_count

    shape = (len(x), len(given.stops), len(given.machine.bias))
    values, errors = np.zeros(shape), np.zeros(shape)
    rows, pool = np.ascontiguousarray(x, "float64"), ThreadPoolExecutor(cpu_count())
    try:
        for some in slices(given, x, report):
            each = zip(rows[some.rows], some.raw, some.values, strict=True)
            found = pool.map(lambda one: _effects(given, one, stop), each)
            for at, both in enumerate(found, some.rows.start):
                values[at], errors[at] = both
    finally:
        pool.shutdown(cancel_futures=True)
    return Corrected(values, errors)


@dataclass(frozen=True, eq=False)
class _Row:
    """A row (width,), its raw outputs (o,) and its slopes against each background row (b, o, o)."""

    cells: Floats
    raw: Floats
    lines: Floats


def _effects(given: Game, one: tuple[Floats, Floats, Floats], stop: Stop) -> tuple[Floats, Floats]:
    """Values and errors (columns, outputs) of one row: its cells, raw outputs and their values."""
    cells, raw, values = one
    lines = slopes(given.machine.task, raw[None], given.worth)[0]
    first = np.einsum("bco,bpo->cp", values, lines) / len(lines)
    mean, error = _missed(given, _Row(cells, raw, lines), stop)
    return first + mean, error


def _missed(given: Game, row: _Row, stop: Stop) -> tuple[Floats, Floats]:
    """The mean over the background of what the slopes miss, and its error: (columns, outputs)."""
    behind = len(given.background)
    count = max(ORDERS, -(-LEAST_ORDERS // behind))
    chance, done = np.random.default_rng(stop.seed), 0
    sums = squares = np.zeros((behind, len(given.stops), len(row.raw)))
    while True:
        found = _estimates(given, row, _orders(chance, (behind, count, len(given.stops))))
        sums, squares, done = sums + found.sum(1), squares + (found**2).sum(1), done + count
        spread = np.maximum(squares - sums**2 / done, 0.0) / (done - 1)
        error = np.sqrt(spread.sum(axis=0) / done) / behind
        if error.max(initial=0.0) <= stop.goal or done >= ORDERS_AT_MOST:
            return sums.mean(axis=0) / done, error
        count = min(done, ORDERS_AT_MOST - done)


def _orders(chance: np.random.Generator, shape: tuple[int, int, int]) -> NDArray[np.int64]:
    """Orders of the columns at random: (b, orders, columns)."""
    return chance.permuted(np.broadcast_to(np.arange(shape[2]), shape), axis=2)


def _estimates(given: Game, row: _Row, orders: NDArray[np.int64]) -> Floats:
    """An estimate of what the slopes miss from each order: (b, orders, columns, outputs)."""
    plays = differing(given, row.cells)
    still = ~np.take_along_axis(plays[:, None], orders, axis=2)
    orders = np.take_along_axis(orders, still.argsort(axis=2, kind="stable"), axis=2)
    raw = _steps(given, row, plays.sum(axis=1), orders)
    task, outputs = given.machine.task, raw.shape[-1]
    chances = shown(task, raw.reshape(-1, outputs)).reshape(raw.shape)
    missed = chances - np.einsum("bksco,bpo->bkscp", raw, row.lines)
    gains = np.diff(missed, axis=3)
    found = np.empty((*orders.shape, outputs))
    np.put_along_axis(found, orders[..., None], (gains[:, :, 0] - gains[:, :, 1]) / 2, axis=2)
    return found


def _steps(given: Game, row: _Row, players: NDArray[np.int64], orders: NDArray[np.int64]) -> Floats:
    """Raw outputs along each order and its reverse: (b, orders, 2, columns + 1, outputs)."""
    from core.explain.shapley.exact.walks import walk

    behind, count, columns = orders.shape
    steps = np.arange(columns + 1)
    between = (steps > 0) & (steps < players[:, None])
    ends = (steps >= players[:, None])[..., None]  # where no column differs, both are the same
    out = np.empty((behind, count, 2, columns + 1, len(row.raw)))
    worth = given.worth[:, None]
    for way, inside in enumerate((ends, ~ends)):
        fixed = np.where(inside, row.raw, worth)
        out[:, :, way] = np.where(between[..., None], given.machine.bias, fixed)[:, None]
    for piece in given.pieces:
        own = factors(given, row.cells[None], piece)[:, 0]
        walk((own, other_factors(given, piece), given.alphas[piece]), players, orders, out)
    return out
