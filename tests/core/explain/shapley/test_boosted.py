"""Reasons of boosted trees: a value's are shap's own, a chance's those of all coalitions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shap
from sklearn.ensemble import HistGradientBoostingRegressor

from core.explain.explaining import explain, explainer, methods_for
from core.explain.shapley import boosted
from core.explain.shapley.exact.game import played
from core.explain.shapley.exact.interventional import against, interventional
from core.explain.shapley.method import Asked, Effects
from core.explain.shapley.pairs import interactions
from core.explain.shapley.players import backdrop
from core.explain.shapley.sampled import enumerated
from core.explain.shapley.worth import contests, worth
from core.models.family import Matrix, Task, family
from core.progress import Cancelled, silent
from core.schema import Column, Kind
from core.train.preparation import encode
from core.train.spec import ModelSpec
from core.train.training import TrainedModel, train
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


def wide(task: Task) -> tuple[TrainedModel, Matrix]:
    """Boosted trees of twelve columns, and three rows: too many for every mix to be asked about
    in a test, few enough to be enumerated."""
    chance = np.random.default_rng(0)
    cells = {f"c{place}": chance.normal(size=300).round(1) for place in range(12)}
    made = pd.DataFrame(cells)
    level = made.c0 * made.c1 + made.c2 + made.c3 * made.c4 + chance.normal(size=300)
    names = ["a", "b", "c"] if task is Task.MULTICLASS else ["no", "yes"]
    made["answer"] = pd.qcut(level, len(names), labels=names).astype(object)
    features = tuple(Column(name, Kind.NUMBER) for name in cells)
    target = Column("answer", Kind.CATEGORY, levels=tuple(names))
    outcome = "yes" if task is Task.BINARY else ""
    params = {"trees": 15, "learning_rate": 0.3}
    spec = ModelSpec("table", task, target, features, "boosting", outcome, params)
    model = train(made, spec, silent)
    return model, encode(model.preparation, made.iloc[:3])


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
def test_more_columns_are_exact_too_and_so_are_their_interactions(task: Task) -> None:
    model, x = wide(task)
    state, of = boosted.prepare(model, Asked(background=7)), 1
    found = boosted.effects(state, x, of, silent)
    assert found.notes == ("exact",)
    assert not found.errors.any()
    for place, row in enumerate(contests(worth(model, Asked(background=7)), x, of)):
        theirs = enumerated(row).means[0]
        np.testing.assert_allclose(found.values[place], theirs, atol=1e-12)
        pairs = boosted.interactions(state, x[[place]], of, silent)
        assert pairs is not None
        shown = Effects(found.base, found.values[[place]], found.errors[[place]])
        peer = interactions(row, shown)
        np.testing.assert_allclose(pairs[0], peer.values, atol=1e-12)
        np.testing.assert_allclose(pairs[0].sum(axis=1), found.values[place], atol=1e-12)
        assert found.base + found.values[place].sum() == pytest.approx(row.prediction, abs=1e-15)


def test_where_all_coalitions_would_take_long_orders_are_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model, x = wide(Task.BINARY)
    state = boosted.prepare(model, Asked(background=7, goal=0.002))
    exact = boosted.effects(state, x, 1, silent)
    monkeypatch.setattr(boosted, "CELLS_AT_MOST", 10)
    found = boosted.effects(state, x, 1, silent)
    assert found.notes == ("estimated",)
    assert (np.abs(found.values - exact.values) <= 5 * found.errors + 1e-12).all()
    assert 0 < found.errors.max() <= 0.002
    assert boosted.interactions(state, x, 1, silent) is None


def test_a_row_has_the_same_reasons_alone_and_among_others() -> None:
    model, x = wide(Task.MULTICLASS)
    state = boosted.prepare(model, Asked(background=7))
    together = boosted.effects(state, x, 2, silent).values
    alone = [boosted.effects(state, x[[place]], 2, silent).values[0] for place in range(3)]
    np.testing.assert_array_equal(together, alone)


def test_it_stops() -> None:
    model, x = wide(Task.BINARY)
    state = boosted.prepare(model, Asked(background=7))

    def stopped(share: float, stage: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        boosted.effects(state, x, 1, stopped)


def test_who_suits() -> None:
    assert methods_for(trained("boosting", Task.BINARY))[0] == "boosted"
    assert not boosted.suits(trained("forest", Task.BINARY))
