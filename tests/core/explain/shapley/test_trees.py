"""Path-dependent reasons of forests and trees, against shap and against the formula."""

from __future__ import annotations

from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
import pytest
import shap

from core.explain.explaining import explain, explainer
from core.models.family import Floats, Task
from core.train.preparation import encode
from core.train.training import TrainedModel
from tests.core.explain.models import table, trained

TASKS = [(Task.BINARY, 1), (Task.MULTICLASS, 0), (Task.MULTICLASS, 2), (Task.REGRESSION, 0)]


def of(model: TrainedModel, number: int) -> str:
    return model.classes[number] if model.classes else ""


@pytest.mark.parametrize(("task", "number"), TASKS)
@pytest.mark.parametrize("key", ["forest", "tree"])
def test_the_values_are_those_of_shap_on_the_matrix(key: str, task: Task, number: int) -> None:
    model = trained(key, task)
    rows = table().iloc[:40]
    found = explain(explainer(model), rows, of(model, number))
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


def by_hand(tree: Any, row: Floats, number: int) -> list[float]:
    """Shapley's formula over all coalitions of five columns (Shapley 1953)."""
    effects = []
    for player in range(5):
        others = [p for p in range(5) if p != player]
        effect = 0.0
        for size in range(5):
            weight = factorial(size) * factorial(4 - size) / factorial(5)
            for coalition in combinations(others, size):
                joined = (*coalition, player)
                gain = expected(tree, row, joined, number) - expected(tree, row, coalition, number)
                effect += weight * gain
        effects.append(effect)
    return effects


@pytest.mark.parametrize("balanced", [False, True])
@pytest.mark.parametrize(("task", "number"), TASKS)
def test_a_tree_is_explained_by_the_formula(task: Task, number: int, balanced: bool) -> None:
    """Row 0 has no date, row 17 neither; others lack income or city."""
    model = trained("tree", task, balanced)
    rows = table().iloc[[0, 1, 17, 60, 150]]
    assert rows.isna().any().sum() >= 2
    found = explain(explainer(model), rows, of(model, number))
    x = encode(model.preparation, rows).astype("float64")
    by_formula = [by_hand(model.estimator.tree_, row, number) for row in x]
    np.testing.assert_allclose(found.effects, by_formula, atol=1e-9)


def test_a_forest_is_the_mean_of_its_trees() -> None:
    model = trained("forest", Task.BINARY)
    found = explain(explainer(model), table().iloc[[5]])
    row = encode(model.preparation, table().iloc[[5]]).astype("float64")[0]
    mean = np.mean([by_hand(t.tree_, row, 1) for t in model.estimator.estimators_], axis=0)
    np.testing.assert_allclose(found.effects[0], mean, atol=1e-9)
