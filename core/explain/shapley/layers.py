"""Estimators whose first step is linear in the matrix, as a network of dense layers.

A coalition's input to the first layer is then the sum of what each player's cells add to it.
"""

from __future__ import annotations

from functools import singledispatch
from typing import cast

from core.models.family import Matrix
from core.models.linear import Linear
from core.models.network import Network


@singledispatch
def layers(estimator: object) -> Network | None:
    """The network that gives the same outputs as the estimator; None where there is none."""
    return None


@layers.register
def _(estimator: Network) -> Network:
    return estimator


@layers.register
def _(estimator: Linear) -> Network:
    """One layer, in float64: sums of coefficients are exact enough to enumerate."""
    arrays = (estimator.plane.coefficients, estimator.plane.bias)
    weights, biases = (cast(Matrix, each) for each in arrays)
    return Network(estimator.task, (weights,), (biases,))
