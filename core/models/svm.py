"""Support vector machines with a Gaussian kernel, exact on small tables, by landmarks on large.

Exact: SVC and SVR (``core.models.solver``). SVC's margins become chances by Platt's sigmoid (Platt
1999), or its form for several classes, fitted without weights on margins of rows that the fold's
machine did not see, so that chances are real shares. By landmarks: the kernel is approximated with
those of some rows (Nystroem), and a penalised logistic or ridge regression on them takes the place
of the hinge.

Values go by landmarks, and so by least squares (Suykens & Vandewalle 1999): where few customers
spend much, SVR aims between the many who do not. What it said of new customers added up to 59 % of
what they spent in the sample shop and to 62 % at CDNOW, by landmarks to 100 and 101 %, and R2 was
0.25 and 0.25 against 0.28 and 0.33 (means of five folds). Classes are learned exactly in small
tables alone: beyond, the hinge put customers in a worse order (AUC of two folds, exactly and by
1,000 landmarks: 0.881 and 0.885 for ifood's 1,650 rows, 0.708 and 0.771 for bank's 3,300, 0.789 and
0.837 for telco's 5,600, 0.902 and 0.931 for shoppers' 9,900). Whoever wants it otherwise sets
``way``; what would take the solver more than some seconds goes by landmarks all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.models import solver
from core.models.engine import Engine, engine, named
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
from core.models.folds import folds, parted
from core.models.kernel import (
    Machine,
    gamma_of,
    kernel,
    load,
    raw_outputs,
    save,
    scores,
    through,
    whitening,
)
from core.models.outputs import target_columns
from core.models.plane import Plane, logistic, ridge, unweighted
from core.models.smoothness import smoothness
from core.progress import Report, part, silent

EXACT_CLASSES = 1000  # rows, where nothing else was asked for
FOLDS = 3
FINDING = 0.3  # of the time, as a guess
AUTO, EXACT, LANDMARKS = "auto", "exact", "landmarks"
ROWS_AT_ONCE = 4096
SOFT_PENALTY = 1.0  # of a calibration of several classes, which has many coefficients


@dataclass(frozen=True)
class Params:
    """``c`` is the price of an error; ``gamma`` is a multiple of scikit-learn's "scale" rule; those
    that are 0 are found (``core.models.smoothness``).

    ``way`` "auto" lets task and rows decide; "exact" is kept to where it takes some seconds.
    """

    way: str = setting(AUTO, choices=(AUTO, EXACT, LANDMARKS), searched=(EXACT, LANDMARKS))
    c: float = setting(0.0, 0.0, 1000.0, searched=(0.03, 100.0))
    gamma: float = setting(0.0, 0.0, 100.0, searched=(0.03, 10.0))
    landmarks: int = setting(1000, 50, 2000, searched=(200, 2000))


def fit(params: Params, problem: Problem, seed: int, report: Report) -> Fitted:
    """Exact or by landmarks, as ``params`` and the problem want it."""
    report(0.0, "models.stage.fitting")
    by, asked = engine(), params
    params = _settled(params, problem, seed, part(report, 0.0, FINDING))
    report = part(report, FINDING, 1.0)
    if not _is_exact(params, problem, by):
        fitted = _by_landmarks(params, problem, seed, report)
    elif problem.task is Task.REGRESSION:
        fitted = Fitted(_exact_values(params, problem), engine=named(by))
    else:
        fitted = Fitted(_exact_classes(params, problem, seed, report), engine=named(by))
    report(1.0, "models.stage.fitting")
    left = [name for name in ("c", "gamma") if not getattr(asked, name)]
    return replace(fitted, chosen={name: getattr(params, name) for name in left})


def _settled(params: Params, problem: Problem, seed: int, report: Report) -> Params:
    """With a price and a width where none was given."""
    if params.c and params.gamma:
        return params
    found = smoothness(problem, seed, report, params.gamma, params.c)
    return replace(params, c=found.c, gamma=found.gamma)


def _is_exact(params: Params, problem: Problem, by: Engine) -> bool:
    rows, columns = problem.x.shape
    small = problem.task is not Task.REGRESSION and rows <= EXACT_CLASSES
    wanted = small if params.way == AUTO else params.way == EXACT
    return wanted and rows <= solver.rows_at_most(columns, params.c, by)


def _exact_classes(params: Params, problem: Problem, seed: int, report: Report) -> Machine:
    """The machine of all rows, calibrated on the margins that the folds' machines gave."""
    gamma = gamma_of(problem.x, params.gamma)
    outputs = 1 if problem.task is Task.BINARY else problem.classes
    margins = np.full((len(problem.y), outputs), np.nan)
    for fold, aside in enumerate(folds(problem, FOLDS, seed)):
        report(fold / (FOLDS + 1), "models.stage.folds")
        learn, held = parted(aside)
        machine = _machine(params, problem, gamma, learn)
        margins[held] = raw_outputs(machine, problem.x[held])
    report(FOLDS / (FOLDS + 1), "models.stage.fitting")
    machine = _machine(params, problem, gamma, np.ones(len(problem.y), bool))
    said = np.isfinite(margins[:, 0])
    return through(machine, calibration(problem.task, margins[said], problem.y[said]))


