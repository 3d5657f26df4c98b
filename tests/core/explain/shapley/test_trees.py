"""Reasons of forests and trees against background rows: the house's own value function."""

from __future__ import annotations

import numpy as np
import pytest
import shap

from core.explain.explaining import explain, explainer
from core.explain.shapley.method import Asked
from core.explain.shapley.players import backdrop
from core.models.family import Floats, Matrix, Task
from core.train.preparation import encode
from core.train.training import TrainedModel
from tests.core.explain.models import table, trained
from tests.core.explain.shapley.exact.grown import shapley

TASKS = [(Task.BINARY, 1), (Task.MULTICLASS, 0), (Task.MULTICLASS, 2), (Task.REGRESSION, 0)]
ALONE = [[cell] for cell in range(5)]


def of(model: TrainedModel, number: int) -> str:
    return model.classes[number] if model.classes else ""


def by_scikit_learn(model: TrainedModel, x: Matrix, number: int) -> Floats:
    if model.spec.task is Task.REGRESSION:
        return np.asarray(model.estimator.predict(x))
    return np.asarray(model.estimator.predict_proba(x)[:, number])


def by_formula(
    model: TrainedModel, row: Matrix, behind: Matrix, number: int, cells: list[list[int]]
) -> Floats:
    """Over all coalitions of players with these cells, with scikit-learn's own predictions."""

    def value(known: tuple[int, ...]) -> Floats:
        mixed, own = behind.copy(), [cell for player in known for cell in cells[player]]
        mixed[:, own] = row[own]
        return np.array([by_scikit_learn(model, mixed, number).mean()])

    return shapley(value, len(cells))[:, 0]


@pytest.mark.parametrize(("task", "number"), TASKS)
@pytest.mark.parametrize("key", ["forest", "tree"])
def test_the_values_are_those_of_the_formula(key: str, task: Task, number: int) -> None:
    """Row 0 has no date, row 17 neither; others lack income or city."""
    model, rows = trained(key, task), table().iloc[[0, 17, 150]]
    found = explain(explainer(model, Asked(background=20)), rows, of(model, number))
    x, behind = encode(model.preparation, rows), backdrop(model, 20)
    theirs = [by_formula(model, row, behind, number, ALONE) for row in x]
    np.testing.assert_allclose(found.effects, theirs, atol=1e-9)
    assert found.base == pytest.approx(by_scikit_learn(model, behind, number).mean(), abs=1e-9)
    assert (found.errors == 0).all()
    assert found.background == 20


def test_a_balanced_models_values_are_those_of_shap() -> None:
    model, rows = trained("forest", Task.BINARY, True), table().iloc[:30]
    found = explain(explainer(model), rows)
    theirs = shap.TreeExplainer(model.estimator, backdrop(model, 50))
    values = theirs.shap_values(encode(model.preparation, rows), check_additivity=False)
    np.testing.assert_allclose(found.effects, values[:, :, 1], atol=1e-6)  # shap's are float32


@pytest.mark.parametrize("key", ["forest", "tree"])
def test_a_family_is_one_player_and_not_a_sum(key: str) -> None:
    model, rows = trained(key, Task.BINARY), table().iloc[[0, 17, 60]]
    together = (("purse", ("visits", "income")), ("who", ("city", "member")))
    found = explain(explainer(model, Asked(20, together=together)), rows)
    assert found.columns == ("purse", "who", "since")
    x, behind, cells = encode(model.preparation, rows), backdrop(model, 20), [[0, 1], [2, 3], [4]]
    theirs = [by_formula(model, row, behind, 1, cells) for row in x]
    np.testing.assert_allclose(found.effects, theirs, atol=1e-12)
    alone = explain(explainer(model, Asked(20)), rows).effects
    assert np.abs(alone[:, :2].sum(axis=1) - found.effects[:, 0]).max() > 1e-4


def test_all_columns_as_one_player_make_the_whole_difference() -> None:
    model = trained("forest", Task.BINARY)
    every = tuple(column.name for column in model.spec.features)
    found = explain(explainer(model, Asked(together=(("all", every),))), table().iloc[:5])
    np.testing.assert_allclose(found.effects[:, 0], found.prediction - found.base, atol=1e-12)


@pytest.mark.parametrize("rows", [1, 64, 65, 130])
def test_any_number_of_background_rows(rows: int) -> None:
    """64 are one word of bits."""
    model = trained("forest", Task.BINARY)
    found = explain(explainer(model, Asked(background=rows)), table().iloc[[3, 8]])
    assert found.background == rows
    behind = backdrop(model, rows)
    x = encode(model.preparation, table().iloc[[3, 8]])
    theirs = [by_formula(model, row, behind, 1, ALONE) for row in x]
    np.testing.assert_allclose(found.effects, theirs, atol=1e-12)
