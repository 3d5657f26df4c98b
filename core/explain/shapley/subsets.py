"""All coalitions of a few players, and Shapley's weights over them as one matrix."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray

from core.models.family import Floats

Masks = NDArray[np.bool_]
PLAYERS_AT_MOST = 12


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
