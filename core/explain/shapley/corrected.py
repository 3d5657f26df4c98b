"""Shapley values of a kernel machine's chances, by random orders corrected by exact margins.

Every background row has orders of the columns of its own (drawn from the seed and the row's
content, so that rows err independently of each other), walked forwards and backwards
(Strumbelj & Kononenko 2014; Mitchell et al. 2022), so that estimates are independent and add up;
a coalition's margin comes from the factors of the kernel, without asking the machine. The margin
times the slope of the line between the two rows' chances has values that are known exactly: it is
the control variate, with the one coefficient for all columns that leaves the least variance.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil
from zlib import crc32

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
ROUNDING = 1e-12  # of a variance, as a share of the squares
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
    row = _Row(cells, raw, slopes(given.machine.task, raw[None], given.worth)[0])
    known = np.einsum("bco,bpo->cp", values, row.lines) / len(row.lines)
    behind, columns = len(given.background), len(given.stops)
    chance, done = np.random.default_rng([stop.seed, crc32((cells + 0.0).tobytes())]), 0
    count, moments = max(ORDERS, -(-LEAST_ORDERS // behind)), np.zeros((5, 1, 1, 1))
    while True:
        moments = moments + _moments(given, row, _orders(chance, (behind, count, columns)))
        done += count
        mean, error = _settled(moments, done, known)
        worst = float(error.max(initial=0.0))
        if worst <= stop.goal or done >= ORDERS_AT_MOST:
            return mean, error
        wanted = done * (worst / stop.goal) ** 2 if stop.goal > 0 else ORDERS_AT_MOST
        count = ceil(min(wanted, 2 * done, ORDERS_AT_MOST)) - done


def _settled(moments: Floats, count: int, known: Floats) -> tuple[Floats, Floats]:
    """Values and standard errors from the moments of so many orders of each background row.

    ``known`` (columns, outputs) are the exact values of what the lines say.
    """
    first, line = moments[:2]
    squares, both, lines = moments[2:] - np.stack([first**2, first * line, line**2]) / count
    varies = lines.sum() > ROUNDING * moments[4].sum()
    share = float(both.sum() / lines.sum()) if varies else 1.0
    spread = np.maximum(squares - 2 * share * both + share**2 * lines, 0.0) / (count - 1)
    error = np.sqrt(spread.sum(axis=0) / count) / len(first)
    return share * known + (first - share * line).mean(axis=0) / count, error


def _orders(chance: np.random.Generator, shape: tuple[int, int, int]) -> NDArray[np.int64]:
    """Orders of the columns at random: (b, orders, columns)."""
    return chance.permuted(np.broadcast_to(np.arange(shape[2]), shape), axis=2)


def _moments(given: Game, row: _Row, orders: NDArray[np.int64]) -> Floats:
    """Sums over orders of what each says of the chance and of the line: (5, b, columns, outputs).

    The two, the square of the first, the product, and the square of the second.
    """
    plays = differing(given, row.cells)
    still = ~np.take_along_axis(plays[:, None], orders, axis=2)
    orders = np.take_along_axis(orders, still.argsort(axis=2, kind="stable"), axis=2)
    raw = _steps(given, row, plays.sum(axis=1), orders)
    chances = shown(given.machine.task, raw.reshape(-1, raw.shape[-1])).reshape(raw.shape)
    lines = np.einsum("bksco,bpo->bkscp", raw, row.lines)
    first, line = _gains(chances, orders), _gains(lines, orders)
    each = (first, line, first**2, first * line, line**2)
    return np.stack([one.sum(axis=1) for one in each])


def _gains(worth: Floats, orders: NDArray[np.int64]) -> Floats:
    """What each order and its reverse give each column: (b, orders, columns, outputs)."""
    gains = np.diff(worth, axis=3)
    found = np.empty((*orders.shape, worth.shape[-1]))
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
