"""Path-dependent TreeSHAP of forests and single trees (Lundberg et al. 2020), by shap.

Exact for the value function that follows both branches of a split on an absent column, weighted
by the training rows that went each way. The matrix has one column for each of the user's columns,
so that a category is one player.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.explain.shapley.method import Asked, Effects, Method
from core.models.family import Floats, Matrix, Reasons, family
from core.progress import Report
from core.train.training import TrainedModel

ROWS_AT_ONCE = 8


@dataclass(frozen=True, eq=False)
class Trees:
    """A forest made ready for TreeSHAP."""

    explainer: Any
    model: TrainedModel


def prepare(model: TrainedModel, asked: Asked) -> Trees:
    """What all rows share: shap's copy of the trees."""
    import shap

    explainer = shap.TreeExplainer(model.estimator, feature_perturbation="tree_path_dependent")
    return Trees(explainer, model)


def effects(state: Trees, x: Matrix, of: int, report: Report) -> Effects:
    """Exact effects (rows, columns) on the shown output; the errors are 0."""
    slices = [np.zeros((0, x.shape[1]))]
    for start in range(0, len(x), ROWS_AT_ONCE):
        report(start / len(x), "explain.stage.reasons")
        slices.append(_of_class(state, x[start : start + ROWS_AT_ONCE], of))
    values = np.concatenate(slices)
    report(1.0, "explain.stage.reasons")
    base = float(np.atleast_1d(state.explainer.expected_value)[of])
    return Effects(base, values, np.zeros_like(values))


def _of_class(state: Trees, x: Matrix, of: int) -> Floats:
    values = np.asarray(state.explainer.shap_values(x, check_additivity=False), "float64")
    return values if values.ndim == 2 else values[:, :, of]


def suits(model: TrainedModel) -> bool:
    """True for what scikit-learn's trees are made of."""
    return family(model.spec.family).reasons is Reasons.TREES


METHOD = Method("trees", prepare, effects, lambda state: state.model.training_rows, suits)
