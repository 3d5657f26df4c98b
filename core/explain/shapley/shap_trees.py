"""Path-dependent TreeSHAP of forests and single trees (Lundberg et al. 2020), by shap itself.

For comparison: ``paths`` gives the same values, faster. shap knows no families of columns; the
effect of one is the sum of its columns' effects, which is not what the family has as one player.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.shapley.method import Asked, Effects, Method
from core.explain.shapley.players import players
from core.explain.shapley.trees import suits
from core.models.family import Floats, Matrix
from core.progress import Report
from core.train.training import TrainedModel

ROWS_AT_ONCE = 8


@dataclass(frozen=True, eq=False)
class ByShap:
    """A forest made ready for shap, and the player of each column."""

    explainer: Any
    of_cells: NDArray[np.int64]
    training_rows: int


def prepare(model: TrainedModel, asked: Asked) -> ByShap:
    """What all rows share: shap's copy of the trees."""
    import shap

    explainer = shap.TreeExplainer(model.estimator, feature_perturbation="tree_path_dependent")
    return ByShap(explainer, players(model, asked.together).of_cells, model.training_rows)


def effects(state: ByShap, x: Matrix, of: int, report: Report) -> Effects:
    """Effects (rows, players) on the shown output; the errors are 0, apart from families."""
    slices = [np.zeros((0, x.shape[1]))]
    for start in range(0, len(x), ROWS_AT_ONCE):
        report(start / len(x), "explain.stage.reasons")
        slices.append(_of_class(state, x[start : start + ROWS_AT_ONCE], of))
    report(1.0, "explain.stage.reasons")
    count = int(state.of_cells.max()) + 1
    values = np.concatenate(slices) @ np.eye(count)[state.of_cells]
    base = float(np.atleast_1d(state.explainer.expected_value)[of])
    notes = ("summed",) if count < x.shape[1] else ()
    return Effects(base, values, np.zeros(values.shape), notes)


def _of_class(state: ByShap, x: Matrix, of: int) -> Floats:
    values = np.asarray(state.explainer.shap_values(x, check_additivity=False), "float64")
    return values if values.ndim == 2 else values[:, :, of]


METHOD = Method("shap_trees", prepare, effects, lambda state: state.training_rows, suits)
