"""Interactions of trees against background rows over all coalitions, and beside shap's values."""

from __future__ import annotations

import numpy as np
import pytest
import shap

from core.explain.shapley.exact.game import played
from core.explain.shapley.exact.interventional import against, interventional
from core.explain.shapley.exact.interventional_pairs import interactions
from core.explain.shapley.subsets import every, pair_weights
from core.models.family import Floats, Matrix
from core.models.packed.trees import packed
from core.progress import Cancelled
from tests.core.explain.shapley.exact.grown import KINDS, estimator, rows

PAIRS = np.triu_indices(6, 1)


def predicted(fitted: object, x: Matrix) -> Floats:
    """scikit-learn's own outputs (rows, outputs)."""
    tell = getattr(fitted, "predict_proba", None) or fitted.predict  # type: ignore[attr-defined]
    return np.asarray(tell(x)).reshape(len(x), -1)


@pytest.mark.parametrize("kind", KINDS)
def test_they_are_those_of_the_formula(kind: str) -> None:
    """70 background rows are more than one word of bits."""
    fitted, x, behind = estimator(kind), rows(2, seed=11), rows(70, seed=9)
    ready = against(played(packed(fitted)), behind)
    worth = np.array(
        [
            [predicted(fitted, np.where(mask, row, behind).astype("float32")).mean(axis=0)]
            for row in x
            for mask in every(6)
        ]
    ).reshape(len(x), 64, -1)
    scale = max(1.0, float(np.abs(worth).max()))
    for output in range(worth.shape[2]):
        ours = interactions(ready, x, output)
        theirs = worth[:, :, output] @ pair_weights(6).T
        np.testing.assert_allclose(ours[:, PAIRS[0], PAIRS[1]], theirs, atol=1e-12 * scale)
        np.testing.assert_array_equal(ours, ours.transpose(0, 2, 1))
        effects = interventional(ready, x, np.array([output]))[:, :, 0]
        np.testing.assert_allclose(ours.sum(axis=2), effects, atol=1e-12 * scale)


def test_a_family_interacts_as_one_player() -> None:
    fitted, x, behind = estimator("depth 10"), rows(1, seed=4), rows(20, seed=8)
    of_columns = np.array([0, 1, 2, 0, 3, 2])
    ours = interactions(against(played(packed(fitted), of_columns), behind), x, 1)[0]
    masks = every(4)[:, of_columns]
    worth = [
        predicted(fitted, np.where(m, x, behind).astype("float32"))[:, 1].mean() for m in masks
    ]
    theirs = pair_weights(4) @ np.array(worth)
    np.testing.assert_allclose(ours[np.triu_indices(4, 1)], theirs, atol=1e-13)


def test_lines_add_up_to_the_effects_of_shap() -> None:
    fitted, x, behind = estimator("value tree"), rows(1, seed=3), rows(1, seed=2)
    ours = interactions(against(played(packed(fitted)), behind), x)[0]
    theirs = shap.TreeExplainer(fitted, behind).shap_values(x)[0]
    np.testing.assert_allclose(
        ours.sum(axis=1), theirs, rtol=1e-5, atol=1e-5 * np.abs(theirs).max()
    )


def test_it_tells_how_far_it_is_and_stops() -> None:
    ready, seen = against(played(packed(estimator("unlimited"))), rows(20)), []

    def watched(share: float, stage: str) -> None:
        seen.append(share)

    interactions(ready, rows(1, seed=1), report=watched)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0

    def stopped(share: float, stage: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        interactions(ready, rows(1, seed=1), report=stopped)
