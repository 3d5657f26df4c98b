"""Smaller forests are forests: the first trees, cut as scikit-learn cuts, with real shares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from core.models.family import Task, family
from core.models.leaves import is_sound, put_back
from core.models.member import Params
from core.models.thinned import SMALLER
from core.progress import silent
from tests.core.models.problems import balanced, problem
from tests.core.models.test_forest import counted

FEW: Params = {"trees": 24}
SMALL: list[Params] = [{"kept": 5}, {"kept": 0, "pruned": 0.002}, {"kept": 7, "pruned": 0.005}]
TREES = ["forest", "extra"]


def grown(key: str, task: Task, weighed: bool = False) -> tuple[Any, Any, Any]:
    given = problem(task)
    if weighed and given.classes:
        given = balanced(given)
    kind = family(key)
    return kind, given, kind.fit(kind.settings(FEW), given, 3, silent).estimator


@pytest.mark.parametrize("key", TREES)
@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("weighed", [False, True])
def test_forms_say_what_the_forests_they_name_say(key: str, task: Task, weighed: bool) -> None:
    kind, given, whole = grown(key, task, weighed)
    new = problem(task, seed=4).x
    found = list(SMALLER.forms(whole, given, new))
    assert {form.settings["kept"] for form in found} == {0, 1, 2, 3, 5, 7, 10, 15, 20}
    for form in found:
        made = SMALLER.made(kind.settings(FEW | form.settings), whole, given)
        assert type(made) is type(whole)
        np.testing.assert_allclose(kind.scores(made, new), form.scores, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("key", TREES)
@pytest.mark.parametrize("small", SMALL)
def test_a_training_of_the_wish_gives_the_same(key: str, small: Params, tmp_path: Path) -> None:
    kind, given, whole = grown(key, Task.MULTICLASS, True)
    made = SMALLER.made(kind.settings(FEW | small), whole, given)
    again = kind.fit(kind.settings(FEW | small), given, 3, silent).estimator
    new = problem(Task.MULTICLASS, seed=4).x
    np.testing.assert_array_equal(kind.scores(made, new), kind.scores(again, new))
    kind.save(made, tmp_path)
    np.testing.assert_array_equal(kind.scores(kind.load(tmp_path), new), kind.scores(made, new))


@pytest.mark.parametrize("key", TREES)
def test_the_whole_forest_is_left_as_it_was(key: str) -> None:
    kind, given, whole = grown(key, Task.BINARY)
    before = kind.scores(whole, given.x)
    nodes = [tree.tree_.node_count for tree in whole.estimators_]
    small = SMALLER.made(kind.settings(FEW | {"kept": 7, "pruned": 0.01}), whole, given)
    assert (len(small.estimators_), small.n_estimators) == (7, 7)
    assert [tree.tree_.node_count for tree in whole.estimators_] == nodes
    assert sum(t.tree_.node_count for t in small.estimators_) < sum(nodes[:7])
    np.testing.assert_array_equal(kind.scores(whole, given.x), before)
    assert SMALLER.made(kind.settings(FEW), whole, given) is whole


def test_the_first_trees_are_a_forest_of_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """scikit-learn's own, grown with the same seed."""
    monkeypatch.setattr("core.models.engine._loads", lambda: False)
    kind, given, whole = grown("forest", Task.BINARY)
    small = SMALLER.made(kind.settings(FEW | {"kept": 5}), whole, given)
    bare = RandomForestClassifier(5, min_samples_leaf=4, random_state=3).fit(given.x, given.y)
    theirs = bare.predict_proba(given.x)[:, 1]
    np.testing.assert_allclose(kind.scores(small, given.x), theirs, atol=1e-12)


@pytest.mark.parametrize("pruned", [0.004, 0.01, 0.05])
def test_trees_are_cut_as_scikit_learn_cuts_them_while_growing(pruned: float) -> None:
    given = problem(Task.BINARY, rows=600)
    bare = DecisionTreeClassifier(min_samples_leaf=3, random_state=0).fit(given.x, given.y)
    alpha = pruned * 2 * 0.3 * 0.7  # Gini of three in ten
    theirs = DecisionTreeClassifier(min_samples_leaf=3, random_state=0, ccp_alpha=alpha)
    theirs.fit(given.x, given.y)
    forest = RandomForestClassifier(1, bootstrap=False).fit(given.x, given.y)
    forest.estimators_ = [bare]
    (ours,) = SMALLER.made(family("forest").settings({"pruned": pruned}), forest, given).estimators_
    assert 1 < theirs.tree_.node_count < bare.tree_.node_count
    np.testing.assert_array_equal(ours.tree_.feature, theirs.tree_.feature)
    np.testing.assert_array_equal(ours.tree_.threshold, theirs.tree_.threshold)
    np.testing.assert_array_equal(ours.tree_.value, theirs.tree_.value)
    assert is_sound(ours.tree_)


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
def test_new_leaves_hold_the_shares_of_their_training_rows(task: Task) -> None:
    given = balanced(problem(task, rows=600, share=0.1))
    forest = RandomForestClassifier(4, min_samples_leaf=6, bootstrap=False, random_state=0)
    forest.fit(given.x, given.y, sample_weight=given.weights)
    for tree in forest.estimators_:
        put_back(tree.tree_, given.class_weights)
    small = SMALLER.made(family("forest").settings({"pruned": 0.01}), forest, given)
    for tree, short in zip(forest.estimators_, small.estimators_, strict=True):
        assert short.tree_.node_count < tree.tree_.node_count
        shares, covers = counted(short, given)
        np.testing.assert_allclose(short.tree_.value[:, 0, :], shares, atol=1e-12)
        np.testing.assert_allclose(short.tree_.weighted_n_node_samples, covers, rtol=1e-9)


@pytest.mark.parametrize("key", TREES)
def test_it_is_smaller_on_disk_as_it_says(key: str, tmp_path: Path) -> None:
    """What a form is said to take is near enough to tell which of two is smaller."""
    kind, given, whole = grown(key, Task.BINARY)
    sizes = {}
    for form in SMALLER.forms(whole, given, given.x):
        if form.settings["kept"] in (5, 20, 0):
            place = tmp_path / f"{form.settings}"
            place.mkdir()
            kind.save(SMALLER.made(kind.settings(FEW | form.settings), whole, given), place)
            sizes[sum(file.stat().st_size for file in place.iterdir())] = form.size
    assert len(sizes) > 10
    ranks = np.argsort(np.argsort([sizes[disk] for disk in sorted(sizes)]))
    assert np.abs(ranks - np.arange(len(sizes))).max() <= 1
    (tmp_path / "whole").mkdir()
    kind.save(whole, tmp_path / "whole")
    assert max(sizes) < sum(file.stat().st_size for file in (tmp_path / "whole").iterdir())


def test_a_single_leaf_is_no_smaller() -> None:
    kind, given, _ = grown("forest", Task.BINARY)
    leaf = RandomForestClassifier(1, max_depth=1, min_samples_leaf=300, bootstrap=False)
    leaf.fit(given.x, given.y)
    assert leaf.estimators_[0].tree_.node_count == 1
    assert list(SMALLER.forms(leaf, given, given.x)) == []
    assert kind.smaller is SMALLER
