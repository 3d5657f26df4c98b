"""Interventional values of trees against the formula over all coalitions and against shap."""

from __future__ import annotations

import numpy as np
import pytest
import shap

from core.explain.shapley.exact.game import played
from core.explain.shapley.exact.interventional import against, base, interventional, shares
from core.models.family import Task
from core.models.packed.trees import packed, predicted
from core.progress import Cancelled
from tests.core.explain.shapley.exact.grown import (
    KINDS,
    by_background,
    estimator,
    of_family,
    rows,
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
