"""Reasons of models that answer together are those of all coalitions of what they say together."""

from __future__ import annotations

import numpy as np
import pytest

from core.explain.explaining import explain, explainer, methods_for
from core.explain.shapley.method import Asked
from core.explain.shapley.players import backdrop, players
from core.models.family import Task, family
from core.models.member import Member, as_text
from core.train.preparation import encode
from tests.core.explain.models import table, trained
from tests.core.explain.shapley.games import brute

MEMBERS = as_text((Member("tree", 0.5), Member("linear", 0.3), Member("boosting", 0.2)))


@pytest.mark.parametrize("way", ["mean", "stack"])
@pytest.mark.parametrize("task", list(Task))
def test_reasons_are_those_of_all_coalitions(task: Task, way: str) -> None:
    model = trained("ensemble", task, way=way, members=MEMBERS)
    found = explain(explainer(model, Asked(background=15, seed=1)), table().iloc[:2])
    assert found.method == "mixed"
    x, behind = encode(model.preparation, table().iloc[:2]), backdrop(model, 15)
    who = players(model).of_cells

    def output(rows: np.ndarray) -> np.ndarray:
        said = family("ensemble").scores(model.estimator, rows.astype("float32"))
        return said[:, 0] if said.ndim == 2 else said

    cells = [np.flatnonzero(who == player).tolist() for player in range(len(found.columns))]
    for row, effects in zip(x, found.effects, strict=True):
        np.testing.assert_allclose(effects, brute(cells, behind, row, output), atol=1e-7)
    added = found.base + found.effects.sum(axis=1)
    np.testing.assert_allclose(added, found.prediction, atol=1e-7)


def test_one_that_weighs_nothing_says_nothing() -> None:
    few = as_text((Member("tree", 1.0), Member("linear", 0.0)))
    both = trained("ensemble", Task.BINARY, members=few)
    alone = trained("tree", Task.BINARY)
    rows = table().iloc[:3]
    asked = Asked(background=15)
    np.testing.assert_allclose(
        explain(explainer(both, asked), rows).effects,
        explain(explainer(alone, asked), rows).effects,
        atol=1e-12,
    )


def test_who_suits() -> None:
    assert methods_for(trained("ensemble", Task.BINARY, members=MEMBERS))[0] == "mixed"
    assert "mixed" not in methods_for(trained("tree", Task.BINARY))
