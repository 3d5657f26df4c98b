"""Interventional Shapley values of any model, by batched antithetic permutations.

A coalition's value is the mean output over the background rows with the coalition's columns
taken from the explained row (Strumbelj & Kononenko 2014; Lundberg & Lee 2017). Permutations are
drawn in pairs, forwards and backwards (Mitchell et al. 2022), so that effects are unbiased, add
up exactly, and are exact where the model is additive or has pairs of columns interacting only.
Up to eight columns, all coalitions are enumerated and the values are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.shapley.method import Asked, Effects, Method
from core.explain.shapley.players import backdrop, players
from core.models.family import Family, Floats, Matrix, Task, family
from core.progress import Report
from core.train.training import TrainedModel

PAIRS = 8
ENUMERATED_COLUMNS = 8
CELLS_AT_ONCE = 4_000_000

Masks = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Sampled:
    """A model, its background as a matrix, and the coalitions to ask for."""

    model: TrainedModel
    family: Family
    background: Matrix
    of_cells: NDArray[np.int64]
    coalitions: Masks  # (coalitions, players): True where the player's column is the row's own
    weights: Any  # sparse (estimates * players, coalitions): one unbiased estimate of effects each


def prepare(model: TrainedModel, asked: Asked) -> Sampled:
    """What all rows share: the background and which coalitions to ask for."""
    who = players(model, asked.together)
    count = len(who.names)
    plan = _every(count) if count <= ENUMERATED_COLUMNS else _pairs(count, PAIRS, asked.seed)
    kind = family(model.spec.family)
    return Sampled(model, kind, backdrop(model, asked.background), who.of_cells, *plan)


def effects(state: Sampled, x: Matrix, of: int, report: Report) -> Effects:
    """Effects (rows, columns) on the shown output, with standard errors over the pairs."""
    base = float(_shown(state, state.background, of).mean())
    values = np.zeros((len(x), state.coalitions.shape[1]))
    errors = np.zeros_like(values)
    for i, prediction in enumerate(_shown(state, x, of)):
        report(i / len(x), "explain.stage.reasons")
        worth = _values(state, x[i], of)
        # what is shown, to the last bit: float32 products depend a little on the rows beside them
        worth[state.coalitions.all(axis=1)] = prediction
        worth[~state.coalitions.any(axis=1)] = base
        estimates = (state.weights @ worth).reshape(-1, values.shape[1])  # (estimates, players)
        values[i] = estimates.mean(axis=0)
        errors[i] = _standard_error(estimates)
    report(1.0, "explain.stage.reasons")
    return Effects(base, values, errors)


def _every(players: int) -> tuple[Masks, Any]:
    """All coalitions, and Shapley's own weights (Shapley 1953)."""
    from scipy.sparse import csr_array

    coalitions = (np.arange(2**players)[:, None] >> np.arange(players)) & 1 == 1
    sizes = coalitions.sum(axis=1)
    weights = np.zeros((players, len(coalitions)))
    for player in range(players):
        inside = coalitions[:, player]
        others = sizes - inside
        share = np.array(
            [factorial(s) * factorial(players - s - 1) / factorial(players) for s in range(players)]
        )[others]
        weights[player] = np.where(inside, share, -share)
    return coalitions, csr_array(weights)


def _pairs(players: int, pairs: int, seed: int) -> tuple[Masks, Any]:
    """The coalitions that ``pairs`` random orders meet, forwards and backwards, without repeats."""
    from scipy.sparse import csr_array

    chance = np.random.default_rng(seed)
    places: dict[bytes, int] = {}
    found: list[NDArray[np.bool_]] = []
    into, of, weights = [], [], []
    for pair in range(pairs):
        order = chance.permutation(players)
        for walk in (order, order[::-1]):
            mask = np.zeros(players, bool)
            before = _place(mask, places, found)
            for player in walk:
                mask[player] = True
                after = _place(mask, places, found)
                into += [pair * players + int(player)] * 2
                of += [after, before]
                weights += [0.5, -0.5]
                before = after
    shape = (pairs * players, len(found))
    return np.array(found), csr_array((weights, (into, of)), shape)


def _place(
    mask: NDArray[np.bool_], places: dict[bytes, int], found: list[NDArray[np.bool_]]
) -> int:
    key = mask.tobytes()
    if key not in places:
        places[key] = len(found)
        found.append(mask.copy())
    return places[key]


def _values(state: Sampled, row: NDArray[np.float32], of: int) -> Floats:
    """The value of every coalition: (coalitions,)."""
    cells = state.coalitions[:, state.of_cells]
    at_once = max(1, CELLS_AT_ONCE // max(1, state.background.size))
    means = []
    for start in range(0, len(cells), at_once):
        mixed = np.where(cells[start : start + at_once, None, :], row, state.background)
        shown = _shown(state, mixed.reshape(-1, mixed.shape[-1]), of)
        means.append(shown.reshape(len(mixed), -1).mean(axis=1))
    return np.concatenate(means)


def _shown(state: Sampled, x: Matrix, of: int) -> Floats:
    scores = state.family.scores(state.model.estimator, x)
    return scores[:, of] if state.model.spec.task is Task.MULTICLASS else scores


def _standard_error(estimates: Floats) -> Floats:
    if len(estimates) == 1:
        return np.zeros(estimates.shape[1])
    return estimates.std(axis=0, ddof=1) / np.sqrt(len(estimates))


METHOD = Method(
    "sampled", prepare, effects, lambda state: len(state.background), lambda model: True
)
