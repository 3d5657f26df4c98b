"""Interventional reasons of any model, against brute force and against shap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd
import pytest
import shap

from core.explain.shapley import sampled
from core.explain.shapley.method import BACKGROUND_ROWS, Asked, Effects
from core.explain.shapley.sampled import METHOD, PAIRS, Sampled
from core.models.family import Encoding, Floats, Task, family
from core.models.linear import Linear
from core.models.plane import Plane
from core.progress import silent
from core.schema import Column, Kind
from core.train.preparation import encode, learned
from core.train.training import TrainedModel
from tests.core.explain.models import table, trained

Output = Callable[[np.ndarray], Floats]
FIRST = Asked()


def wide(columns: int, rows: int = 120, seed: int = 1) -> tuple[pd.DataFrame, tuple[Column, ...]]:
    """Numbers, levels and dates in turn, with gaps."""
    chance = np.random.default_rng(seed)
    cells: dict[str, pd.Series] = {}
    schema = []
    for place in range(columns):
        name, kind = f"c{place}", (Kind.NUMBER, Kind.CATEGORY, Kind.NUMBER, Kind.DATE)[place % 4]
        if kind is Kind.NUMBER:
            values = pd.Series(
                np.where(chance.random(rows) < 0.1, np.nan, chance.normal(size=rows))
            )
        elif kind is Kind.DATE:
            days = chance.integers(0, 900, rows) * np.timedelta64(1, "D")
            values = pd.Series(np.datetime64("2022-01-01", "us") + days)
        else:
            levels = chance.choice(["a", "b", "c", "d", None], rows, p=[0.4, 0.3, 0.15, 0.1, 0.05])
            values = pd.Series(levels, dtype=object)
        cells[name] = values
        schema.append(Column(name, kind))
    return pd.DataFrame(cells), tuple(schema)


def crooked(width: int, task: Task) -> Output:
    """A function of the matrix in which many cells act together."""
    chance = np.random.default_rng(9)
    outputs = 3 if task is Task.MULTICLASS else 1
    first, second = chance.normal(size=(width, 7)), chance.normal(size=(7, outputs))
    triple = chance.choice(width, 3, replace=width < 3)

    def scores(x: np.ndarray) -> Floats:
        raw = np.tanh(x.astype("float64") @ first) @ second
        raw[:, 0] += x[:, triple].astype("float64").prod(axis=1)
        if task is Task.MULTICLASS:
            chances = np.exp(raw - raw.max(axis=1, keepdims=True))
            return np.asarray(chances / chances.sum(axis=1, keepdims=True))
        return np.asarray(raw[:, 0] if task is Task.REGRESSION else 1 / (1 + np.exp(-raw[:, 0])))

    return scores


def made(
    monkeypatch: pytest.MonkeyPatch, columns: int, task: Task = Task.BINARY, seed: int = 0
) -> tuple[TrainedModel, pd.DataFrame, Output]:
    """A model of many columns whose scores are the crooked function."""
    rows, schema = wide(columns)
    preparation = learned(rows, schema, np.zeros(len(rows)), Task.REGRESSION, Encoding.SCALED)
    scores = crooked(preparation.blocks[-1][1], task)
    kind = replace(family("linear"), scores=lambda _, x: scores(x))
    monkeypatch.setattr(sampled, "family", lambda key: kind)
    model = trained("linear", task)
    spec = replace(model.spec, features=schema, seed=seed)
    model = replace(model, spec=spec, preparation=preparation, background=rows.iloc[:70])
    return model, rows, scores


def brute(state: Sampled, row: np.ndarray, output: Callable[[np.ndarray], Floats]) -> list[float]:
    """Shapley's formula, naively: every coalition of the user's columns, a mixed table each."""
    blocks = state.model.preparation.blocks
    players = range(len(blocks))
    worth: dict[tuple[int, ...], float] = {}
    for size in range(len(blocks) + 1):
        for coalition in combinations(players, size):
            mixed = state.background.copy()
            for player in coalition:
                start, stop = blocks[player]
                mixed[:, start:stop] = row[start:stop]
            worth[coalition] = float(output(mixed).mean())
    effects = []
    for player in players:
        effect = 0.0
        for coalition, value in worth.items():
            if player not in coalition:
                joined = tuple(sorted((*coalition, player)))
                size = len(coalition)
                weight = (
                    factorial(size) * factorial(len(blocks) - size - 1) / factorial(len(blocks))
                )
                effect += weight * (worth[joined] - value)
        effects.append(effect)
    return effects


def shown(scores: Output, task: Task, of: int) -> Output:
    return (lambda x: scores(x)[:, of]) if task is Task.MULTICLASS else scores


def effects(
    model: TrainedModel, rows: pd.DataFrame, of: int = 1, asked: Asked = FIRST
) -> tuple[Sampled, Effects]:
    state = METHOD.prepare(model, asked)
    return state, METHOD.effects(state, encode(model.preparation, rows), of, silent)


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("columns", [1, 2, 6, 7, 8])
def test_few_columns_are_exact(monkeypatch: pytest.MonkeyPatch, columns: int, task: Task) -> None:
    model, rows, scores = made(monkeypatch, columns, task)
    chosen = rows.iloc[[75, 90, 119]] if columns < 8 else rows.iloc[[75]]
    for of in (0, 2) if task is Task.MULTICLASS else (1,):
        state, found = effects(model, chosen, of)
        output = shown(scores, task, of)
        x = encode(model.preparation, chosen)
        expected = [brute(state, row, output) for row in x]
        np.testing.assert_allclose(found.values, expected, rtol=0, atol=1e-10)
        assert (found.errors == 0).all()
        assert found.base == pytest.approx(output(state.background).mean(), abs=1e-12)


@pytest.mark.parametrize("columns", [10, 12])
def test_many_columns_are_unbiased_within_their_errors(
    monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    """Over many seeds: the mean is the exact value, and the errors tell the spread."""
    model, rows, scores = made(monkeypatch, columns)
    row, draws = rows.iloc[[100]], 150
    found = [effects(model, row, asked=Asked(background=10, seed=seed))[1] for seed in range(draws)]
    state = METHOD.prepare(model, Asked(background=10))
    exact = np.array(brute(state, encode(model.preparation, row)[0], scores))
    values = np.array([one.values[0] for one in found])
    errors = np.array([one.errors[0] for one in found])
    spread = values.std(axis=0, ddof=1)
    assert (np.abs(values.mean(axis=0) - exact) < 4 * spread / np.sqrt(draws) + 1e-12).all()
    np.testing.assert_allclose(np.sqrt((errors**2).mean(axis=0)), spread, rtol=0.3)
    within = np.abs(values - exact) <= 2.365 * errors + 1e-12  # Student's t with 7 degrees
    assert 0.88 < within.mean() < 0.99
    total = values.sum(axis=1) + found[0].base
    np.testing.assert_allclose(total, scores(encode(model.preparation, row))[0], atol=1e-9)


def test_two_columns_acting_together_are_exact_however_many_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pairs of orders, forwards and backwards, leave no error in interactions of two."""
    model, rows, _ = made(monkeypatch, 12)
    start = [a for a, _ in model.preparation.blocks]

    def pairwise(x: np.ndarray) -> Floats:
        x = x.astype("float64")
        return np.asarray(3 * x[:, start[0]] * x[:, start[5]] - x[:, start[2]] + x[:, start[7]])

    kind = replace(family("linear"), scores=lambda _, x: pairwise(x))
    monkeypatch.setattr(sampled, "family", lambda key: kind)
    state, found = effects(model, rows.iloc[[80]])
    expected = brute(state, encode(model.preparation, rows.iloc[[80]])[0], pairwise)
    np.testing.assert_allclose(found.values[0], expected, atol=1e-9)
    np.testing.assert_allclose(found.errors, 0, atol=1e-9)


