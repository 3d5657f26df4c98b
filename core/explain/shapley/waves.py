"""Exact Shapley values of a logistic chance whose log-odds are a sum over columns.

On any bounded range the logistic function is a short sum of sine waves (Poisson's summation of
its derivative, whose Fourier transform is ``pi w / sinh(pi w)``). A wave of a sum is a product
over columns, and the values of a product are an integral that Gauss-Legendre nodes give exactly
(Owen 1972), so that any number of columns takes polynomial time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.explain.shapley.quadrature import rule
from core.models.family import Floats

ROUNDING = 26.0  # waves and periods end where exp(-ROUNDING) of a chance is left: 5e-12
CELLS_AT_ONCE = 200_000

Waves = NDArray[np.complex128]


def terms(start: Floats, apart: Floats) -> int:
    """How many waves the log-odds' range asks for."""
    return len(_frequencies(_period(start, apart)))


def steps(start: Floats, apart: Floats) -> int:
    """How many factors are multiplied: background rows x waves x nodes x players."""
    rows, players = apart.shape
    return rows * terms(start, apart) * ((players + 1) // 2) * players


def logistic_values(start: Floats, apart: Floats) -> Floats:
    """Values (b, players) of ``1 / (1 + exp(-(start + sum of apart over S)))``.

    ``start`` (b,) is the log-odds of the empty coalition, ``apart`` (b, players) what each player
    adds. Off by at most about 1e-11.
    """
    period = _period(start, apart)
    frequencies = _frequencies(period)
    sizes = 2 / period * np.pi / np.sinh(np.pi * frequencies)
    nodes = rule((apart.shape[1] + 1) // 2)
    found = np.empty(apart.shape)
    rows = max(1, CELLS_AT_ONCE // (len(frequencies) * len(nodes[0]) * apart.shape[1]))
    for first in range(0, len(apart), rows):
        some = slice(first, first + rows)
        turned = np.exp(1j * frequencies[:, None] * apart[some, None, :])  # (some, waves, players)
        level = np.exp(1j * frequencies * start[some, None]) * sizes
        paid = (turned - 1) * _others(turned, nodes) * level[:, :, None]
        found[some] = paid.imag.sum(axis=1)
    return found


def _others(turned: Waves, nodes: tuple[Floats, Floats]) -> Waves:
    """The integral of all other players' factors: as large as ``turned``."""
    places, weights = nodes
    factors = 1 + places[:, None] * (turned[:, :, None, :] - 1)  # (some, waves, nodes, players)
    before, after = np.ones_like(factors), np.ones_like(factors)
    np.cumprod(factors[..., :-1], axis=-1, out=before[..., 1:])
    np.cumprod(factors[..., :0:-1], axis=-1, out=after[..., 1:])
    return np.asarray(np.einsum("bwnp,n->bwp", before * after[..., ::-1], weights))


def _period(start: Floats, apart: Floats) -> float:
    """Half a period: the farthest log-odds of any coalition, and as far again as rounding goes."""
    low = start + np.minimum(apart, 0.0).sum(axis=1)
    high = start + np.maximum(apart, 0.0).sum(axis=1)
    return float(np.maximum(-low, high).max()) + ROUNDING


def _frequencies(period: float) -> Floats:
    """Odd multiples of ``pi / period`` up to where waves are of no size."""
    count = int(np.ceil(ROUNDING / np.pi * period / (2 * np.pi)))
    return np.asarray((2 * np.arange(count) + 1) * np.pi / period, "float64")
