"""Reasons of averages and weighted sums of models: the weighted sum of the members' reasons.

Shapley values are linear in the model (Shapley 1953), so that this is as exact as its parts. The
parts must explain the same rows and players against the same background.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.explain.shapley.method import Asked, Effects

SEEDS_APART = 1_000_003


def weighted(parts: Sequence[Effects], weights: Sequence[float]) -> Effects:
    """Effects of ``sum(weight * model)``; ``weights`` need not add up to 1.

    Errors are combined as those of independent draws: root of the sum of squared shares. Ask for
    the parts with ``of_members``, or the same drawn orders would err together.
    """
    if len(parts) != len(weights) or not parts:
        raise ValueError(f"{len(parts)} parts and {len(weights)} weights")
    shares = np.asarray(weights, "float64")
    values = np.tensordot(shares, np.stack([each.values for each in parts]), 1)
    squares = np.tensordot(shares**2, np.stack([each.errors for each in parts]) ** 2, 1)
    base = float(shares @ np.array([each.base for each in parts]))
    notes = dict.fromkeys(note for each in parts for note in each.notes)
    return Effects(base, values, np.sqrt(squares), tuple(notes))


def of_members(asked: Asked, count: int) -> tuple[Asked, ...]:
    """How to ask each of ``count`` members: as a whole, but with a seed of its own."""
    return tuple(replace(asked, seed=asked.seed + SEEDS_APART * place) for place in range(count))
