"""Reasons of boosted trees: a value's are shap's own, a chance's those of all coalitions."""

from __future__ import annotations

import numpy as np
import pytest
import shap
from sklearn.ensemble import HistGradientBoostingRegressor

from core.explain.explaining import explain, explainer, methods_for
from core.explain.shapley import boosted
from core.explain.shapley.exact.game import played
from core.explain.shapley.exact.interventional import against, interventional
from core.explain.shapley.method import Asked
from core.explain.shapley.players import backdrop
from core.models.family import Task, family
from core.progress import silent
from core.train.preparation import encode
from tests.core.explain.models import table, trained
from tests.core.explain.shapley.games import brute
from tests.core.models.packed.boosted import of_boosting


def test_a_values_reasons_are_exact() -> None:
    x = np.random.default_rng(0).normal(size=(300, 4)).astype("float32")
    y = x[:, 0] * x[:, 1] + x[:, 2]
    theirs = HistGradientBoostingRegressor(max_iter=20, random_state=0).fit(x, y)
    game = played(of_boosting(theirs, 4), np.arange(4))
    found = interventional(against(game, x[:50]), x[100:110], np.array([0]), silent, 1)[:, :, 0]
    peer = shap.TreeExplainer(theirs, x[:50], feature_perturbation="interventional")
    np.testing.assert_allclose(found, peer.shap_values(x[100:110]), atol=1e-6)


@pytest.mark.parametrize("task", list(Task))
def test_reasons_are_those_of_all_coalitions(task: Task) -> None:
    model = trained("boosting", task)
    asked = Asked(background=20, seed=1)
    found = explain(explainer(model, asked), table().iloc[:3])
    assert found.method == "boosted"
    of = 0
    x, behind = encode(model.preparation, table().iloc[:3]), backdrop(model, 20)

    def output(rows: np.ndarray) -> np.ndarray:
        said = family("boosting").scores(model.estimator, rows.astype("float32"))
        return said[:, of] if said.ndim == 2 else said

    for row, effects in zip(x, found.effects, strict=True):
        theirs = brute([[cell] for cell in range(x.shape[1])], behind, row, output)
        np.testing.assert_allclose(effects, theirs, atol=1e-9)


def test_who_suits() -> None:
    assert methods_for(trained("boosting", Task.BINARY))[0] == "boosted"
    assert not boosted.suits(trained("forest", Task.BINARY))
