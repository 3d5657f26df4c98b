"""Exact Shapley values of a kernel machine's chances, from the margins of all coalitions.

A coalition's kernel products are those of its first half of the columns times those of its second
half, so that the margins of all ``2^columns`` coalitions are one matrix product of two small
tables for each background row.
"""

from __future__ import annotations

from math import factorial

import numpy as np

from core.explain.shapley.product import (
    LANES,
    STAGE,
    Form,
    Game,
    factors,
    other_factors,
    spans,
)
from core.models.family import Floats, Matrix
from core.models.outputs import shown
from core.progress import Report

COLUMNS_AT_MOST = 12
STEPS_AT_MOST = 150_000_000  # products of one row; a fraction of a second
CELLS_AT_ONCE = 1_000_000


def affordable(given: Game) -> bool:
    """True where the coalitions of a row take a fraction of a second."""
    columns, outputs = len(given.stops), len(given.machine.bias)
    steps = 2**columns * given.points.shape[0] * LANES * len(given.background) * outputs
    few = columns <= COLUMNS_AT_MOST and steps <= STEPS_AT_MOST
    return given.form is Form.JOINT and few


def enumerated(given: Game, x: Matrix, report: Report) -> Floats:
    """Shapley values of the shown outputs (chances or values) of rows x: (n, columns, outputs).

    A coalition's value is the mean shown output over the background rows (Shapley 1953).
    """
    rows, values = np.ascontiguousarray(x, "float64"), []
    for i in range(len(rows)):
        report(i / len(rows), STAGE)
        raw = coalition_outputs(given, rows[i])
        flat = shown(given.machine.task, raw.reshape(-1, raw.shape[2]))
        worth = flat.reshape(*raw.shape[:2], -1).mean(axis=0)
        values.append(_values(worth, len(given.stops)))
    report(1.0, STAGE)
    outputs = len(given.machine.bias)
    return np.stack(values) if values else np.zeros((0, len(given.stops), outputs))


def coalition_outputs(given: Game, row: Floats) -> Floats:
    """The raw outputs of a row (width,) mixed with each background row: (b, 2^columns, outputs).

    Bit j of a coalition's number tells whether column j is the row's own.
    """
    columns, half = len(given.stops), len(given.stops) // 2
    found = np.tile(given.machine.bias, (len(given.background), 2**columns, 1))
    cells = len(given.background) * 2 ** (columns - half) * LANES
    for piece in spans(len(given.points), max(1, CELLS_AT_ONCE // cells)):
        own, others = factors(given, row[None, :], piece), other_factors(given, piece)
        early = _products(own[:, :, :half], others[:, :, :half])
        late = _products(own[:, :, half:], others[:, :, half:])
        for output in range(found.shape[2]):
            weighted = late * given.alphas[piece, output].ravel()
            joined = weighted @ early.transpose(0, 2, 1)
            found[:, :, output] += joined.reshape(len(found), -1)
    return found


def _products(own: Floats, others: Floats) -> Floats:
    """Products over all coalitions of some columns: (b, 2^columns, points).

    ``own`` (groups, 1, columns, LANES) and ``others`` (groups, b, columns, LANES) are factors.
    """
    own, others = (each.transpose(1, 2, 0, 3) for each in (own, others))
    points = own.shape[2] * own.shape[3]
    found = np.ones((len(others), 1, points))
    for column in range(own.shape[1]):
        without = found * others[:, column].reshape(len(others), 1, points)
        found = np.concatenate([without, found * own[:, column].reshape(1, 1, points)], axis=1)
    return found


def _values(worth: Floats, columns: int) -> Floats:
    """Shapley's formula on the worth (2^columns, outputs) of all coalitions: (columns, outputs)."""
    sizes = np.array([number.bit_count() for number in range(2**columns)])
    shares = np.array(
        [factorial(s) * factorial(columns - s - 1) / factorial(columns) for s in range(columns)]
    )
    values = np.empty((columns, worth.shape[1]))
    for column in range(columns):
        without = np.flatnonzero((np.arange(2**columns) >> column) & 1 == 0)
        gains = worth[without + 2**column] - worth[without]
        values[column] = shares[sizes[without]] @ gains
    return values
