"""A packed forest predicts what scikit-learn predicts."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
import shap
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeRegressor

from core.models.packed.trees import packed, packed_once, predicted
from tests.core.explain.shapley.exact.grown import KINDS, classes, estimator, rows, trees


@pytest.mark.parametrize("kind", KINDS)
def test_it_predicts_what_scikit_learn_predicts(kind: str) -> None:
    fitted, x = estimator(kind), rows(300, seed=8)
    theirs = np.mean([tree.predict(x) for tree in trees(fitted)], axis=0)
    np.testing.assert_allclose(predicted(packed(fitted), x), theirs, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("kind", KINDS)
def test_its_base_is_shaps_expected_value(kind: str) -> None:
    fitted = estimator(kind)
    theirs = np.ravel(shap.TreeExplainer(fitted).expected_value)
    np.testing.assert_allclose(packed(fitted).base, theirs, rtol=1e-12)


def test_values_beside_a_threshold_go_as_with_scikit_learn() -> None:
    """The thresholds are float64 between neighbouring float32 numbers."""
    low = np.float32(0.1) + np.arange(64, dtype="float32") * np.spacing(np.float32(0.1))
    x = low.astype("float32")[:, None]
    tree = DecisionTreeRegressor().fit(x, np.arange(64))
    np.testing.assert_array_equal(predicted(packed(tree), x)[:, 0], tree.predict(x))


def test_a_missing_value_goes_where_training_sent_it() -> None:
    x = rows(400)
    x[::3, 0] = np.nan
    x[1::3, 3] = np.nan
    y = classes(np.nan_to_num(x, nan=2.0).astype("float32"))
    forest = RandomForestClassifier(10, random_state=0).fit(x, y)
    sides = np.concatenate([packed(tree).splits.missing_left for tree in forest.estimators_])
    assert set(sides) == {False, True}
    np.testing.assert_allclose(predicted(packed(forest), x), forest.predict_proba(x), atol=1e-13)


def test_what_it_tells_of_paths() -> None:
    assert packed(estimator("one column")).depth == 7
    split = packed(estimator("one split"))
    assert (split.depth, len(split.splits.left)) == (1, 1)
    leaf = packed(estimator("one leaf"))
    assert (leaf.depth, list(leaf.roots)) == (0, [-1, -2, -3])


def test_too_few_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="5 columns, not 6"):
        predicted(packed(estimator("binary")), rows(3)[:, :5])


def test_an_estimator_is_packed_once_and_let_go() -> None:
    tree = DecisionTreeRegressor(max_depth=3).fit(rows(50), np.arange(50))
    first = packed_once(tree)
    assert packed_once(tree) is first
    gone = weakref.ref(first)
    del tree, first
    gc.collect()
    assert gone() is None


def test_a_file_that_lies_about_its_depth_is_packed_by_its_arrays() -> None:
    tree = DecisionTreeRegressor(max_depth=6).fit(rows(200), np.arange(200))
    state = tree.tree_.__getstate__()
    deep = packed(tree)
    tree.tree_.__setstate__(state | {"max_depth": 0})
    assert tree.tree_.max_depth == 0
    found = packed(tree)
    assert found.depth == deep.depth == 6
    np.testing.assert_array_equal(predicted(found, rows(20)), predicted(deep, rows(20)))
