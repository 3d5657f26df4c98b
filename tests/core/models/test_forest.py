"""scikit-learn's forest in slices is the forest in one; leaves hold real shares."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.tree import DecisionTreeClassifier

from core.models.family import Floats, Problem, Task, family
from core.models.forest import FAMILY, Params
from core.models.leaves import is_sound, put_back, rows_in_a_leaf
from core.progress import silent
from tests.core.models.problems import balanced, problem


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("weighed", [False, True])
def test_slices_are_the_same_as_one_fit(
    task: Task, weighed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.models.engine._loads", lambda: False)
    monkeypatch.setattr("core.models.forest.ROWS_BETWEEN_REPORTS", 1200)
    given = problem(task)
    if weighed and given.classes:
        given = balanced(given)
    told: list[float] = []
    ours = FAMILY.fit(Params(trees=20), given, 5, lambda share, _: told.append(share)).estimator
    values = task is Task.REGRESSION
    bare: Any = (RandomForestRegressor if values else RandomForestClassifier)(
        20,
        min_samples_leaf=4,
        max_features=1 / 3 if values else "sqrt",
        random_state=5,
    )
    bare.fit(given.x, given.y, sample_weight=given.weights if weighed and given.classes else None)
    assert len(told) >= 4
    for mine, theirs in zip(ours.estimators_, bare.estimators_, strict=True):
        np.testing.assert_array_equal(mine.tree_.threshold, theirs.tree_.threshold)
        np.testing.assert_array_equal(mine.tree_.feature, theirs.tree_.feature)
        if not weighed or not given.classes:
            np.testing.assert_array_equal(mine.tree_.value, theirs.tree_.value)


@pytest.mark.parametrize("task", list(Task))
def test_quick_scores_are_scikit_learns(task: Task) -> None:
    given = problem(task)
    forest = FAMILY.fit(Params(trees=20), given, 5, silent).estimator
    theirs = forest.predict(given.x) if task is Task.REGRESSION else forest.predict_proba(given.x)
    theirs = theirs[:, 1] if task is Task.BINARY else theirs
    np.testing.assert_allclose(FAMILY.scores(forest, given.x), theirs, rtol=0, atol=1e-12)


def counted(tree: Any, given: Problem) -> tuple[Floats, Floats]:
    """By counting training rows: the class shares of each node, and how many rows it covers."""
    paths = tree.decision_path(given.x).toarray().astype(bool)
    counts = np.stack([paths[given.y == c].sum(axis=0) for c in range(given.classes)], axis=1)
    return counts / counts.sum(axis=1, keepdims=True), counts.sum(axis=1)


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
def test_nodes_hold_the_shares_of_their_training_rows(task: Task) -> None:
    given = balanced(problem(task, rows=600, share=0.1))
    forest = RandomForestClassifier(5, min_samples_leaf=6, bootstrap=False, random_state=0)
    forest.fit(given.x, given.y, sample_weight=given.weights)
    for tree in forest.estimators_:
        put_back(tree.tree_, given.class_weights)
        shares, covers = counted(tree, given)
        np.testing.assert_allclose(tree.tree_.value[:, 0, :], shares, atol=1e-12)
        np.testing.assert_allclose(tree.tree_.weighted_n_node_samples, covers, rtol=1e-9)


def test_a_weighted_tree_counts_too() -> None:
    given = balanced(problem(Task.BINARY, rows=600, share=0.1))
    kind = family("tree")
    tree = kind.fit(kind.params(pruning=1e-9), given, 0, silent).estimator
    shares, _ = counted(tree, given)
    leaves = tree.apply(given.x)
    np.testing.assert_allclose(kind.scores(tree, given.x), shares[leaves, 1], atol=1e-12)


def test_a_tree_is_pruned_by_share_of_impurity() -> None:
    given, kind = problem(Task.REGRESSION, rows=600), family("tree")
    sizes = [
        kind.fit(kind.params(max_depth=10, pruning=p), given, 0, silent).estimator.get_n_leaves()
        for p in (1e-9, 0.005, 0.05, 0.2)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[1] > sizes[2]


@pytest.mark.parametrize(
    ("asked", "rows", "least"),
    [(0, 50, 1), (0, 250, 2), (0, 2000, 20), (0, 1_000_000, 20), (7, 50, 7), (500, 9000, 500)],
)
def test_leaves_are_a_hundredth_of_the_rows_unless_asked(asked: int, rows: int, least: int) -> None:
    assert rows_in_a_leaf(asked, rows) == least


def test_a_forest_of_many_rows_draws_some_for_each_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.models.forest.ROWS_A_TREE", 100)
    fitted = FAMILY.fit(Params(trees=10), problem(Task.BINARY), 0, silent)
    assert fitted.notes == ("models.note.rows_a_tree",)
    assert max(t.tree_.weighted_n_node_samples[0] for t in fitted.estimator.estimators_) == 100


def test_a_forest_keeps_nothing_of_the_training_rows() -> None:
    given = balanced(problem(Task.BINARY))
    forest = FAMILY.fit(Params(trees=10), given, 0, silent).estimator
    assert not [name for name, held in vars(forest).items() if np.size(held) >= len(given.y)]


def test_a_table_of_another_width_is_refused() -> None:
    given = problem(Task.BINARY)
    forest = FAMILY.fit(Params(trees=10), given, 0, silent).estimator
    with pytest.raises(ValueError, match="3 columns, not 5"):
        FAMILY.scores(forest, given.x[:, :3])


def test_a_tree_that_points_outside_is_not_sound() -> None:
    given = problem(Task.BINARY)
    tree = DecisionTreeClassifier(max_depth=3, random_state=0).fit(given.x, given.y).tree_
    assert is_sound(tree)
    for array, place, wrong in (
        (tree.children_left, 0, 10_000),
        (tree.children_right, 0, 0),
        (tree.children_right, 0, 1),  # two parents: a walk down would never end in time
        (tree.feature, 0, 99),
    ):
        was = array[place]
        array[place] = wrong
        assert not is_sound(tree)
        array[place] = was
    assert is_sound(tree)
