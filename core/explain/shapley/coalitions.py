"""Exact Shapley values of a kernel machine's chances, from the margins of all coalitions.

Against one background row only the columns that differ from the explained row play, so that there
are often far fewer coalitions than ``2^columns``. A coalition's kernel products are those of the
first half of its players times those of the second half, so that the margins of all are one
matrix product of two small tables.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.explain.shapley.product import LANES, STAGE, Form, Game, factors, other_factors
from core.explain.shapley.subsets import Coalitions, shared, shared_by_pairs
from core.models.family import Floats, Matrix
from core.models.outputs import shown
from core.progress import Report

COLUMNS_AT_MOST = 12
STEPS_AT_MOST = 150_000_000  # products of one row; some hundredths of a second


def affordable(given: Game) -> bool:
    """True where the coalitions of a row take a fraction of a second, whatever the row."""
    columns, outputs = len(given.stops), len(given.machine.bias)
    steps = 2**columns * given.points.shape[0] * LANES * len(given.background) * outputs
    few = columns <= COLUMNS_AT_MOST and steps <= STEPS_AT_MOST
    return given.form is Form.JOINT and few


def enumerated(given: Game, x: Matrix, report: Report) -> Floats:
    """Shapley values of the shown outputs (chances or values) of rows x: (n, columns, outputs).

    A coalition's value is the mean shown output over the background rows (Shapley 1953).
    """
    rows = np.ascontiguousarray(x, "float64")
    values = np.zeros((len(rows), len(given.stops), len(given.machine.bias)))
    for i in range(len(rows)):
        report(i / len(rows), STAGE)
        values[i] = shared(*_worth(given, rows[i]))
    report(1.0, STAGE)
    return values


def enumerated_pairs(given: Game, x: Matrix, output: int, report: Report) -> Floats:
    """Interactions of one of them in rows x: (n, columns, columns)."""
    rows = np.ascontiguousarray(x, "float64")
    values = np.zeros((len(rows), len(given.stops), len(given.stops)))
    for i in range(len(rows)):
        report(i / len(rows), STAGE)
        found, worth = _worth(given, rows[i])
        values[i] = shared_by_pairs(found, worth[:, output].copy())
    report(1.0, STAGE)
    return values


def _worth(given: Game, row: Floats) -> tuple[Coalitions, Floats]:
    """All coalitions of a row, and the shown outputs (coalitions, outputs) of each."""
    found = coalitions(given, row)
    return found, shown(given.machine.task, found.raw).reshape(found.raw.shape)


def coalitions(given: Game, row: Floats) -> Coalitions:
    """The raw outputs of all mixes of a row (width,) with each background row."""
    plays = differing(given, row)
    starts = np.concatenate([[0], (2 ** plays.sum(axis=1)).cumsum()])
    raw = np.tile(given.machine.bias, (starts[-1], 1))
    for piece in given.pieces:
        own = _by_column(factors(given, row[None], piece))[0]
        others = _by_column(other_factors(given, piece))
        alphas = given.alphas[piece].transpose(1, 0, 2).reshape(raw.shape[1], -1)
        for k in range(len(plays)):
            raw[starts[k] : starts[k + 1]] += _mixes(own, others[k], plays[k], alphas)
    return Coalitions(plays, starts, raw)


def _by_column(found: Floats) -> Floats:
    """Factors (groups, n, columns, LANES) as (n, columns, points)."""
    return found.transpose(1, 2, 0, 3).reshape(*found.shape[1:3], -1)


def _mixes(own: Floats, others: Floats, plays: NDArray[np.bool_], alphas: Floats) -> Floats:
    """What some points give all mixes with one background row: (coalitions, outputs).

    ``own`` and ``others`` are (columns, points), ``alphas`` (outputs, points).
    """
    still, players = own[~plays].prod(axis=0), np.flatnonzero(plays)
    early, late = players[: len(players) // 2], players[len(players) // 2 :]
    first = _products(own[early], others[early], np.ones_like(still))
    second = _products(own[late], others[late], still)
    return np.stack([((second * alpha) @ first.T).ravel() for alpha in alphas], axis=1)


def _products(own: Floats, others: Floats, start: Floats) -> Floats:
    """Products over all coalitions of some players, times ``start``: (2^players, points)."""
    found = np.empty((2 ** len(own), len(start)))
    found[0] = start
    for player in range(len(own)):
        size = 2**player
        np.multiply(found[:size], own[player], out=found[size : 2 * size])
        found[:size] *= others[player]
    return found


def differing(given: Game, row: Floats) -> NDArray[np.bool_]:
    """Which columns of a row (width,) differ from each background row's: (b, columns)."""
    starts = np.concatenate([[0], given.stops[:-1]])
    return np.logical_or.reduceat(given.background != row, starts, axis=1)
