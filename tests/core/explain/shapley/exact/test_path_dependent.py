"""Path-dependent values against the formula over all coalitions and against shap."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import shap
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.tree import DecisionTreeRegressor

from core.explain.shapley.exact.game import played
from core.explain.shapley.exact.path_dependent import path_dependent, quadrature
from core.models.family import Floats, Matrix, Task
from core.models.packed.trees import packed, predicted
from core.progress import Cancelled
from tests.core.explain.shapley.exact.grown import (
    KINDS,
    amounts,
    by_paths,
    classes,
    estimator,
    of_family,
    rows,
)

FAMILIES = [(key, task) for key in ("forest", "tree") for task in Task]


def by_shap(fitted: object, x: Matrix) -> Floats:
    """(rows, columns, outputs)."""
    values = shap.TreeExplainer(fitted, feature_perturbation="tree_path_dependent").shap_values(
        x, check_additivity=False
    )
    return np.asarray(values).reshape(*x.shape, -1)


@pytest.mark.parametrize("kind", KINDS)
def test_the_values_are_those_of_the_formula(kind: str) -> None:
    fitted, x = estimator(kind), rows(3, seed=9)
    theirs = np.array([by_paths(fitted, row) for row in x])
    np.testing.assert_allclose(
        path_dependent(played(packed(fitted)), x), theirs, rtol=1e-10, atol=1e-12
    )


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "one leaf" not in kind])
def test_the_values_are_those_of_shap(kind: str) -> None:
    fitted, x = estimator(kind), rows(100, seed=9)
    scale = np.abs(predicted(packed(fitted), x)).max()
    ours = path_dependent(played(packed(fitted)), x)
    np.testing.assert_allclose(ours, by_shap(fitted, x), atol=1e-12 * max(1.0, scale))


@pytest.mark.parametrize(("key", "task"), FAMILIES)
def test_balanced_models_of_the_app(key: str, task: Task) -> None:
    fitted, x = of_family(key, task), rows(40, seed=2)
    ours = path_dependent(played(packed(fitted)), x)
    np.testing.assert_allclose(ours, by_shap(fitted, x), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(ours[0], by_paths(fitted, x[0]), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("depth", [10, None])
def test_many_columns_on_deep_paths(depth: int | None) -> None:
    """Up to 22 columns on a path: more than eight nodes are exact for."""
    x = rows(3000, columns=30)
    forest = RandomForestClassifier(8, max_depth=depth, max_features=1, random_state=0)
    forest.fit(x, classes(x))
    found = played(packed(forest))
    assert found.distinct >= (10 if depth else 17)
    np.testing.assert_allclose(path_dependent(found, x[:70]), by_shap(forest, x[:70]), atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_base_and_values_add_up(kind: str) -> None:
    forest, x = packed(estimator(kind)), rows(130, seed=4)
    whole = forest.base + path_dependent(played(forest), x).sum(axis=1)
    np.testing.assert_allclose(whole, predicted(forest, x), rtol=1e-10, atol=1e-10)


@given(seed=st.integers(0, 10_000), leaf=st.integers(1, 12), count=st.integers(1, 40))
def test_any_small_forest_is_that_of_the_formula(seed: int, leaf: int, count: int) -> None:
    x = rows(60, columns=4, seed=seed)
    forest = RandomForestRegressor(3, min_samples_leaf=leaf, random_state=seed % 97)
    forest.fit(x, amounts(x))
    ours = path_dependent(played(packed(forest)), x[:count])
    assert ours.shape == (count, 4, 1)
    np.testing.assert_allclose(ours[-1], by_paths(forest, x[count - 1]), atol=1e-9)


@pytest.mark.parametrize("kind", ["classes", "unlimited values"])
def test_a_row_alone_is_told_what_it_is_told_among_others(kind: str) -> None:
    forest, x = packed(estimator(kind)), rows(150, seed=7)
    together = path_dependent(played(forest), x)
    scale = np.abs(together).max()
    for number in (0, 63, 64, 149):
        alone = path_dependent(played(forest), x[number : number + 1])[0]
        np.testing.assert_allclose(alone, together[number], atol=1e-13 * scale)


@pytest.mark.parametrize("count", [1, 20, 300])
def test_many_threads_tell_what_one_tells(count: int) -> None:
    forest, x = packed(estimator("unlimited")), rows(count, seed=7)
    one = path_dependent(played(forest), x)
    np.testing.assert_array_equal(path_dependent(played(forest), x, threads=4), one)


def test_chosen_outputs_are_those_of_all() -> None:
    forest, x = packed(estimator("classes")), rows(20)
    every = path_dependent(played(forest), x)
    some = path_dependent(played(forest), x, np.array([3, 1]))
    np.testing.assert_allclose(some, every[:, :, [3, 1]], atol=1e-15)


def test_two_classes_mirror_each_other_and_two_of_four_do_not() -> None:
    two, four, x = packed(estimator("binary")), packed(estimator("classes")), rows(5, seed=9)
    both = path_dependent(played(two), x)
    np.testing.assert_array_equal(both[:, :, 0], -both[:, :, 1])
    for output in (0, 1):
        alone = path_dependent(played(two), x, np.array([output]))[:, :, 0]
        np.testing.assert_allclose(both[:, :, output], alone, atol=1e-15)
    some = path_dependent(played(four), x, np.array([0, 1]))
    assert np.abs(some.sum(axis=2)).max() > 0.01


def test_missing_values_follow_the_trees() -> None:
    """A missing value is as good as any number on the same side of every split."""
    x = rows(400)
    x[::3, 0] = np.nan
    forest = RandomForestClassifier(10, random_state=0, max_depth=6)
    forest.fit(x, classes(np.nan_to_num(x, nan=9.0)))
    found = packed(forest)
    assert {bool(side) for side in found.splits.missing_left[found.splits.column == 0]} == {
        False,
        True,
    }
    whole = found.base + path_dependent(played(found), x).sum(axis=1)
    np.testing.assert_allclose(whole, forest.predict_proba(x), atol=1e-12)


def test_a_split_nobody_reached_gives_finite_values() -> None:
    """Covers of zero, as weights of zero leave them: the row still goes there, nobody else does."""
    fitted, x = DecisionTreeRegressor(max_depth=4, random_state=0), rows(200)
    tree = fitted.fit(x, amounts(x)).tree_
    left, right, covers = tree.children_left, tree.children_right, tree.weighted_n_node_samples
    gone = next(side for side in (left[0], right[0]) if left[side] >= 0)
    covers[0] -= covers[gone]
    covers[gone] = 0
    for node in range(tree.node_count):
        if left[node] >= 0 and covers[node] == 0:
            covers[[left[node], right[node]]] = 0
    forest = packed(fitted)
    assert (forest.splits.share == 0.5).any()
    ours = path_dependent(played(forest), x)
    assert np.isfinite(ours).all()
    whole = forest.base + ours.sum(axis=1)
    np.testing.assert_allclose(whole, predicted(forest, x), rtol=1e-10)


def test_the_quadrature_has_as_many_nodes_as_exactness_needs() -> None:
    assert [len(quadrature(distinct)[0]) for distinct in (0, 1, 2, 3, 10, 15, 16, 40)] == [
        *(1, 1, 1, 2, 5, 8, 8, 8)
    ]
    for distinct in (1, 2, 5, 16):
        t, weights = quadrature(distinct)
        powers = [(weights * t**power).sum() for power in range(distinct)]
        np.testing.assert_allclose(powers, 1 / np.arange(1, distinct + 1), rtol=1e-14)


def test_no_rows_and_wrong_columns() -> None:
    forest = packed(estimator("binary"))
    assert path_dependent(played(forest), rows(0)).shape == (0, 6, 2)
    with pytest.raises(ValueError, match="4 columns, not 6"):
        path_dependent(played(forest), rows(2)[:, :4])


@pytest.mark.parametrize("count", [5, 640])
def test_it_reports_and_stops(count: int) -> None:
    forest, told = packed(estimator("unlimited")), []

    def report(share: float, stage: str) -> None:
        told.append((share, stage))

    path_dependent(played(forest), rows(count), report=report)
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert (shares[0] >= 0, shares[-1]) == (True, 1.0)
    assert {stage for _, stage in told} == {"explain.stage.reasons"}

    def stop(share: float, stage: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        path_dependent(played(forest), rows(count), report=stop, threads=2)


def test_a_method_is_found_without_the_compiler() -> None:
    """Importing numba takes longer than most answers."""
    code = (
        "import sys; from core.explain.shapley.method import method; method('sampled'); "
        "sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
