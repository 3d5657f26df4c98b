"""``shap.PermutationExplainer`` on the user's columns: the same values by shap, for comparison.

shap plays row numbers: it mixes, for each player, which row the player's cells come from, so that
a category stays one player however it is encoded.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.explain.shapley.method import Asked, Effects, Method
from core.explain.shapley.worth import Worth, outputs, worth
from core.models.family import Floats, Matrix
from core.progress import Report
from core.train.training import TrainedModel

ORDERS = 10  # forwards and backwards; shap's default
STAGE = "explain.stage.reasons"
NOTES = ("shap_permutation",)


def prepare(model: TrainedModel, asked: Asked) -> Worth:
    """What all rows share; shap is asked by mixed rows only."""
    return replace(worth(model, asked), network=None)


def effects(state: Worth, x: Matrix, of: int, report: Report) -> Effects:
    """Effects (rows, players) on the shown output.

    Errors are standard errors over shap's orders, each a mean of a walk and its way back.
    """
    values, errors = np.zeros((2, len(x), state.players))
    for place, row in enumerate(x):
        report(place / len(x), STAGE)
        values[place], errors[place] = _explained(state, row, of, report)
    report(1.0, STAGE)
    return Effects(float(outputs(state, state.background, of).mean()), values, errors, NOTES)


def _explained(state: Worth, row: Matrix, of: int, report: Report) -> tuple[Floats, Floats]:
    """Values and standard errors (players,) of one row."""
    import shap

    cells = np.concatenate([state.background, row[None]])

    def asked(places: Floats) -> Floats:
        report(0.0, STAGE)
        mixed = cells[places[:, state.of_cells].astype(int), np.arange(cells.shape[1])]
        return outputs(state, mixed, of)

    behind = np.tile(np.arange(float(len(state.background)))[:, None], state.players)
    own = np.full((1, state.players), float(len(state.background)))
    masker = shap.maskers.Independent(behind, max_samples=len(behind))
    explainer = shap.PermutationExplainer(asked, masker, seed=state.asked.seed)
    most = ORDERS * (2 * state.players + 1)
    found = explainer(own, max_evals=most, error_bounds=True, silent=True)
    return np.asarray(found.values[0]), np.asarray(found.error_std[0]) / np.sqrt(2 * ORDERS - 1)


METHOD = Method(
    "shap_permutation", prepare, effects, lambda state: len(state.background), lambda model: True
)