def test_the_seed_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    model, rows, _ = made(monkeypatch, 10)
    first, again = (effects(model, rows.iloc[[80]])[1].values for _ in range(2))
    other = effects(model, rows.iloc[[80]], asked=Asked(seed=1))[1].values
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


def test_very_many_columns_need_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    model, rows, scores = made(monkeypatch, 300)
    state, found = effects(model, rows.iloc[[80]], asked=Asked(background=2))
    assert state.weights.nnz == PAIRS * 2 * 300 * 2
    assert len(state.coalitions) <= PAIRS * 2 * 299 + 2
    total = found.base + found.values.sum()
    assert total == pytest.approx(scores(encode(model.preparation, rows.iloc[[80]]))[0], abs=1e-9)


@pytest.mark.parametrize("task", [Task.BINARY, Task.REGRESSION])
def test_the_values_are_those_of_shap_on_the_users_columns(task: Task) -> None:
    """shap plays the user's columns as row numbers into the cells that they may hold."""
    model = trained("svm", task)
    state = METHOD.prepare(model, FIRST)
    row = table().iloc[[101]]
    found = METHOD.effects(state, encode(model.preparation, row), 1, silent)
    names = [column.name for column in model.spec.features]
    cells = pd.concat([_background(model), row[names]], ignore_index=True)

    def f(places: np.ndarray) -> Floats:
        mixed = {n: cells[n].to_numpy()[places[:, i].astype(int)] for i, n in enumerate(names)}
        x = encode(model.preparation, pd.DataFrame(mixed))
        return np.asarray(family("svm").scores(model.estimator, x))

    background = np.tile(np.arange(len(cells) - 1.0)[:, None], len(names))
    last = np.full((1, len(names)), len(cells) - 1.0)
    theirs = shap.KernelExplainer(f, background).shap_values(last, silent=True)
    scale = float(np.abs(theirs).max())
    np.testing.assert_allclose(found.values, theirs, atol=1e-7 * max(scale, 1.0))


def _background(model: TrainedModel) -> pd.DataFrame:
    places = np.linspace(0, len(model.background) - 1, min(BACKGROUND_ROWS, len(model.background)))
    return model.background.iloc[np.unique(places.astype(int))]


def test_a_plane_is_explained_by_its_coefficients() -> None:
    """A ridge's effect of a column is its coefficients times the distance from the mean."""
    model = trained("linear", Task.REGRESSION)
    rows = table().iloc[[2, 17, 33]]
    state = METHOD.prepare(model, FIRST)
    x = encode(model.preparation, rows)
    found = METHOD.effects(state, x, 0, silent)
    assert isinstance(model.estimator, Linear)
    plane: Plane = model.estimator.plane
    mean = state.background.astype("float64").mean(axis=0)
    each = (x.astype("float64") - mean) * plane.coefficients[:, 0]
    expected = [each[:, start:stop].sum(axis=1) for start, stop in model.preparation.blocks]
    np.testing.assert_allclose(found.values, np.transpose(expected), atol=1e-9)
    assert found.base == pytest.approx(float(mean @ plane.coefficients[:, 0] + plane.bias[0]))


def test_the_background_is_spread_over_what_the_model_keeps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model, rows, _ = made(monkeypatch, 3)
    state = METHOD.prepare(model, FIRST)
    assert METHOD.background(state) == BACKGROUND_ROWS
    np.testing.assert_array_equal(state.background[0], encode(model.preparation, rows.iloc[[0]])[0])
    few = METHOD.prepare(replace(model, background=rows.iloc[:7]), FIRST)
    np.testing.assert_array_equal(few.background, encode(model.preparation, rows.iloc[:7]))
