"""Logistic regression for classes and ridge regression for values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import ModelDamaged
from core.models.family import (
    Curve,
    Encoding,
    Family,
    Fitted,
    Floats,
    Matrix,
    Problem,
    Reasons,
    Task,
    setting,
)
from core.models.outputs import shown, target_columns
from core.models.plane import Plane, logistic, ridge, unweighted
from core.models.saving import damaged, load_arrays, save_arrays
from core.progress import Report


@dataclass(frozen=True)
class Params:
    """``penalty`` is one over scikit-learn's C for classes, and ridge's alpha for values."""

    penalty: float = setting(1.0, 0.0001, 10_000.0, searched=(0.01, 1000.0))


@dataclass(frozen=True, eq=False)
class Linear:
    """Coefficients and what they predict."""

    task: Task
    plane: Plane


def fit(params: Params, problem: Problem, seed: int, report: Report) -> Fitted:
    """Fit and, where classes were weighed, put the intercepts back to the real shares."""
    report(0.0, "models.stage.fitting")
    curve, converged = Curve(), True
    if problem.task is Task.REGRESSION:
        plane = ridge(problem.x, problem.y, params.penalty, report)
    else:
        targets = target_columns(problem.task, problem.y, problem.classes)
        plane, curve, converged = logistic(
            problem.x, targets, problem.weights, params.penalty, report
        )
        plane = unweighted(problem, problem.x, targets, plane)
    report(1.0, "models.stage.fitting")
    notes = () if converged else ("models.note.not_settled",)
    return Fitted(Linear(problem.task, plane), curve, notes)


def scores(estimator: Linear, x: Matrix) -> Floats:
    """Chances or values of the rows of x."""
    raw = x.astype("float64") @ estimator.plane.coefficients + estimator.plane.bias
    return shown(estimator.task, raw)


def save(estimator: Linear, folder: Path) -> None:
    """Write the coefficients as arrays."""
    plane = estimator.plane
    save_arrays(folder, task=estimator.task, coefficients=plane.coefficients, bias=plane.bias)


def load(folder: Path) -> Linear:
    """Read them back. Raises ModelDamaged."""
    arrays = load_arrays(folder)
    try:
        plane = Plane(np.asarray(arrays["coefficients"], "float64"), arrays["bias"])
        task = Task(str(arrays["task"]))
    except (KeyError, ValueError) as error:
        raise damaged(folder, error) from error
    if plane.coefficients.ndim != 2 or plane.bias.shape != plane.coefficients.shape[1:]:
        raise ModelDamaged(folder.name, "coefficients")
    return Linear(task, plane)


FAMILY = Family(
    key="linear",
    order=6,
    tasks=frozenset(Task),
    params=Params,
    encoding=Encoding.SCALED,
    reasons=Reasons.LINEAR,
    fit=fit,
    scores=scores,
    save=save,
    load=load,
)
