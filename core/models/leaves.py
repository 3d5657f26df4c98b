"""What forests and single trees share: leaf sizes, real shares in leaves, quick scores."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from core.models.family import Floats, Matrix, Problem, Task

ROWS_IN_A_LEAF = 20  # best AUC at a fifth of the size of unlimited trees
LEAVES_AT_LEAST = 100  # small tables get smaller leaves instead of stumps


def rows_in_a_leaf(asked: int, rows: int) -> int:
    """The least training rows of a leaf: ``asked``, or for 0 what the table's size decides.

    The rule: a hundredth of the rows, at least 1 and at most 20.
    """
    return asked or min(ROWS_IN_A_LEAF, max(1, rows // LEAVES_AT_LEAST))


def weights_given(problem: Problem) -> Floats | None:
    """The weights of the rows, or None where all weigh one (which fits faster)."""
    return None if (problem.weights == 1.0).all() else problem.weights


def grown_tree(problem: Problem, seed: int, **limits: Any) -> Any:
    """A tree of scikit-learn, fitted to the problem; ``limits`` are its own settings."""
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    kind = DecisionTreeRegressor if problem.task is Task.REGRESSION else DecisionTreeClassifier
    tree = kind(random_state=seed, **limits)
    return tree.fit(problem.x, problem.y, sample_weight=weights_given(problem))


def give_real_shares(trees: Iterable[Any], problem: Problem) -> None:
    """Change fitted trees in place: ``put_back`` where the problem's classes were weighed."""
    if weights_given(problem) is not None and problem.classes:
        for tree in trees:
            put_back(tree, problem.class_weights)


def put_back(tree: Any, class_weights: Floats) -> None:
    """Change a fitted ``sklearn.tree._tree.Tree`` in place: real shares and real covers.

    A tree grown with class weights w holds weighted shares v_c in its nodes. The unweighted ones
    are proportional to v_c / w_c, and so are the rows that a node covers, which path-dependent
    Shapley values weigh by. Its splits stay as they were grown.
    """
    unweighted = tree.value[:, 0, :] / class_weights
    total = unweighted.sum(axis=1)
    tree.weighted_n_node_samples[:] = tree.weighted_n_node_samples * total
    tree.value[:, 0, :] = unweighted / total[:, None]


def task_of(estimator: Any) -> Task:
    """What a fitted scikit-learn forest or tree predicts."""
    if not hasattr(estimator, "classes_"):
        return Task.REGRESSION
    return Task.BINARY if len(estimator.classes_) == 2 else Task.MULTICLASS


def scores(estimator: Any, x: Matrix) -> Floats:
    """The mean over trees of their leaves' values: what scikit-learn predicts, without joblib.

    From the arrays that its Shapley values are computed from.
    """
    from core.models.packed.trees import packed_once, predicted

    return of_task(task_of(estimator), predicted(packed_once(estimator), x))


def of_task(task: Task, found: Floats) -> Floats:
    """Of the outputs of trees (n, classes or 1) what a family gives: (n,) or (n, classes)."""
    if task is Task.MULTICLASS:
        return found
    return found[:, 1] if task is Task.BINARY else found[:, 0]


def is_sound(tree: Any) -> bool:
    """True where the tree's arrays cannot lead a walk outside of them or round in circles.

    Every node but the first is the child of exactly one before it: compiled walks rely on it.
    """
    left, right, at = tree.children_left, tree.children_right, np.arange(tree.node_count)
    inner = left >= 0
    return bool(
        tree.node_count > 0
        and (inner == (right >= 0)).all()
        and (left[inner] > at[inner]).all()
        and (right[inner] > at[inner]).all()
        and max(left.max(), right.max()) < tree.node_count
        and (np.sort(np.concatenate([left[inner], right[inner]])) == at[1:]).all()
        and (tree.feature[inner] >= 0).all()
        and (tree.feature[inner] < tree.n_features).all()
        and tree.value.shape[:2] == (tree.node_count, 1)
        and np.isfinite(tree.value).all()
    )
