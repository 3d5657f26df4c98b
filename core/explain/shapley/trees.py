"""Interventional TreeSHAP of forests and single trees (Lundberg et al. 2020), exact and compiled.

A column outside a coalition takes its value from background rows; the matrix has one column for
each of the user's columns, so that a category is one player, and a family of columns is one too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.explain.shapley.method import Asked, Effects, Method
from core.explain.shapley.players import backdrop, players
from core.models.family import Floats, Matrix, Reasons, family
from core.progress import Report
from core.train.training import TrainedModel


def prepare(model: TrainedModel, asked: Asked) -> Any:
    """What all rows share: whose each split is, and where the background goes at it."""
    from core.explain.shapley.exact.game import played
    from core.explain.shapley.exact.interventional import against
    from core.models.packed.trees import packed_once

    of_cells = players(model, asked.together).of_cells
    game = played(packed_once(model.estimator), of_cells)
    return against(game, backdrop(model, asked.background))


def effects(state: Any, x: Matrix, of: int, report: Report) -> Effects:
    """Exact effects (rows, players) on the shown output; the errors are 0."""
    from joblib import cpu_count

    from core.explain.shapley.exact.interventional import base, interventional

    values = interventional(state, x, np.array([of]), report, cpu_count())[:, :, 0]
    return Effects(float(base(state)[of]), values, np.zeros(values.shape))


def interactions(state: Any, x: Matrix, of: int, report: Report) -> Floats:
    """Interactions (rows, players, players) of the shown output, exact.

    A player's row adds up to its effect; the diagonal holds what it does alone.
    """
    from joblib import cpu_count

    from core.explain.shapley.exact.interventional_pairs import interactions as of_game

    return of_game(state, x, of, report, cpu_count())


def suits(model: TrainedModel) -> bool:
    """True for what scikit-learn's trees are made of."""
    return family(model.spec.family).reasons is Reasons.TREES


METHOD = Method("trees", prepare, effects, lambda state: len(state.background), suits, interactions)
