"""Interactions of trees against shap and against the formula over all coalitions."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pytest
import shap
from sklearn.ensemble import RandomForestClassifier

from core.explain.shapley.exact.game import played
from core.explain.shapley.exact.pairs import interactions
from core.explain.shapley.exact.path_dependent import path_dependent
from core.models.packed.trees import packed
from core.progress import Cancelled
from tests.core.explain.shapley.exact.grown import (
    KINDS,
    classes,
    estimator,
    followed,
    rows,
    trees,
)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "one leaf" not in kind])
def test_they_are_those_of_shap(kind: str) -> None:
    fitted, x = estimator(kind), rows(3, seed=9)
    theirs = np.asarray(shap.TreeExplainer(fitted).shap_interaction_values(x))
    theirs = theirs.reshape(3, 6, 6, -1)
    game, scale = played(packed(fitted)), max(1.0, np.abs(theirs).max())
    for output in range(theirs.shape[3]):
        ours = interactions(game, x, output)
        np.testing.assert_allclose(ours, theirs[..., output], atol=1e-11 * scale)


def test_families_interact_by_the_formula() -> None:
    """The Shapley interaction index of players 0 and 1, over all coalitions of the others."""
    fitted, row = estimator("depth 10"), rows(1, seed=4)[0]
    cells = [(0, 3), (1,), (2, 5), (4,)]

    def value(known: tuple[int, ...]) -> float:
        own = tuple(cell for player in known for cell in cells[player])
        each = [followed(tree, row.astype("float64"), own)[1] for tree in trees(fitted)]
        return float(np.mean(each))

    index = 0.0
    for size in range(3):
        weight = factorial(size) * factorial(2 - size) / factorial(3)
        for s in combinations((2, 3), size):
            index += weight * (value((*s, 0, 1)) - value((*s, 0)) - value((*s, 1)) + value(s))
    ours = interactions(played(packed(fitted), np.array([0, 1, 2, 0, 3, 2])), row[None], 1)[0]
    assert ours.shape == (4, 4)
    assert ours[0, 1] == pytest.approx(index / 2, abs=1e-13)
    np.testing.assert_array_equal(ours, ours.T)


@pytest.mark.parametrize("count", [0, 1, 100])
def test_a_players_row_is_its_value(count: int) -> None:
    game, x = played(packed(estimator("unlimited"))), rows(count, seed=7)
    ours = interactions(game, x, 2, threads=2)
    assert ours.shape == (count, 6, 6)
    np.testing.assert_allclose(ours.sum(axis=2), path_dependent(game, x)[:, :, 2], atol=1e-13)


def test_missing_values_follow_the_trees() -> None:
    x = rows(400)
    x[::3, 0] = np.nan
    forest = RandomForestClassifier(5, random_state=0, max_depth=6)
    forest.fit(x, classes(np.nan_to_num(x, nan=9.0)))
    theirs = np.asarray(shap.TreeExplainer(forest).shap_interaction_values(x[:4]))
    ours = interactions(played(packed(forest)), x[:4], 1)
    np.testing.assert_allclose(ours, theirs[..., 1], atol=1e-12)


def test_it_stops() -> None:
    def stop(share: float, stage: str) -> None:
        if share > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        interactions(played(packed(estimator("unlimited"))), rows(300), report=stop)