def calibration(task: Task, margins: Floats, y: NDArray[Any]) -> Plane:
    """Margins (rows, outputs) to log-odds or logits: Platt's sigmoid, or its multinomial form.

    Each class's target is softened by Platt's rule, (n_c + 1) / (n_c + classes).
    """
    classes = max(2, margins.shape[1])
    counts = np.bincount(y, minlength=classes)
    away = 1.0 / (counts + classes)
    soft = np.where(np.eye(classes, dtype=bool), (counts * away + away)[:, None], away[:, None])[y]
    targets = soft[:, 1:] if task is Task.BINARY else soft
    centre, scale = margins.mean(axis=0), margins.std(axis=0)
    scale[scale == 0] = 1.0
    penalty = 0.0 if task is Task.BINARY else SOFT_PENALTY
    plane, _, _ = logistic((margins - centre) / scale, targets, np.ones(len(y)), penalty, silent)
    slope = plane.coefficients / scale[:, None]
    return Plane(slope, plane.bias - centre @ slope)


def _machine(params: Params, problem: Problem, gamma: float, rows: NDArray[np.bool_]) -> Machine:
    """SVC on some rows as a machine: one output for two classes, one a class for more."""
    some = (problem.x[rows], problem.y[rows], problem.weights[rows])
    svc = solver.classifier(*some, params.c, gamma)
    points = svc.support_vectors_.astype("float64")
    if problem.task is Task.BINARY:
        return Machine(problem.task, gamma, points, svc.dual_coef_.T, svc.intercept_)
    alphas = np.zeros((len(points), problem.classes))
    bias = np.zeros(problem.classes)
    owner = np.repeat(np.arange(len(svc.classes_)), svc.n_support_)
    for duel, (i, j) in enumerate(combinations(range(len(svc.classes_)), 2)):
        alpha = np.zeros(len(points))
        alpha[owner == i] = svc.dual_coef_[j - 1, owner == i]
        alpha[owner == j] = svc.dual_coef_[i, owner == j]
        for place, sign in ((i, 1.0), (j, -1.0)):
            alphas[:, svc.classes_[place]] += sign * alpha / (len(svc.classes_) - 1)
            bias[svc.classes_[place]] += sign * svc.intercept_[duel] / (len(svc.classes_) - 1)
    return Machine(problem.task, gamma, points, alphas, bias)


def _exact_values(params: Params, problem: Problem) -> Machine:
    """SVR of the standardised target, its outputs put back on the target's scale."""
    gamma = gamma_of(problem.x, params.gamma)
    mean, scale = _scale(problem.y)
    svr = solver.regressor(problem.x, (problem.y - mean) / scale, params.c, gamma)
    points = svr.support_vectors_.astype("float64")
    if not len(points):  # every value lies within the margin of the mean
        points, alphas = problem.x[:1].astype("float64"), np.zeros((1, 1))
    else:
        alphas = svr.dual_coef_.T * scale
    return Machine(problem.task, gamma, points, alphas, svr.intercept_ * scale + mean)


def _scale(y: Floats) -> tuple[float, float]:
    return float(y.mean()), float(y.std()) or 1.0


def _by_landmarks(params: Params, problem: Problem, seed: int, report: Report) -> Fitted:
    """A penalised regression on Nystroem features of randomly chosen training rows."""
    gamma, many = gamma_of(problem.x, params.gamma), min(params.landmarks, len(problem.x))
    chosen = np.random.default_rng(seed).choice(len(problem.x), many, replace=False)
    points = problem.x[chosen].astype("float64")
    white = whitening(points, gamma)
    features = _features(problem.x, points, white, gamma, part(report, 0.0, 0.3))
    curve, settled, rest = Curve(), True, part(report, 0.3, 1.0)
    if problem.task is Task.REGRESSION:
        mean, scale = _scale(problem.y)
        plane = ridge(features, (problem.y - mean) / scale, 1 / (2 * params.c), rest)
        plane = Plane(plane.coefficients * scale, plane.bias * scale + mean)
    else:
        targets = target_columns(problem.task, problem.y, problem.classes)
        plane, curve, settled = logistic(features, targets, problem.weights, 1 / params.c, rest)
        plane = unweighted(problem, features, targets, plane)
    machine = Machine(problem.task, gamma, points, white @ plane.coefficients, plane.bias)
    notes = () if settled else ("models.note.not_settled",)
    return Fitted(machine, curve, (*_why_landmarks(params, problem.task), *notes))


def _why_landmarks(params: Params, task: Task) -> tuple[str, ...]:
    """Told where nobody asked for them."""
    if params.way == LANDMARKS:
        return ()
    values = task is Task.REGRESSION and params.way == AUTO
    return ("models.note.adds_up" if values else "models.note.landmarks",)


def _features(x: Matrix, points: Floats, white: Floats, gamma: float, report: Report) -> Matrix:
    features, white = np.empty((len(x), white.shape[1]), "float32"), white.astype("float32")
    for start in range(0, len(x), ROWS_AT_ONCE):
        report(start / len(x), "models.stage.landmarks")
        rows = slice(start, start + ROWS_AT_ONCE)
        features[rows] = kernel(x[rows], points, gamma).astype("float32") @ white
    return features


def memory(params: Params, rows: int, columns: int) -> float:
    """The solver's, or the features of every row and what a regression on them takes."""
    exact = 0.0 if params.way == LANDMARKS else solver.memory(rows, columns, params.c)
    return max(exact, 2 * 4.0 * rows * params.landmarks)


FAMILY = Family(
    key="svm",
    order=4,
    tasks=frozenset(Task),
    params=Params,
    encoding=Encoding.SCALED,
    reasons=Reasons.KERNEL,
    fit=fit,
    scores=scores,
    save=save,
    load=load,
    memory=memory,
    effort=2,
)
