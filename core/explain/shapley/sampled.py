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

import numpy as np
from numpy.typing import NDArray

from core.explain.shapley.method import Effects, Method
from core.models.family import Family, Floats, Matrix, Task, family
from core.progress import Report
from core.train.preparation import encode
from core.train.training import TrainedModel

BACKGROUND_ROWS = 50
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
    coalitions: Masks  # (coalitions, players): True where the player's column is the row's own
    weights: Floats  # (estimates, players, coalitions): one unbiased estimate of effects each


def prepare(model: TrainedModel) -> Sampled:
    """What all rows share: the background and which coalitions to ask for."""
    players = len(model.spec.features)
    exact = players <= ENUMERATED_COLUMNS
    plan = _every(players) if exact else _pairs(players, PAIRS, model.spec.seed)
    kind = family(model.spec.family)
    spread = np.linspace(0, len(model.background) - 1, min(BACKGROUND_ROWS, len(model.background)))
    rows = model.background.iloc[np.unique(spread.astype(int))]
    return Sampled(model, kind, encode(model.preparation, rows), *plan)


def effects(state: Sampled, x: Matrix, of: int, report: Report) -> Effects:
    """Effects (rows, columns) on the shown output, with standard errors over the pairs."""
    values, errors = [], []
    for i, row in enumerate(x):
        report(i / len(x), "explain.stage.reasons")
        estimates = state.weights @ _values(state, row, of)  # (estimates, players)
        values.append(estimates.mean(axis=0))
        errors.append(_standard_error(estimates))
    report(1.0, "explain.stage.reasons")
    base = float(_shown(state, state.background, of).mean())
    return Effects(base, np.array(values), np.array(errors))


def _every(players: int) -> tuple[Masks, Floats]:
    """All coalitions, and Shapley's own weights (Shapley 1953)."""
    coalitions = (np.arange(2**players)[:, None] >> np.arange(players)) & 1 == 1
    sizes = coalitions.sum(axis=1)
    weights = np.zeros((1, players, len(coalitions)))
    for player in range(players):
        inside = coalitions[:, player]
        others = sizes - inside
        share = np.array(
            [factorial(s) * factorial(players - s - 1) / factorial(players) for s in range(players)]
        )[others]
        weights[0, player] = np.where(inside, share, -share)
    return coalitions, weights


def _pairs(players: int, pairs: int, seed: int) -> tuple[Masks, Floats]:
    """The coalitions that ``pairs`` random orders meet, forwards and backwards, without repeats."""
    chance = np.random.default_rng(seed)
    places: dict[bytes, int] = {}
    found: list[NDArray[np.bool_]] = []
    steps = []
    for pair in range(pairs):
        order = chance.permutation(players)
        for walk in (order, order[::-1]):
            mask = np.zeros(players, bool)
            before = _place(mask, places, found)
            for player in walk:
                mask[player] = True
                after = _place(mask, places, found)
                steps.append((pair, player, before, after))
                before = after
    weights = np.zeros((pairs, players, len(found)))
    for pair, player, before, after in steps:
        weights[pair, player, after] += 0.5
        weights[pair, player, before] -= 0.5
    return np.array(found), weights


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
    widths = [stop - start for start, stop in state.model.preparation.blocks]
    cells = np.repeat(state.coalitions, widths, axis=1)
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


METHOD = Method("sampled", prepare, effects, lambda state: len(state.background))
