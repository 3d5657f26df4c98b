"""Reasons of support vector machines on the scale that is shown, for the user's columns."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from core.errors import UnknownColumn
from core.explain.explaining import explain, explainer, methods_for
from core.explain.shapley import margin
from core.explain.shapley.kernel import METHOD, NOTES
from core.explain.shapley.margin import Carried
from core.explain.shapley.method import Asked, Effects
from core.explain.shapley.pairs import interactions
from core.explain.shapley.players import backdrop, players
from core.explain.shapley.worth import contests, worth
from core.models.family import Floats, Matrix, Task, family
from core.progress import silent
from core.schema import Column, Kind
from core.text.phrases import languages, phrases
from core.train.preparation import encode
from core.train.spec import ModelSpec
from core.train.training import TrainedModel, train
from tests.core.explain.models import table, trained
from tests.core.explain.shapley.kernels import brute
from tests.core.train.shop import TARGETS, shop

FEW = Asked(background=8)
PAIR = (("who", ("city", "member")), ("money", ("income",)))


def wider(columns: int) -> tuple[pd.DataFrame, tuple[Column, ...]]:
    """The shop's columns and more of their kinds, with gaps."""
    chance, rows = np.random.default_rng(2), shop(200)
    schema = [
        Column("visits", Kind.NUMBER),
        Column("income", Kind.NUMBER),
        Column("city", Kind.CATEGORY),
        Column("member", Kind.BOOLEAN, levels=("no", "yes")),
        Column("since", Kind.DATE),
    ]
    for place in range(columns - len(schema)):
        name = f"c{place}"
        if place % 2:
            levels = chance.choice(["a", "b", None], len(rows), p=[0.5, 0.4, 0.1])
            rows[name] = pd.Series(levels, dtype=object)
        else:
            gaps = chance.random(len(rows)) < 0.1
            rows[name] = np.where(gaps, np.nan, chance.normal(size=len(rows)))
        schema.append(Column(name, Kind.CATEGORY if place % 2 else Kind.NUMBER))
    return rows, tuple(schema)


@cache
def model_of(columns: int, task: Task) -> tuple[TrainedModel, pd.DataFrame]:
    rows, schema = wider(columns)
    outcome = "yes" if task is Task.BINARY else ""
    spec = ModelSpec("table", task, TARGETS[task], schema, "svm", outcome)
    return train(rows, spec, silent), rows


def shown(model: TrainedModel, x: Matrix, of: int) -> Floats:
    found = family("svm").scores(model.estimator, x)
    return found[:, of] if model.spec.task is Task.MULTICLASS else found


@pytest.mark.parametrize("columns", [8, 9])
@pytest.mark.parametrize("task", list(Task))
def test_values_are_those_of_all_coalitions(task: Task, columns: int) -> None:
    model, rows = model_of(columns, task)
    state = METHOD.prepare(model, FEW)
    x, behind = encode(model.preparation, rows.iloc[[3, 40]]), backdrop(model, 8)
    for of in (0, 2) if task is Task.MULTICLASS else (1,):
        found = METHOD.effects(state, x, of, silent)
        scale = float(np.abs(found.values).max())
        for i in range(2):
            expected = brute(
                lambda z, of=of: shown(model, z, of), x[i], behind, model.preparation.blocks
            )
            np.testing.assert_allclose(found.values[i], expected[:, 0], rtol=0, atol=1e-9 * scale)
        assert not found.errors.any()
    way = Carried.UNCHANGED if task is Task.REGRESSION else Carried.ENUMERATED
    assert found.notes == (NOTES[way],)
    assert METHOD.background(state) == 8


@pytest.mark.parametrize("task", list(Task))
def test_many_columns_add_up_within_the_goal(task: Task) -> None:
    model, rows = model_of(16, task)
    found = explain(explainer(model, Asked(goal=0.004, seed=3)), rows.iloc[:6])
    assert found.method == "kernel"
    total = found.base + found.effects.sum(axis=1)
    size = max(1.0, float(np.abs(found.prediction).max()))
    np.testing.assert_allclose(total, found.prediction, rtol=0, atol=1e-10 * size)
    assert found.errors.max() <= 0.004
    estimated = task is not Task.REGRESSION
    assert found.errors.any() == estimated
    assert found.notes == (NOTES[Carried.CORRECTED if estimated else Carried.UNCHANGED],)


