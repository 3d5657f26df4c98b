"""Path-dependent reasons of forests and trees, against shap and against the formula."""

from __future__ import annotations

from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
import pytest
import shap

from core.explain.explaining import explain, explainer, methods_for
from core.explain.shapley.method import Asked
from core.explain.shapley.paths import interactions
from core.explain.shapley.players import players
from core.models.family import Floats, Task
from core.progress import Cancelled, silent
from core.train.preparation import encode
from core.train.training import TrainedModel
from tests.core.explain.models import table, trained

TASKS = [(Task.BINARY, 1), (Task.MULTICLASS, 0), (Task.MULTICLASS, 2), (Task.REGRESSION, 0)]


def of(model: TrainedModel, number: int) -> str:
    return model.classes[number] if model.classes else ""


@pytest.mark.parametrize(("task", "number"), TASKS)
@pytest.mark.parametrize("key", ["forest", "tree"])
@pytest.mark.parametrize("by", ["paths", "shap_trees"])
def test_the_values_are_those_of_shap_on_the_matrix(
    by: str, key: str, task: Task, number: int
) -> None:
    model = trained(key, task)
    rows = table().iloc[:40]
    found = explain(explainer(model, by=by), rows, of(model, number))
    theirs = shap.TreeExplainer(model.estimator)(encode(model.preparation, rows))
    values = theirs.values if task is Task.REGRESSION else theirs.values[:, :, number]
    base = theirs.base_values if task is Task.REGRESSION else theirs.base_values[:, number]
    np.testing.assert_allclose(found.effects, values, atol=1e-12)
    np.testing.assert_allclose(found.base, np.ravel(base), rtol=1e-12)
    assert (found.errors == 0).all()
    assert found.background == model.training_rows


def expected(tree: Any, row: Floats, known: tuple[int, ...], number: int, node: int = 0) -> float:
    """The value of a coalition: both branches by their covers where the column is absent."""
    left, right = tree.children_left[node], tree.children_right[node]
    if left < 0:
        return float(tree.value[node, 0, number])
    if tree.feature[node] in known:
        goes = left if row[tree.feature[node]] <= tree.threshold[node] else right
        return expected(tree, row, known, number, goes)
    covers = tree.weighted_n_node_samples[[left, right]]
    both = [expected(tree, row, known, number, child) for child in (left, right)]
    return float(covers @ np.array(both) / covers.sum())


def by_hand(tree: Any, row: Floats, number: int, cells: tuple[tuple[int, ...], ...]) -> list[float]:
    """Shapley's formula over all coalitions (Shapley 1953) of players with these cells."""
    effects, most = [], len(cells) - 1
    for player in range(len(cells)):
        others, effect = [p for p in range(len(cells)) if p != player], 0.0
        for size in range(len(cells)):
            weight = factorial(size) * factorial(most - size) / factorial(most + 1)
            for coalition in combinations(others, size):
                before = tuple(c for p in coalition for c in cells[p])
                joined = before + cells[player]
                gain = expected(tree, row, joined, number) - expected(tree, row, before, number)
                effect += weight * gain
        effects.append(effect)
    return effects


ALONE = tuple((cell,) for cell in range(5))


@pytest.mark.parametrize("balanced", [False, True])
@pytest.mark.parametrize(("task", "number"), TASKS)
def test_a_tree_is_explained_by_the_formula(task: Task, number: int, balanced: bool) -> None:
    """Row 0 has no date, row 17 neither; others lack income or city."""
    model = trained("tree", task, balanced)
    rows = table().iloc[[0, 1, 17, 60, 150]]
    assert rows.isna().any().sum() >= 2
    found = explain(explainer(model, by="paths"), rows, of(model, number))
    x = encode(model.preparation, rows).astype("float64")
    by_formula = [by_hand(model.estimator.tree_, row, number, ALONE) for row in x]
    np.testing.assert_allclose(found.effects, by_formula, atol=1e-9)


def test_a_forest_is_the_mean_of_its_trees() -> None:
    model = trained("forest", Task.BINARY)
    found = explain(explainer(model, by="paths"), table().iloc[[5]])
    row = encode(model.preparation, table().iloc[[5]]).astype("float64")[0]
    mean = np.mean([by_hand(t.tree_, row, 1, ALONE) for t in model.estimator.estimators_], axis=0)
    np.testing.assert_allclose(found.effects[0], mean, atol=1e-9)


@pytest.mark.parametrize("key", ["forest", "tree"])
def test_a_family_is_one_player_and_not_a_sum(key: str) -> None:
    model, rows = trained(key, Task.BINARY), table().iloc[[0, 17, 60]]
    asked = Asked(together=(("purse", ("visits", "income")), ("who", ("city", "member"))))
    found = explain(explainer(model, asked, "paths"), rows)
    assert found.columns == ("purse", "who", "since")
    trees = [t.tree_ for t in getattr(model.estimator, "estimators_", [model.estimator])]
    cells = ((0, 1), (2, 3), (4,))
    for row, effects in zip(encode(model.preparation, rows), found.effects, strict=True):
        exact = row.astype("float64")
        mean = np.mean([by_hand(tree, exact, 1, cells) for tree in trees], axis=0)
        np.testing.assert_allclose(effects, mean, atol=1e-12)
    alone = explain(explainer(model, by="paths"), rows).effects
    summed = np.stack([alone[:, :2].sum(axis=1), alone[:, 2:4].sum(axis=1), alone[:, 4]], axis=1)
    assert np.abs(summed - found.effects).max() > 1e-4
    by_shap = explain(explainer(model, asked, "shap_trees"), rows)
    np.testing.assert_allclose(by_shap.effects, summed, atol=1e-12)
    assert by_shap.notes == ("summed",)


@pytest.mark.parametrize(("task", "number"), TASKS)
def test_interactions_are_those_of_shap(task: Task, number: int) -> None:
    model = trained("forest", task)
    x = encode(model.preparation, table().iloc[:7])
    theirs = shap.TreeExplainer(model.estimator).shap_interaction_values(x)
    theirs = theirs if task is Task.REGRESSION else theirs[..., number]
    ready = explainer(model, by="paths")
    ours = interactions(ready.state, x, number, silent)
    np.testing.assert_allclose(ours, theirs, atol=1e-12 * max(1.0, np.abs(theirs).max()))
    effects = ready.method.effects(ready.state, x, number, silent).values
    np.testing.assert_allclose(ours.sum(axis=2), effects, atol=1e-10)


@pytest.mark.parametrize("by", ["trees", "paths", "shap_trees"])
def test_it_stops_and_suits_trees_alone(by: str) -> None:
    def stop(share: float, stage: str) -> None:
        raise Cancelled

    ready = explainer(trained("tree", Task.BINARY), by=by)
    with pytest.raises(Cancelled):
        explain(ready, table(), report=stop)
    assert by in methods_for(ready.model)
    assert by not in methods_for(trained("linear", Task.BINARY))


def test_a_players_cells_are_the_matrixs_columns() -> None:
    model = trained("forest", Task.BINARY)
    np.testing.assert_array_equal(players(model).of_cells, players(model).of_columns)
