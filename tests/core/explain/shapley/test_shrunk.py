"""Reasons of smaller forms: those of all coalitions of the small model, and shap's own."""

from __future__ import annotations

import numpy as np
import pytest
import shap

from core.explain.explaining import explain, explainer
from core.explain.shapley.method import Asked
from core.explain.shapley.players import backdrop
from core.models.family import Task, family
from core.models.member import Params
from core.search.shrinking import shrunk
from core.train.preparation import encode
from tests.core.explain.models import table, trained
from tests.core.explain.shapley.games import brute, cells

FORMS: list[tuple[str, Params]] = [
    ("forest", {"kept": 4, "pruned": 0.005}),
    ("extra", {"kept": 5}),
    ("boosting", {"kept": 8}),
    ("mlp", {"kept": 1, "weights": "int8"}),
    ("mlp", {"weights": "int8"}),
]


@pytest.mark.parametrize(("key", "form"), FORMS)
@pytest.mark.parametrize("task", list(Task))
def test_reasons_are_those_of_all_coalitions(key: str, form: Params, task: Task) -> None:
    model = shrunk(trained(key, task), table(), form)
    found = explain(explainer(model, Asked(background=20, goal=0.0)), table().iloc[[0, 17]])
    x, behind = encode(model.preparation, table().iloc[[0, 17]]), backdrop(model, 20)

    def output(rows: np.ndarray) -> np.ndarray:
        said = family(key).scores(model.estimator, rows.astype("float32"))
        return said[:, 0] if said.ndim == 2 else said

    for row, effects in zip(x, found.effects, strict=True):
        theirs = brute(cells(model), behind, row, output)
        np.testing.assert_allclose(effects, theirs, rtol=1e-5, atol=1e-6)  # float32


def test_a_smaller_forests_are_shaps() -> None:
    model = shrunk(trained("forest", Task.BINARY), table(), {"kept": 5, "pruned": 0.005})
    rows = table().iloc[:20]
    found = explain(explainer(model), rows)
    theirs = shap.TreeExplainer(model.estimator, backdrop(model, 50))
    values = theirs.shap_values(encode(model.preparation, rows), check_additivity=False)
    np.testing.assert_allclose(found.effects, values[:, :, 1], atol=1e-6)  # shap's are float32
