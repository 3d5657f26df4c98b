"""One decision tree (Breiman et al. 1984): few enough questions to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import ModelDamaged
from core.models.family import (
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
from core.models.folds import distances, drawn, folds
from core.models.leaves import (
    give_real_shares,
    grown_tree,
    is_sound,
    rows_in_a_leaf,
    scores,
)
from core.models.saving import load_estimator, save_estimator
from core.progress import Report, part

FOLDS = 5
ROWS_TO_CHOOSE = 20_000  # more hardly change how much is to be pruned
PRUNINGS = (0.0, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02)
STAGE = "models.stage.pruning"


@dataclass(frozen=True)
class Params:
    """``min_samples_leaf`` 0 is a hundredth of the training rows, from 1 to 20.

    ``pruning`` is cost-complexity pruning's alpha as a share of the whole table's impurity: a
    split that takes away less than this is cut. 0 finds it by cross-validation, which asks for
    short trees: the usual one did better on each of seven real tables.
    """

    max_depth: int = setting(6, 1, 30, searched=(3, 12))
    min_samples_leaf: int = setting(0, 0, 1000)
    pruning: float = setting(0.0005, 0.0, 0.2, searched=(0.0001, 0.01))


def fit(params: Params, problem: Problem, seed: int, report: Report) -> Fitted:
    """Grow and prune one tree; then its leaves hold real shares."""
    report(0.0, STAGE)
    pruning = params.pruning or _found(params, problem, seed, part(report, 0.0, 0.9))
    report(0.9, "models.stage.fitting")
    tree = _grown(params, problem, pruning, seed)
    give_real_shares([tree.tree_], problem)
    report(1.0, "models.stage.fitting")
    return Fitted(tree)


def _found(params: Params, problem: Problem, seed: int, report: Report) -> float:
    """The strongest pruning whose loss on rows set aside is within one standard error of the
    least (Breiman et al. 1984, 3.4.3)."""
    few = drawn(problem, ROWS_TO_CHOOSE, seed)
    asides = folds(few, FOLDS, seed)
    losses = []
    for place, pruning in enumerate(PRUNINGS):
        report(place / len(PRUNINGS), STAGE)
        losses.append(distances(few, asides, _saying(params, pruning, seed)))
    means = [float(each.mean()) for each in losses]
    best = int(np.argmin(means))
    error = float(losses[best].std() / np.sqrt(len(few.y)))
    return max(p for p, mean in zip(PRUNINGS, means, strict=True) if mean <= means[best] + error)


def _saying(params: Params, pruning: float, seed: int) -> Callable[[Problem, Matrix], Floats]:
    return lambda learned, x: scores(_grown(params, learned, pruning, seed), x)


def _grown(params: Params, problem: Problem, pruning: float, seed: int) -> Any:
    return grown_tree(
        problem,
        seed,
        max_depth=params.max_depth,
        min_samples_leaf=rows_in_a_leaf(params.min_samples_leaf, len(problem.x)),
        ccp_alpha=pruning * _impurity(problem),
    )


def _impurity(problem: Problem) -> float:
    """Gini of the weighted classes, or the variance of the values."""
    if problem.task is Task.REGRESSION:
        return float(np.var(problem.y))
    shares = np.bincount(problem.y, problem.weights) / problem.weights.sum()
    return float(1 - (shares**2).sum())


def load(folder: Path) -> Any:
    """The tree in ``folder``. Raises ModelDamaged."""
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    tree = load_estimator(folder, (DecisionTreeClassifier, DecisionTreeRegressor))
    if not hasattr(tree, "tree_") or not is_sound(tree.tree_):
        raise ModelDamaged(folder.name, "tree")
    return tree


FAMILY = Family(
    key="tree",
    order=7,
    tasks=frozenset(Task),
    params=Params,
    encoding=Encoding.CODES,
    reasons=Reasons.TREES,
    fit=fit,
    scores=scores,
    save=save_estimator,
    load=load,
)
