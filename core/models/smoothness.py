"""How smooth a kernel machine should be: its penalty and the width of its kernel, by least squares.

Every width of a short list and every penalty of a long one is tried on rows set aside. What is
tried is not the machine itself but ridge regression on a few hundred landmarks of the same kernel
(the least squares machine: Suykens & Vandewalle 1999), of which one decomposition a fold answers
for all penalties at once. (Of settings about as good as the best the smoothest was tried too, and
ranked customers worse: AUC .890 for .895 on ifood, .782 for .784 on cdnow, five folds.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core.models.family import Floats, Problem, Task
from core.models.folds import Aside, drawn, folds, parted
from core.models.kernel import gamma_of, kernel, whitening
from core.models.outputs import target_columns
from core.progress import Report

WIDTHS = (0.03, 0.1, 0.3, 1.0, 3.0)  # as multiples of scikit-learn's "scale", as Params.gamma is
PENALTIES = 10.0 ** np.arange(-2.5, 4.01, 0.5)  # of the sum of squares
ROWS = 6_000
LANDMARKS = 300
PRICES = (0.001, 1000.0)
LEAST_VARIANCE = 0.001
FEW_ROWS, MANY_FOLDS, FEW_FOLDS = 3_000, 5, 3


@dataclass(frozen=True)
class Smoothness:
    """``gamma`` as a multiple of the "scale" rule, and the price ``c`` of an error."""

    gamma: float
    c: float


def smoothness(
    problem: Problem, seed: int, report: Report, gamma: float = 0.0, c: float = 0.0
) -> Smoothness:
    """What does best on rows set aside, groups whole; of ``gamma`` and ``c`` those that are 0."""
    some = drawn(problem, ROWS, seed)
    targets = target_columns(some.task, some.y, some.classes)
    if some.task is Task.REGRESSION:
        targets = (targets - targets.mean()) / (targets.std() or 1.0)
    widths = (gamma,) if gamma else WIDTHS
    weight = _weight(some.task, targets)
    penalties = np.array([1 / (c * weight)]) if c else PENALTIES
    asides = folds(some, MANY_FOLDS if len(some.y) <= FEW_ROWS else FEW_FOLDS, seed)
    losses = np.empty((len(widths), len(penalties), len(asides)))
    with threadpool_limits(1):  # several wait for each other longer than such small matrices take
        for place, width in enumerate(widths):
            report(place / len(widths), "models.stage.smoothness")
            features = _features(some, gamma_of(problem.x, width), seed)
            for fold, aside in enumerate(asides):
                said = _said(features, targets, aside, penalties)
                losses[place, :, fold] = [_loss(some, targets, each, aside) for each in said]
    mean = losses.mean(axis=2)
    place, penalty = np.unravel_index(int(mean.argmin()), mean.shape)
    price = float(np.clip(1 / (penalties[penalty] * weight), *PRICES))
    return Smoothness(widths[place], c or price)


def _features(some: Problem, gamma: float, seed: int) -> Floats:
    chance = np.random.default_rng(seed)
    many = min(LANDMARKS, len(some.x))
    points = some.x[chance.choice(len(some.x), many, replace=False)].astype("float64")
    return kernel(some.x, points, gamma) @ whitening(points, gamma)


def _said(features: Floats, targets: Floats, aside: Aside, penalties: Floats) -> Floats:
    """What ridge regressions say of the rows set aside: (penalties, rows, outputs)."""
    learn, held = parted(aside)
    centre, middle = features[learn].mean(axis=0), targets[learn].mean(axis=0)
    inner = features[learn] - centre
    sizes, directions = np.linalg.eigh(inner.T @ inner)
    told = directions.T @ (inner.T @ (targets[learn] - middle))
    out = (features[held] - centre) @ directions
    return np.stack([out @ (told / (sizes[:, None] + p)) + middle for p in penalties])


def _loss(some: Problem, targets: Floats, said: Floats, aside: Aside) -> float:
    """What is wrong with the order of two classes, else the mean square."""
    held = parted(aside)[1]
    if some.task is Task.BINARY and len(np.unique(some.y[held])) == 2:
        return _disorder(some.y[held], said[:, 0])
    return float(((said - targets[held]) ** 2).sum(axis=1).mean())


def _disorder(y: NDArray[Any], said: Floats) -> float:
    """One less the area under the ROC curve, by ranks (Mann & Whitney 1947)."""
    from scipy.stats import rankdata

    hits, ranks = int(y.sum()), rankdata(said)
    return 1 - (ranks[y == 1].sum() - hits * (hits + 1) / 2) / (hits * (len(y) - hits))


def _weight(task: Task, targets: Floats) -> float:
    """What the price of an error times the penalty comes to: the curvature of a row's loss.

    That of a square is 2, that of a likelihood the variance p (1 - p) of a class with share p.
    """
    if task is Task.REGRESSION:
        return 2.0
    shares = targets.mean(axis=0)
    return max(float((shares * (1 - shares)).mean()), LEAST_VARIANCE)
