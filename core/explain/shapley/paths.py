"""Path-dependent TreeSHAP of forests and single trees (Lundberg et al. 2020), exact and compiled.

Exact for the value function that follows both branches of a split on an absent player, weighted
by the training rows that went each way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.explain.shapley.method import Asked, Effects, Method
from core.explain.shapley.players import players
from core.explain.shapley.trees import suits
from core.models.family import Floats, Matrix
from core.progress import Report
from core.train.training import TrainedModel


@dataclass(frozen=True, eq=False)
class Paths:
    """A forest whose splits know their players, and how many rows it was grown on."""

    game: Any
    training_rows: int


def prepare(model: TrainedModel, asked: Asked) -> Paths:
    """What all rows share: whose each split is, and what is above it."""
    from core.explain.shapley.exact.game import played
    from core.models.packed.trees import packed_once

    of_cells = players(model, asked.together).of_cells
    return Paths(played(packed_once(model.estimator), of_cells), model.training_rows)


def effects(state: Paths, x: Matrix, of: int, report: Report) -> Effects:
    """Exact effects (rows, players) on the shown output; the errors are 0."""
    from joblib import cpu_count

    from core.explain.shapley.exact.path_dependent import path_dependent

    values = path_dependent(state.game, x, np.array([of]), report, cpu_count())[:, :, 0]
    return Effects(float(state.game.forest.base[of]), values, np.zeros(values.shape))


def interactions(state: Paths, x: Matrix, of: int, report: Report) -> Floats:
    """SHAP interaction values (rows, players, players) of the shown output, exact.

    A player's row adds up to its effect; the diagonal holds what it does alone.
    """
    from joblib import cpu_count

    from core.explain.shapley.exact.pairs import interactions as of_game

    return of_game(state.game, x, of, report, cpu_count())


METHOD = Method("paths", prepare, effects, lambda state: state.training_rows, suits, interactions)
