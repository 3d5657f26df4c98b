"""Penalised logistic and ridge regression that report, stop, and leave coefficients only.

Ours rather than scikit-learn's classes, which cannot be stopped; the same objectives, solved with
the same L-BFGS, to the same coefficients.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.models.family import Curve, Floats, Problem, Task
from core.models.outputs import levelled, prior_shift, row_losses, shown
from core.progress import Report

ITERATIONS_AT_MOST = 500
GRADIENT_TOLERANCE = 1e-4  # of the mean loss, as in scikit-learn
ROWS_AT_ONCE = 65_536
STAGE = "models.stage.fitting"


@dataclass(frozen=True, eq=False)
class Plane:
    """Outputs that are linear in the columns: coefficients (columns, outputs), bias (outputs,)."""

    coefficients: Floats
    bias: Floats


@dataclass(frozen=True, eq=False)
class _Loss:
    """Weighted mean log loss plus half the penalty's share of the squared coefficients."""

    task: Task
    x: NDArray[Any]
    targets: Floats
    weights: Floats
    penalty: float

    def __call__(self, flat: Floats) -> tuple[float, Floats]:
        plane = _plane(flat, self.targets.shape[1])
        raw = np.asarray(self.x @ plane.coefficients.astype(self.x.dtype), "float64") + plane.bias
        chance = shown(self.task, raw).reshape(raw.shape)
        residual = (chance - self.targets) * self.weights[:, None]
        slope = np.asarray(self.x.T @ residual.astype(self.x.dtype), "float64")
        slope += self.penalty * plane.coefficients
        loss = self.weights @ row_losses(self.task, raw, self.targets)
        loss += 0.5 * self.penalty * float((plane.coefficients**2).sum())
        return float(loss), np.concatenate([slope.ravel(), residual.sum(axis=0)])


def logistic(
    x: NDArray[Any], targets: Floats, weights: Floats, penalty: float, report: Report
) -> tuple[Plane, Curve, bool]:
    """Logistic regression (one column of targets) or multinomial (several); and if it converged.

    Minimises ``sum(weights * log loss) + penalty / 2 * |coefficients|^2``, so that ``penalty`` is
    one over scikit-learn's C. ``x`` (rows, columns); ``targets`` (rows, outputs) are chances in
    0..1, of one class or of every class. Reports every iteration of L-BFGS (Byrd et al. 1995).
    """
    from scipy.optimize import OptimizeResult, minimize

    task = Task.BINARY if targets.shape[1] == 1 else Task.MULTICLASS
    total = weights.sum()
    loss = _Loss(task, x, targets, weights / total, penalty / total)
    losses: list[float] = []

    def told(intermediate_result: OptimizeResult) -> None:
        losses.append(float(intermediate_result.fun))
        report(len(losses) / (len(losses) + 30.0), STAGE)

    found = minimize(
        loss,
        np.zeros((x.shape[1] + 1) * targets.shape[1]),
        method="L-BFGS-B",
        jac=True,
        callback=told,
        options={"maxiter": ITERATIONS_AT_MOST, "gtol": GRADIENT_TOLERANCE, "maxls": 50},
    )
    curve = Curve(tuple(range(1, len(losses) + 1)), {"loss": tuple(losses)})
    return _plane(found.x, targets.shape[1]), curve, len(losses) < ITERATIONS_AT_MOST


def ridge(x: NDArray[Any], y: Floats, penalty: float, report: Report) -> Plane:
    """Ridge regression (Hoerl & Kennard 1970) of y (rows,) on x, with a free intercept.

    Minimises ``|y - x b - a|^2 + penalty * |b|^2`` by its normal equations, in slices of rows.
    """
    centre, level = x.mean(axis=0, dtype="float64"), float(y.mean())
    gram, moment = np.zeros((x.shape[1], x.shape[1])), np.zeros(x.shape[1])
    for start in range(0, len(x), ROWS_AT_ONCE):
        report(start / len(x), STAGE)
        part = x[start : start + ROWS_AT_ONCE].astype("float64") - centre
        gram += part.T @ part
        moment += part.T @ (y[start : start + ROWS_AT_ONCE] - level)
    gram[np.diag_indices_from(gram)] += penalty
    slope: Floats = np.linalg.solve(gram, moment).astype("float64")
    return Plane(slope[:, None], np.array([level - centre @ slope]))


def unweighted(problem: Problem, x: NDArray[Any], targets: Floats, plane: Plane) -> Plane:
    """The plane fitted with class weights, its intercepts put back so that chances are real shares.

    ``x`` (rows, columns) and ``targets`` (rows, outputs) are what the plane was fitted on.
    """
    if (problem.class_weights == 1.0).all():
        return plane
    raw = np.asarray(x @ plane.coefficients.astype(x.dtype), "float64")
    start = plane.bias + prior_shift(problem.task, problem.class_weights)
    shift = levelled(problem.task, raw + start, targets)
    return Plane(plane.coefficients, start + shift)


def _plane(flat: Floats, outputs: int) -> Plane:
    return Plane(flat[:-outputs].reshape(-1, outputs), flat[-outputs:])
