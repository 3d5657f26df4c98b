"""Interventional values of trees against the formula over all coalitions and against shap."""

from __future__ import annotations

import numpy as np
import pytest
import shap
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from core.explain.shapley.exact.game import played
from core.explain.shapley.exact.interventional import against, base, interventional, shares
from core.models.family import Floats, Task
from core.models.packed.trees import packed, predicted
from core.progress import Cancelled
from tests.core.explain.shapley.exact.grown import (
    KINDS,
    amounts,
    by_background,
    classes,
    estimator,
    of_family,
    rows,
    shapley,
)

OFF = np.float32(1e-4)
FAMILIES = [(key, task) for key in ("forest", "tree") for task in Task]


@pytest.mark.parametrize("kind", KINDS)
def test_the_values_are_those_of_the_formula(kind: str) -> None:
    fitted, x, behind = estimator(kind), rows(2, seed=9), rows(15, seed=3)
    theirs = np.array([by_background(fitted, row, behind) for row in x])
    ours = interventional(against(played(packed(fitted)), behind), x)
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("kind", ["binary", "classes", "values", "depth 10", "unlimited", "tree"])
def test_the_values_are_those_of_shap(kind: str) -> None:
    """To the float32 in which shap keeps its weights.

    The rows are moved off the thresholds: on one, shap and the forest may part, and shap's values
    no longer add up.
    """
    fitted, x, behind = estimator(kind), rows(40, seed=9) + OFF, rows(30, seed=3) + OFF
    explainer = shap.TreeExplainer(fitted, behind, feature_perturbation="interventional")
    theirs = np.asarray(explainer.shap_values(x, check_additivity=False)).reshape(*x.shape, -1)
    forest = packed(fitted)
    scale = max(1.0, np.abs(predicted(forest, x)).max())
    np.testing.assert_allclose(
        interventional(against(played(forest), behind), x), theirs, atol=1e-6 * scale
    )
    np.testing.assert_allclose(
        base(against(played(forest), behind)), np.ravel(explainer.expected_value), rtol=1e-6
    )


@pytest.mark.parametrize(("key", "task"), FAMILIES)
def test_balanced_models_of_the_app(key: str, task: Task) -> None:
    fitted, x, behind = of_family(key, task), rows(1, seed=2), rows(9, seed=3)
    theirs = by_background(fitted, x[0], behind)
    ours = interventional(against(played(packed(fitted)), behind), x)[0]
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_base_and_values_add_up(kind: str) -> None:
    forest, x, behind = packed(estimator(kind)), rows(70, seed=4), rows(20, seed=3)
    whole = base(against(played(forest), behind)) + interventional(
        against(played(forest), behind), x
    ).sum(axis=1)
    np.testing.assert_allclose(whole, predicted(forest, x), rtol=1e-10, atol=1e-10)


def test_a_row_against_itself_has_no_reasons() -> None:
    forest, x = packed(estimator("unlimited")), rows(1)
    assert (interventional(against(played(forest), x), x) == 0).all()


def test_a_row_alone_and_many_threads() -> None:
    forest, x, behind = packed(estimator("unlimited")), rows(150, seed=7), rows(10, seed=3)
    ready = against(played(forest), behind)
    together = interventional(ready, x)
    np.testing.assert_array_equal(interventional(ready, x, threads=3), together)
    for number in (0, 64, 149):
        alone = interventional(ready, x[[number]], threads=3)[0]
        np.testing.assert_allclose(alone, together[number], atol=1e-14)


def test_the_weights_are_shapleys() -> None:
    """One column alone gets all; of two that must both be there, each gets half."""
    np.testing.assert_allclose(shares(2)[0, :3], [1, 1 / 2, 1 / 3])
    np.testing.assert_allclose(shares(2)[1, 1], 1 / 6)


def test_a_background_of_other_columns_or_none_is_refused() -> None:
    game = played(packed(estimator("binary")))
    for behind in (rows(3)[:, :2], rows(0)):
        with pytest.raises(ValueError, match="not of 6 columns"):
            against(game, behind)


def test_it_stops() -> None:
    def stop(share: float, stage: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        interventional(against(played(packed(estimator("tree"))), rows(10)), rows(100), report=stop)


@pytest.mark.parametrize("count", [30, 64, 100, 200])
def test_missing_values_and_several_words_of_background(count: int) -> None:
    """A missing value goes where training sent it, in the row and in the background."""
    x = rows(400)
    x[::3, 0], x[1::4, 3] = np.nan, np.nan
    forest = RandomForestClassifier(6, random_state=0)
    forest.fit(x, classes(np.nan_to_num(x, nan=2.0).astype("float32")))
    ready = against(played(packed(forest)), x[-count:])
    ours = interventional(ready, x[:6])
    theirs = [by_background(forest, row, x[-count:]) for row in x[:6]]
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


@given(seed=st.integers(0, 10_000), family=st.lists(st.integers(0, 2), min_size=5, max_size=5))
@settings(max_examples=25)
def test_any_families_are_those_of_the_formula(seed: int, family: list[int]) -> None:
    of = np.unique(family, return_inverse=True)[1]
    x = rows(80, columns=5, seed=seed)
    forest = RandomForestRegressor(3, random_state=seed % 97).fit(x, amounts(x))

    def value(known: tuple[int, ...]) -> Floats:
        mixed = x[:12].copy()
        own = np.isin(of, known)
        mixed[:, own] = x[50, own]
        return np.array([np.mean([t.tree_.predict(mixed).mean() for t in forest.estimators_])])

    ours = interventional(against(played(packed(forest), of), x[:12]), x[50:51])[0]
    np.testing.assert_allclose(ours, shapley(value, of.max() + 1), atol=1e-9)


def test_chosen_outputs_are_those_of_all() -> None:
    ready, x = against(played(packed(estimator("classes"))), rows(9, seed=3)), rows(5, seed=9)
    every = interventional(ready, x)
    some = interventional(ready, x, np.array([3, 1]))
    np.testing.assert_allclose(some, every[:, :, [3, 1]], atol=1e-15)


def test_what_cannot_be_written_is_read() -> None:
    x, behind = rows(3, seed=9), rows(7, seed=3)
    game = played(packed(estimator("binary")))
    plain = interventional(against(game, behind), x)
    x.flags.writeable = behind.flags.writeable = False
    np.testing.assert_array_equal(interventional(against(game, behind), x), plain)
