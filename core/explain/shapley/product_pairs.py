"""Exact interactions of a Gaussian kernel machine's raw output, by the same quadrature.

Of a product game ``v(S) = prod_{S} a * prod_{not S} c`` the interaction of i and j is
``(a_i - c_i) (a_j - c_j)`` times the integral over t in 0..1 of the product of ``t a_g + (1 - t)
c_g`` over all others: the second derivative of Owen's extension (Grabisch & Roubens 1999), a
polynomial. At each node all pairs of all points are one matrix product.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.explain.shapley.product import STAGE, Game, factors, other_factors
from core.models.family import Floats
from core.progress import Report, silent


def value_pairs(given: Game, row: Floats, report: Report = silent) -> Floats:
    """Half of each pair's interaction for a row (width,) of a joint game with one raw output.

    (columns, columns), symmetric, 0 on the diagonal.
    """
    columns = len(given.stops)
    found = np.zeros((columns, columns))
    nodes, weights = np.polynomial.legendre.leggauss(max(1, columns // 2))
    rule = list(zip((nodes + 1) / 2, weights / 2, strict=True))
    own_row = np.ascontiguousarray(row[None], "float64")
    for place, piece in enumerate(given.pieces):
        report(place / len(given.pieces), STAGE)
        own = factors(given, own_row, piece).transpose(2, 1, 0, 3)
        others = other_factors(given, piece).transpose(2, 1, 0, 3)
        alphas = np.broadcast_to(given.alphas[piece, 0], others.shape[1:]).ravel()
        flat = np.broadcast_to(own, others.shape).reshape(columns, -1)
        found += _piece(flat, others.reshape(columns, -1), alphas, rule)
    np.fill_diagonal(found, 0.0)
    report(1.0, STAGE)
    return (found + found.T) / (4 * len(given.background))  # rounding is not symmetric


def _piece(
    own: Floats, others: Floats, alphas: NDArray[np.float64], rule: list[tuple[float, float]]
) -> Floats:
    """The sum over games (columns, games) of their interactions times ``alphas`` (games,)."""
    found, apart = np.zeros((len(own), len(own))), own - others
    for t, weight in rule:
        mixed = t * own + (1 - t) * others
        # where both factors vanish, so does what stands above
        ratio = np.divide(apart, mixed, out=np.zeros_like(apart), where=mixed > 0)
        found += (ratio * (weight * alphas * mixed.prod(axis=0))) @ ratio.T
    return found
