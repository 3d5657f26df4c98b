"""Forests that oneDAL grew are scikit-learn's: their nodes, their accuracy, their reasons."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shap
from hypothesis import given as having
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.metrics import r2_score, roc_auc_score

from core.explain.shapley.exact.game import played
from core.explain.shapley.exact.path_dependent import path_dependent
from core.models import forest, quick_trees
from core.models.family import Floats, Problem, Task
from core.models.leaves import is_sound
from core.models.packed.trees import packed
from core.models.quick_trees import BINS, binned, grown, times_drawn
from core.progress import Cancelled, silent
from tests.core.explain.shapley.exact.grown import by_paths
from tests.core.models.problems import balanced, needs_quick, problem

KINDS: dict[Task, Any] = {
    Task.BINARY: RandomForestClassifier,
    Task.REGRESSION: RandomForestRegressor,
}
TASKS = list(KINDS)
FIELDS = (
    "children_left", "children_right", "feature", "threshold", "impurity", "n_node_samples",
    "weighted_n_node_samples", "missing_go_to_left", "value",
)  # fmt: skip


def skewed(task: Task, rows: int = 1500, seed: int = 0) -> Problem:
    """With a column of few values, one of a single value, one of rare ones, one of a long tail."""
    made = problem(task, rows=rows, columns=8, seed=seed)
    x = made.x.copy()
    x[:, 3] = np.round(x[:, 3])
    x[:, 4] = 7.0
    x[:, 5] = x[:, 5] > 2.5
    x[:, 6] = np.exp(4 * x[:, 6])
    return replace(made, x=x)


def of_all_rows(task: Task, given: Problem, **asked: Any) -> Any:
    """A forest whose trees learn from every row once."""
    usual = {"n_estimators": 5, "min_samples_leaf": 5, "max_features": 0.5, "random_state": 3}
    return grown(KINDS[task](**usual | asked, bootstrap=False, n_jobs=2), given, silent)


def by_fields(fitted: Any) -> list[bytes]:
    return [getattr(tree.tree_, name).tobytes() for tree in fitted.estimators_ for name in FIELDS]


@having(arrays("float32", st.integers(1, 700), elements=st.floats(-50, 50, width=32)))
def test_a_value_is_in_the_bins_up_to_a_border_where_it_is_at_most_that(values: Any) -> None:
    borders, numbers = binned(values[:, None])
    known = borders[0][np.isfinite(borders[0])]
    assert numbers.dtype == np.float32
    assert len(known) < BINS
    for number, border in enumerate(known):
        np.testing.assert_array_equal(numbers[:, 0] <= number, values <= border)
    assert len(np.unique(values)) > BINS or len(known) == len(np.unique(values)) - 1


def test_bins_of_many_values_hold_about_as_many_rows() -> None:
    values = np.random.default_rng(0).lognormal(sigma=3, size=(5000, 1)).astype("float32")
    _, numbers = binned(values)
    found = np.bincount(numbers[:, 0].astype(int))
    assert len(found) == BINS
    assert found.max() <= 21


@pytest.mark.parametrize(("rows", "draws"), [(1000, 1000), (1000, 200), (1, 1)])
def test_how_often_a_drawn_row_is_drawn(rows: int, draws: int) -> None:
    chance = np.random.default_rng(0)
    several = [len(np.unique(chance.integers(0, rows, draws))) for _ in range(200)]
    assert times_drawn(rows, draws) == pytest.approx(draws / np.mean(several), rel=0.01)


@needs_quick
@pytest.mark.parametrize("task", TASKS)
def test_nodes_hold_what_their_training_rows_say(task: Task) -> None:
    given = skewed(task)
    for tree in of_all_rows(task, given).estimators_:
        paths = tree.decision_path(given.x).toarray().astype(bool)
        counts = paths.sum(axis=0)
        means = np.array([given.y[rows].mean() for rows in paths.T])
        spreads = np.array([given.y[rows].var() for rows in paths.T])
        found = tree.tree_
        np.testing.assert_array_equal(found.n_node_samples, counts)
        np.testing.assert_array_equal(found.weighted_n_node_samples, counts)
        np.testing.assert_allclose(found.value[:, 0, -1], means, rtol=1e-7, atol=1e-12)
        of_classes = 2.0 if task is Task.BINARY else 1.0
        np.testing.assert_allclose(found.impurity, of_classes * spreads, rtol=1e-5, atol=1e-6)
        assert counts[found.children_left < 0].min() >= 5
        assert is_sound(found)
        if task is Task.BINARY:
            np.testing.assert_allclose(found.value.sum(axis=2), 1.0, atol=1e-15)


@needs_quick
@pytest.mark.parametrize("task", TASKS)
def test_all_columns_tried_give_as_pure_leaves_as_scikit_learns(task: Task) -> None:
    given = skewed(task, rows=250)  # fewer values than bins
    ours = of_all_rows(task, given, max_features=1.0, n_estimators=1)
    theirs = KINDS[task](1, min_samples_leaf=5, bootstrap=False, max_features=1.0, random_state=0)
    theirs.fit(given.x, given.y)

    def impurity(fitted: Any) -> float:
        tree = fitted.estimators_[0].tree_
        leaf = tree.children_left < 0
        return float((tree.impurity * tree.n_node_samples)[leaf].sum())

    assert impurity(ours) == pytest.approx(impurity(theirs), rel=1e-3)


@needs_quick
@pytest.mark.parametrize("task", TASKS)
def test_they_are_as_good_as_scikit_learns_within_what_the_seed_does(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, new = (problem(task, n, columns=8, seed=n) for n in (3000, 6000))
    judge = r2_score if task is Task.REGRESSION else roc_auc_score

    def measured() -> tuple[Floats, float]:
        params = forest.Params(trees=40, min_samples_leaf=20)
        made = [forest.fit(params, given, seed, silent) for seed in range(6)]
        sizes = [tree.tree_.node_count for each in made for tree in each.estimator.estimators_]
        said = [forest.scores(each.estimator, new.x) for each in made]
        return np.array([judge(new.y, each) for each in said]), float(np.mean(sizes))

    ours, our_size = measured()
    monkeypatch.setattr("core.models.engine._loads", lambda: False)
    theirs, their_size = measured()
    noise = np.sqrt((ours.var(ddof=1) + theirs.var(ddof=1)) / 6)
    assert abs(ours.mean() - theirs.mean()) < max(4 * noise, 0.001)
    assert our_size == pytest.approx(their_size, rel=0.05)


@needs_quick
@pytest.mark.parametrize("task", TASKS)
def test_a_seed_gives_the_same_bits_whatever_the_cores(task: Task) -> None:
    given = skewed(task)

    def fitted(seed: int, cores: int) -> list[bytes]:
        asked = {"n_estimators": 25, "min_samples_leaf": 3, "random_state": seed}
        return by_fields(grown(KINDS[task](**asked, n_jobs=cores), given, silent))

    first = fitted(1, 2)
    assert fitted(1, 2) == first
    assert fitted(1, 1) == first
    assert fitted(2, 2) != first


@needs_quick
def test_no_two_trees_are_alike_across_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_trees, "ROWS_BETWEEN_REPORTS", 1)
    monkeypatch.setattr(quick_trees, "TREES_BETWEEN_REPORTS", 4)
    told: list[float] = []
    given = skewed(Task.BINARY)
    bare = RandomForestClassifier(12, min_samples_leaf=3, random_state=0, n_jobs=2)
    fitted = grown(bare, given, lambda share, _: told.append(share))
    assert told == pytest.approx([0, 4 / 12, 8 / 12])
    assert len({tree.tree_.threshold.tobytes() for tree in fitted.estimators_}) == 12

    def stop(share: float, stage: str) -> None:
        if share > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        grown(bare, given, stop)


@needs_quick
@pytest.mark.parametrize("task", TASKS)
def test_what_is_asked_for_is_kept(task: Task) -> None:
    given = skewed(task)
    asked = {"n_estimators": 8, "min_samples_leaf": 10, "max_depth": 3, "max_samples": 300}
    bare = KINDS[task](**asked, max_features=1, random_state=0, n_jobs=2)
    fitted = grown(bare, given, silent)
    assert fitted.get_params() == bare.get_params()
    trees = [tree.tree_ for tree in fitted.estimators_]
    assert max(tree.max_depth for tree in trees) == 3
    assert [tree.max_depth for tree in trees] == [tree.get_depth() for tree in fitted.estimators_]
    assert {int(tree.n_node_samples[0]) for tree in trees} == {300}
    assert min(tree.n_node_samples.min() for tree in trees) >= 10


@needs_quick
@pytest.mark.parametrize("task", TASKS)
def test_forests_are_plain_scikit_learn(task: Task, tmp_path: Path) -> None:
    given = skewed(task)
    made = forest.fit(forest.Params(trees=10), given, 0, silent)
    assert made.engine.startswith("scikit-learn-intelex ")
    assert type(made.estimator) is KINDS[task]
    assert {type(tree).__module__ for tree in made.estimator.estimators_} == {
        "sklearn.tree._classes"
    }
    theirs = made.estimator.predict if task is Task.REGRESSION else made.estimator.predict_proba
    expected = np.asarray(theirs(given.x)).reshape(len(given.x), -1)[:, -1]
    np.testing.assert_allclose(forest.scores(made.estimator, given.x), expected, rtol=1e-12)
    forest.FAMILY.save(made.estimator, tmp_path)
    np.save(tmp_path / "x.npy", given.x)
    np.save(tmp_path / "said.npy", expected)
    code = (
        "import sys; sys.modules['sklearnex'] = sys.modules['daal4py'] = None\n"
        "import numpy as np; from pathlib import Path; from core.models import forest\n"
        "place = Path(sys.argv[1])\n"
        "said = forest.scores(forest.load(place), np.load(place / 'x.npy'))\n"
        "np.testing.assert_allclose(said, np.load(place / 'said.npy'), rtol=1e-12)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)


@needs_quick
@pytest.mark.parametrize(
    ("given", "params"),
    [
        (problem(Task.MULTICLASS), forest.Params(trees=10)),
        (balanced(problem(Task.BINARY)), forest.Params(trees=10)),
        (problem(Task.BINARY), forest.Params(trees=10, min_samples_leaf=1)),
    ],
)
def test_the_rest_is_left_to_scikit_learn(given: Problem, params: forest.Params) -> None:
    made = forest.fit(params, given, 0, silent)
    assert made.engine.startswith("scikit-learn 1.")


@needs_quick
@pytest.mark.parametrize("task", TASKS)
def test_reasons_are_those_of_shap_and_of_all_coalitions(task: Task) -> None:
    given = skewed(task)
    fitted = forest.fit(forest.Params(trees=12, max_depth=6), given, 0, silent).estimator
    x = given.x[:30]
    ours = path_dependent(played(packed(fitted)), x)
    explainer = shap.TreeExplainer(fitted, feature_perturbation="tree_path_dependent")
    theirs = np.asarray(explainer.shap_values(x, check_additivity=False)).reshape(*x.shape, -1)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)
    base = np.atleast_1d(explainer.expected_value)
    np.testing.assert_allclose(packed(fitted).base, base, rtol=1e-9)
    np.testing.assert_allclose(ours[0], by_paths(fitted, x[0]), rtol=1e-9, atol=1e-9)
