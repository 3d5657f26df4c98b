"""SHAP interaction values of trees (Lundberg et al. 2020), path-dependent, in one walk."""

from __future__ import annotations

import numpy as np

from core.explain.shapley.exact.game import Game
from core.explain.shapley.exact.one_row import add_pairs
from core.explain.shapley.exact.slices import Work, summed
from core.models.family import Floats, Matrix
from core.progress import Report, silent

SPLITS_AT_ONCE = 20_000  # for 64 rows, between two looks at a stop


def interactions(
    game: Game, x: Matrix, output: int = 0, report: Report = silent, threads: int = 1
) -> Floats:
    """Interactions (rows, players, players) of one output for rows x (n, columns).

    Off the diagonal is half of the pair's Shapley interaction index (Owen 1972, Grabisch &
    Roubens 1999), the same both ways; on it the player's main effect. A player's row adds up to
    its path-dependent Shapley value. What ``shap_interaction_values`` of shap gives.
    """
    leaves = np.ascontiguousarray(game.forest.leaves[:, [output]])

    def add(trees: slice, block: Matrix, into: Floats) -> None:
        add_pairs(game, game.forest.roots[trees], leaves, block, into)

    found = summed(game, x, Work(add, 1, SPLITS_AT_ONCE, cells=game.players**2), report, threads)
    return found.reshape(len(x), game.players, game.players)
