"""All coalitions of a few players, and Shapley's weights over them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import comb, factorial

import numpy as np
from numpy.typing import NDArray

from core.models.family import Floats

Masks = NDArray[np.bool_]
PLAYERS_AT_MOST = 12


@dataclass(frozen=True, eq=False)
class Coalitions:
    """The raw outputs of a row mixed with each background row, all coalitions of what differs.

    ``plays`` (b, columns) tells the columns that differ. Background row k's coalitions are rows
    ``starts[k]`` to ``starts[k + 1]`` of ``raw``: in the one of number n, the players whose bits
    are set in n, in the order of the columns, are the row's own.
    """

    plays: NDArray[np.bool_]
    starts: NDArray[np.int64]
    raw: Floats


def shared(found: Coalitions, worth: Floats) -> Floats:
    """Shapley values (columns, outputs), the mean over the background rows.

    ``worth`` (coalitions, outputs) is what each of ``found`` is worth (Shapley 1953).
    """
    from core.explain.shapley.exact.walks import settle

    values = np.zeros((found.plays.shape[1], worth.shape[1]))
    settle(worth, found.plays, found.starts, _shares(int(found.plays.sum(axis=1).max())), values)
    return values / len(found.plays)


def shared_by_pairs(found: Coalitions, worth: Floats) -> Floats:
    """Interactions (columns, columns) of the ``worth`` (coalitions,), as ``pair_weights`` shares.

    A column's row adds up to its Shapley value; the diagonal holds what it does alone.
    """
    from core.explain.shapley.exact.walks import settle_pairs

    columns, shares = found.plays.shape[1], _shares(int(found.plays.sum(axis=1).max()))
    values = np.zeros((columns, columns))
    settle_pairs(worth, found.plays, found.starts, shares, values)
    values /= len(found.plays)
    np.fill_diagonal(values, shared(found, worth[:, None])[:, 0] - values.sum(axis=1))
    return values


@cache
def every(players: int) -> Masks:
    """Every coalition (2^players, players): bit j of its number tells whether j is in it."""
    found = (np.arange(2**players)[:, None] >> np.arange(players)) & 1 == 1
    found.flags.writeable = False
    return found


@cache
def value_weights(players: int) -> Floats:
    """(players, 2^players): times the worth of all coalitions, the values (Shapley 1953)."""
    inside = every(players)
    sizes = inside.sum(axis=1)
    shares = np.array(
        [factorial(s) * factorial(players - s - 1) / factorial(players) for s in range(players)]
        + [0.0]
    )
    return np.asarray(np.where(inside.T, shares[sizes - 1], -shares[sizes]))


@cache
def pair_weights(players: int) -> Floats:
    """(pairs, 2^players): times the worth, half of each pair's interaction, as shap shares it.

    Pairs in the order of ``combinations``. The Shapley interaction index (Grabisch & Roubens 1999)
    of i and j is the mean of ``v(S+i+j) - v(S+i) - v(S+j) + v(S)`` with weights
    ``|S|! (players - |S| - 2)! / (players - 1)!``; each of the two gets half (Lundberg et al.
    2020).
    """
    inside = every(players)
    sizes = inside.sum(axis=1)
    shares = np.array(
        [
            factorial(s) * factorial(players - s - 2) / factorial(players - 1) / 2
            for s in range(players - 1)
        ]
    )
    found = np.empty((players * (players - 1) // 2, 2**players))
    for place, (i, j) in enumerate(combinations(range(players), 2)):
        one, other = inside[:, i], inside[:, j]
        found[place] = np.where(one == other, 1.0, -1.0) * shares[sizes - one - other]
    return found


@cache
def _shares(columns: int) -> Floats:
    """Shapley's weights ``s! (d - s - 1)! / d!`` of d players' coalitions of s others: [d, s]."""
    shares = np.zeros((columns + 1, columns + 1))
    for players in range(1, columns + 1):
        for size in range(players):
            shares[players, size] = 1 / (players * comb(players - 1, size))
    return shares