def test_both_ways_agree_with_shap(monkeypatch: pytest.MonkeyPatch) -> None:
    """With eleven columns shap asks for every coalition, so that its values are exact."""
    model, rows = model_of(11, Task.BINARY)
    asked = Asked(background=10, goal=0.0005)
    theirs = explain(explainer(model, asked, "shap_kernel"), rows.iloc[[5]])
    exact = explain(explainer(model, asked), rows.iloc[[5]])
    monkeypatch.setattr(margin, "affordable", lambda given: False)
    found = explain(explainer(model, asked), rows.iloc[[5]])
    np.testing.assert_allclose(exact.effects, theirs.effects, rtol=0, atol=1e-10)
    assert found.base == pytest.approx(theirs.base, abs=1e-12)
    assert np.abs(found.effects).max() > 0.05
    assert 0 < found.errors.max() <= 0.0005
    assert (np.abs(found.effects - theirs.effects) < 4.5 * found.errors).all()


@pytest.mark.parametrize("task", list(Task))
def test_columns_taken_together_are_one_player(task: Task) -> None:
    """A family's cells are not side by side in the matrix."""
    model = trained("svm", task)
    asked = Asked(background=8, together=(("both", ("visits", "since")), *PAIR))
    who = players(model, asked.together)
    x, behind = encode(model.preparation, table().iloc[[1]]), backdrop(model, 8)
    found = METHOD.effects(METHOD.prepare(model, asked), x, 1, silent)
    order = np.argsort(who.of_cells, kind="stable")
    stops = np.bincount(who.of_cells).cumsum()
    blocks = tuple(zip((0, *map(int, stops[:-1])), map(int, stops), strict=True))
    back = np.argsort(order)
    expected = brute(lambda z: shown(model, z[:, back], 1), x[0][order], behind[:, order], blocks)[
        :, 0
    ]
    assert who.names == ("both", "money", "who")
    np.testing.assert_allclose(found.values[0], expected, rtol=1e-8, atol=1e-11)


def test_the_landmark_form_is_explained_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.models.solver.rows_at_most", lambda *_: 100)
    rows, schema = wider(8)
    spec = ModelSpec(
        "table", Task.BINARY, TARGETS[Task.BINARY], schema, "svm", "yes", {"landmarks": 60}
    )
    model = train(rows, spec, silent)
    assert len(model.estimator.points) == 60
    x, behind = encode(model.preparation, rows.iloc[[11]]), backdrop(model, 8)
    found = METHOD.effects(METHOD.prepare(model, FEW), x, 1, silent)
    expected = brute(lambda z: shown(model, z, 1), x[0], behind, model.preparation.blocks)
    np.testing.assert_allclose(found.values[0], expected[:, 0], rtol=0, atol=1e-9)


def test_a_first_picture_is_near_and_says_so() -> None:
    model, rows = model_of(16, Task.BINARY)
    quick, best = (explain(explainer(model, by=key), rows.iloc[:9]) for key in METHODS)
    np.testing.assert_allclose(
        quick.base + quick.effects.sum(axis=1), quick.prediction, rtol=0, atol=1e-12
    )
    assert quick.base == best.base
    assert quick.notes == ("rescaled",)
    agree = np.corrcoef(quick.effects.ravel(), best.effects.ravel())[0, 1]
    assert 0.97 < agree < 1.0


METHODS = ("kernel_quick", "kernel")


def test_who_may_be_explained_so() -> None:
    assert methods_for(trained("svm", Task.BINARY))[0] == "kernel"
    assert "kernel_quick" in methods_for(trained("svm", Task.MULTICLASS))
    assert "kernel_quick" not in methods_for(trained("svm", Task.REGRESSION))
    for key in METHODS:
        assert key not in methods_for(trained("forest", Task.BINARY))


def test_a_family_of_strange_columns_is_refused() -> None:
    with pytest.raises(UnknownColumn):
        METHOD.prepare(trained("svm", Task.BINARY), Asked(together=(("x", ("colour",)),)))


@pytest.mark.parametrize("language", languages())
def test_what_was_done_has_words(language: str) -> None:
    say = phrases(language)
    assert all(say(f"explain.note.{note}").endswith(".") for note in NOTES.values())
    for key in (*METHODS, "shap_kernel"):
        assert say(f"explain.method.{key}.name")
        assert "50 training rows" in say(f"explain.method.{key}.what", background=50)


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
def test_a_chances_interactions_are_those_of_all_coalitions(task: Task) -> None:
    model, of = trained("svm", task), 1
    x = encode(model.preparation, table().iloc[:2])
    state = METHOD.prepare(model, FEW)
    found = METHOD.pairs(state, x, of, silent)
    known = METHOD.effects(state, x, of, silent)
    assert found is not None
    np.testing.assert_allclose(found.sum(axis=2), known.values, atol=1e-12)
    for place, contest in enumerate(contests(worth(model, FEW), x, of)):
        shown = Effects(known.base, known.values[[place]], known.errors[[place]])
        theirs = interactions(contest, shown)
        np.testing.assert_allclose(found[place], theirs.values, atol=1e-6)
