"""One decision tree (Breiman et al. 1984): few enough questions to read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import ModelDamaged
from core.models.family import (
    Encoding,
    Family,
    Fitted,
    Problem,
    Reasons,
    Task,
    setting,
)
from core.models.leaves import (
    is_sound,
    put_back,
    rows_in_a_leaf,
    scores,
    weights_given,
)
from core.models.saving import load_estimator, save_estimator
from core.progress import Report


@dataclass(frozen=True)
class Params:
    """``min_samples_leaf`` 0 is a hundredth of the training rows, from 1 to 20.

    ``pruning`` is cost-complexity pruning's alpha as a share of the whole table's impurity: a
    split that takes away less than this is cut.
    """

    max_depth: int = setting(6, 1, 30)
    min_samples_leaf: int = setting(0, 0, 1000)
    pruning: float = setting(0.0005, 0.0, 0.2)


def fit(params: Params, problem: Problem, seed: int, report: Report) -> Fitted:
    """Grow and prune one tree; then its leaves hold real shares."""
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    report(0.0, "models.stage.fitting")
    kind = DecisionTreeRegressor if problem.task is Task.REGRESSION else DecisionTreeClassifier
    tree = kind(
        max_depth=params.max_depth,
        min_samples_leaf=rows_in_a_leaf(params.min_samples_leaf, len(problem.x)),
        ccp_alpha=params.pruning * _impurity(problem),
        random_state=seed,
    )
    weights = weights_given(problem)
    tree.fit(problem.x, problem.y, sample_weight=weights)
    if weights is not None and problem.classes:
        put_back(tree.tree_, problem.class_weights)
    report(1.0, "models.stage.fitting")
    return Fitted(tree)


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
