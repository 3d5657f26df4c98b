"""Linear models' reasons against brute force, all coalitions, shap and the estimator."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shap
from hypothesis import given, settings
from hypothesis import strategies as st

from core.explain.shapley import linear, sampled
from core.explain.shapley.linear import METHOD
from core.explain.shapley.method import Asked
from core.explain.shapley.subsets import every, value_weights
from core.explain.shapley.waves import logistic_values
from core.models.family import Floats, Task, family
from core.models.linear import Linear
from core.models.plane import Plane
from core.progress import Cancelled, silent
from core.train.preparation import encode
from core.train.training import TrainedModel
from tests.core.explain.models import trained
from tests.core.explain.shapley.games import brute, cells, chosen, of_columns


def planed(columns: int, task: Task, size: float = 0.8) -> tuple[TrainedModel, pd.DataFrame]:
    """A linear model of coefficients drawn at random."""
    model, rows = of_columns(columns, task)
    chance = np.random.default_rng(8)
    outputs = 3 if task is Task.MULTICLASS else 1
    slope = chance.normal(0, size, (model.preparation.blocks[-1][1], outputs))
    plane = Plane(slope, chance.normal(size=outputs))
    return replace(model, estimator=Linear(task, plane)), rows


def scores(model: TrainedModel, x: np.ndarray) -> Floats:
    return family("linear").scores(model.estimator, x)


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("columns", [1, 8, 10])
def test_few_columns_are_exact(columns: int, task: Task) -> None:
    model, rows = planed(columns, task)
    state = METHOD.prepare(model, Asked(background=9))
    x = encode(model.preparation, rows.iloc[[75]])
    for of in (0, 2) if task is Task.MULTICLASS else (1,):
        found = METHOD.effects(state, x, of, silent)
        output = chosen(lambda z: scores(model, z), task, of)
        expected = brute(cells(model), state.background, x[0], output)
        np.testing.assert_allclose(found.values[0], expected, rtol=0, atol=1e-11)
        assert (found.errors == 0).all()
        assert found.base == pytest.approx(output(state.background).mean(), abs=1e-12)


def test_families_of_columns_play_as_one() -> None:
    model, rows = planed(5, Task.BINARY)
    asked = Asked(background=9, together=(("both", ("c1", "c4")),))
    state = METHOD.prepare(model, asked)
    x = encode(model.preparation, rows.iloc[[80]])
    each = cells(model)
    groups = [each[0], each[1] + each[4], each[2], each[3]]
    expected = brute(groups, state.background, x[0], lambda z: scores(model, z))
    found = METHOD.effects(state, x, 1, silent)
    np.testing.assert_allclose(found.values[0], expected, rtol=0, atol=1e-11)


def test_values_are_those_of_shaps_linear_explainer_however_many() -> None:
    model, rows = planed(40, Task.REGRESSION)
    state = METHOD.prepare(model, Asked())
    x = encode(model.preparation, rows.iloc[:5])
    found = METHOD.effects(state, x, 0, silent)
    plane = model.estimator.plane
    masker = shap.maskers.Independent(state.background.astype("float64"), max_samples=1000)
    theirs = shap.LinearExplainer((plane.coefficients[:, 0], plane.bias[0]), masker)
    values = theirs.shap_values(x.astype("float64"))
    expected = np.stack([values[:, one].sum(axis=1) for one in cells(model)], axis=1)
    np.testing.assert_allclose(found.values, expected, atol=1e-10)
    assert (found.errors == 0).all()


@pytest.mark.parametrize("size", [0.2, 0.8, 4.0])
def test_chances_of_many_columns_are_exact(size: float) -> None:
    """Thirteen columns in waves, against all coalitions asked of the model's own margins."""
    model, rows = planed(13, Task.BINARY, size)
    state = METHOD.prepare(model, Asked(background=7))
    x = encode(model.preparation, rows.iloc[[75, 20]])
    found = METHOD.effects(state, x, 1, silent)
    assert (found.errors == 0).all()
    np.testing.assert_allclose(found.base + found.values.sum(axis=1), scores(model, x), atol=1e-9)
    slope = model.estimator.plane.coefficients[:, 0]
    for row, values in zip(x, found.values, strict=True):
        worth = np.zeros(2**13)
        for behind in state.background.astype("float64"):
            steps = [((row - behind) * slope)[one].sum() for one in cells(model)]
            start = behind @ slope + model.estimator.plane.bias[0]
            worth += 1 / (1 + np.exp(-(start + every(13) @ steps))) / 7
        np.testing.assert_allclose(values, value_weights(13) @ worth, atol=1e-10)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(-30, 30), min_size=1, max_size=9),
    st.floats(-50, 50),
)
def test_waves_are_exact_whatever_the_margins(steps: list[float], start: float) -> None:
    worth = 1 / (1 + np.exp(-np.clip(start + every(len(steps)) @ steps, -700, 700)))
    found = logistic_values(np.array([start]), np.array([steps]))[0]
    np.testing.assert_allclose(found, value_weights(len(steps)) @ worth, atol=2e-10)


def test_several_classes_are_estimated_within_their_errors() -> None:
    model, rows = planed(16, Task.MULTICLASS)
    x = encode(model.preparation, rows.iloc[[75, 20]])
    state = METHOD.prepare(model, Asked(background=10, goal=0.003))
    each = [METHOD.effects(state, x, of, silent) for of in range(3)]
    for of, found in enumerate(each):
        assert 0 < found.errors.max() <= 0.003
        total = found.base + found.values.sum(axis=1)
        np.testing.assert_allclose(total, scores(model, x)[:, of], atol=1e-12)
    fine = METHOD.prepare(model, Asked(background=10, seed=5, goal=0.001))
    best = METHOD.effects(fine, x, 1, silent)
    apart = (each[1].values - best.values) / np.hypot(each[1].errors, best.errors)
    assert np.sqrt((apart**2).mean()) < 1.6


def test_what_takes_long_is_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    model, rows = planed(14, Task.BINARY)
    x = encode(model.preparation, rows.iloc[[75]])
    state = METHOD.prepare(model, Asked(background=10, goal=0.002))
    exact = METHOD.effects(state, x, 1, silent)
    monkeypatch.setattr(linear, "STEPS_AT_MOST", 0)
    found = METHOD.effects(state, x, 1, silent)
    assert 0 < found.errors.max() <= 0.002
    np.testing.assert_array_equal(found.values, sampled.effects(state, x, 1, silent).values)
    assert (np.abs(found.values - exact.values) < 5 * found.errors + 1e-9).all()


def test_it_suits_linear_models_only_and_stops() -> None:
    assert METHOD.suits(trained("linear", Task.BINARY))
    assert not METHOD.suits(trained("svm", Task.BINARY))
    model, rows = planed(3, Task.REGRESSION)

    def stop(share: float, stage: str) -> None:
        raise Cancelled

    state = METHOD.prepare(model, Asked())
    with pytest.raises(Cancelled):
        METHOD.effects(state, encode(model.preparation, rows.iloc[:2]), 0, stop)
    none = METHOD.effects(state, encode(model.preparation, rows.iloc[:0]), 0, silent)
    assert none.values.shape == (0, 3)
