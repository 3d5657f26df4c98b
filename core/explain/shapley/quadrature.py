"""Gauss-Legendre nodes for products of linear factors, and how many are enough."""

from __future__ import annotations

from functools import cache
from math import lgamma

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

ROUNDING = 2.0**-53
BISECTIONS = 60
FEW = 32  # so many counts are each tried; beyond, the next is a quarter more


@cache
def rule(count: int) -> tuple[Floats, Floats]:
    """Places and weights (count,) on 0..1, exact for polynomials of degree below 2 count."""
    places, weights = np.polynomial.legendre.leggauss(count)
    return (places + 1) / 2, weights / 2


def rules(counts: Whole) -> Floats:
    """(2, most + 1, most): places and weights of every count that occurs."""
    most = int(counts.max(initial=1))
    found = np.zeros((2, most + 1, most))
    for count in np.unique(counts[counts > 0]):
        found[:, count, :count] = rule(int(count))
    return found


def enough(players: Whole, reach: Floats, columns: int) -> Whole:
    """How many nodes give the integral of all but one of the players' factors to rounding.

    ``players`` says how many of the columns play; ``reach`` is the sum of their ``|a - c| / (a +
    c)``. Half as many nodes as players are exact. Fewer do where the reach is small: with a
    factor's line written as ``middle * (1 + r u)``, u in -1..1, the terms that m nodes do not
    integrate exactly are at most ``sum of e_k(r) * error of u^k`` over even k from 2m, and
    Maclaurin's inequality bounds ``e_k`` by ``C(n, k) (reach / n)^k``. Enough is where that is
    below half a unit in the last place of the product of the middles.
    """
    counts, reaches = _table(columns)
    least = counts[np.minimum(np.searchsorted(reaches, reach), len(counts) - 1)]
    return np.asarray(np.minimum((players + 1) // 2, least))


@cache
def _table(columns: int) -> tuple[Whole, Floats]:
    """Counts of nodes and up to which reach each is enough, both ascending."""
    exact = max(1, (columns + 1) // 2)
    counts = [1]
    while counts[-1] < exact:
        counts.append(min(exact, counts[-1] + max(1, (counts[-1] - FEW) // 4)))
    reaches = [_reach(count, columns) for count in counts[:-1]]
    return np.array(counts), np.maximum.accumulate(np.array([*reaches, float(columns)]))


def _reach(count: int, columns: int) -> float:
    """The largest reach for which so many nodes are enough."""
    powers = np.arange(2 * count, columns + 1, 2)
    if not len(powers):
        return float(columns)
    places, weights = np.polynomial.legendre.leggauss(count)
    errors = 1 / (powers + 1) - (weights / 2) @ places[:, None] ** powers
    errors = np.maximum(errors, 0.0) + ROUNDING / 8  # and what computing them may have lost
    choices = np.array(
        [lgamma(columns + 1) - lgamma(k + 1) - lgamma(columns - k + 1) for k in powers]
    )
    low, high = 0.0, float(columns)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        bound = np.exp(choices + powers * np.log(middle / columns)) @ errors
        low, high = (middle, high) if bound <= ROUNDING else (low, middle)
    return low
