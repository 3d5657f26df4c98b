"""Random forests (Breiman 2001) by scikit-learn or, quicker, oneDAL, grown a few trees at a time.

Both give forests of scikit-learn that differ by what chance drew.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import ModelDamaged
from core.models import quick_trees
from core.models.engine import Engine, engine, named
from core.models.family import (
    Encoding,
    Family,
    Fitted,
    Preset,
    Problem,
    Reasons,
    Task,
    of_form,
    setting,
)
from core.models.leaf_size import with_leaves
from core.models.leaves import give_real_shares, is_sound, scores, weights_given
from core.models.saving import load_estimator, save_estimator
from core.models.thinned import SMALLER
from core.progress import Report

ROWS_A_TREE = 100_000  # more rows make trees larger and slower, hardly better
ROWS_BETWEEN_REPORTS = 500_000  # rows times trees of one thread: about a second
BYTES_OF_A_ROW = 40.0  # in a tree


@dataclass(frozen=True)
class Params:
    """``min_samples_leaf`` 0 is what ``leaf_size`` finds; of the smallest and largest tables a
    hundredth of the training rows, from 1 to 20.

    ``max_features`` says how many columns each split tries: "auto" is the square root of their
    number for classes and a third for values. ``max_depth`` 0 is no limit. Of the trees only the
    first ``kept`` stay (0: all), without splits that take away less than the share ``pruned`` of a
    tree's impurity.
    """

    trees: int = setting(200, 10, 1000)
    min_samples_leaf: int = setting(0, 0, 1000, searched=(2, 60))
    max_features: str = setting(
        "auto", choices=("auto", "sqrt", "third", "all"), searched=("sqrt", "third", "all")
    )
    max_depth: int = setting(0, 0, 60)
    kept: int = of_form(0, 0, 1000)
    pruned: float = of_form(0.0, 0.0, 0.2)


def fit(params: Params, problem: Problem, seed: int, report: Report) -> Fitted:
    """Grow the forest in slices, the same trees as in one go; then leaves hold real shares."""
    return with_leaves(_fit, params, problem, seed, report)


def _fit(params: Params, problem: Problem, seed: int, report: Report) -> Fitted:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    kind = RandomForestRegressor if problem.task is Task.REGRESSION else RandomForestClassifier
    bare = kind(**settings(params, problem, seed))
    if engine() is Engine.QUICK and quick_trees.can_grow(bare, problem):
        forest = quick_trees.grown(bare, problem, report)
        report(1.0, "models.stage.trees")
        return _fitted(params, forest, problem, Engine.QUICK)
    return grown(params, bare, problem, report)


def grown(params: Params, forest: Any, problem: Problem, report: Report) -> Fitted:
    """The same for any forest of scikit-learn that has not been fitted yet, by scikit-learn."""
    trees = forest.n_estimators
    slice_of_trees = forest.n_jobs * max(1, ROWS_BETWEEN_REPORTS // len(problem.x))
    weights = weights_given(problem)
    for so_far in range(0, trees, slice_of_trees):
        report(so_far / trees, "models.stage.trees")
        forest.n_estimators = min(trees, so_far + slice_of_trees)
        with _filters_kept():
            forest.fit(problem.x, problem.y, sample_weight=weights)
    give_real_shares((tree.tree_ for tree in forest.estimators_), problem)
    report(1.0, "models.stage.trees")
    return _fitted(params, forest, problem, Engine.USUAL)


@contextmanager
def _filters_kept() -> Iterator[None]:
    """scikit-learn's threads each take all filters of warnings away, to set them anew: at times one
    finds none, warns that it has none, and leaves none behind (scikit-learn/scikit-learn#32631)."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`sklearn.utils.parallel.delayed`", UserWarning)
        yield


def _fitted(params: Params, forest: Any, problem: Problem, by: Engine) -> Fitted:
    forest._sample_weight = None  # scikit-learn keeps the training rows' weights; nobody needs them
    notes = ("models.note.rows_a_tree",) if len(problem.x) > ROWS_A_TREE else ()
    return Fitted(SMALLER.made(params, forest, problem), notes=notes, engine=named(by))


def settings(params: Params, problem: Problem, seed: int) -> dict[str, Any]:
    """What scikit-learn calls the settings."""
    from joblib import cpu_count

    rows, values = len(problem.x), problem.task is Task.REGRESSION
    tried = {"auto": 1 / 3 if values else "sqrt", "sqrt": "sqrt", "third": 1 / 3, "all": 1.0}
    return {
        "n_estimators": min(params.trees, params.kept or params.trees),
        "min_samples_leaf": params.min_samples_leaf,
        "max_features": tried[params.max_features],
        "max_depth": params.max_depth or None,
        "max_samples": ROWS_A_TREE if rows > ROWS_A_TREE else None,
        "n_jobs": cpu_count(),
        "random_state": seed,
        "warm_start": True,
    }


def load(folder: Path) -> Any:
    """The forest in ``folder``. Raises ModelDamaged."""
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    return sound(load_estimator(folder, (RandomForestClassifier, RandomForestRegressor)), folder)


def sound(forest: Any, folder: Path) -> Any:
    """The same forest, if its trees can be walked. Raises ModelDamaged."""
    trees = getattr(forest, "estimators_", [])
    shapes = {(tree.tree_.n_features, tree.tree_.value.shape[-1]) for tree in trees}
    if len(shapes) != 1 or not all(is_sound(tree.tree_) for tree in trees):
        raise ModelDamaged(folder.name, "trees")
    return forest


def memory(params: Params, rows: int, columns: int) -> float:
    """The nodes of every tree: at worst one and a half a row, of 64 bytes and the values."""
    return params.trees * rows * BYTES_OF_A_ROW


FAMILY = Family(
    key="forest",
    order=1,
    tasks=frozenset(Task),
    params=Params,
    encoding=Encoding.CODES,
    reasons=Reasons.TREES,
    fit=fit,
    scores=scores,
    save=save_estimator,
    load=load,
    memory=memory,
    effort=1,
    presets=(
        Preset("quick", {"trees": 60}),
        Preset("thorough", {"trees": 600}),
    ),
    smaller=SMALLER,
)
