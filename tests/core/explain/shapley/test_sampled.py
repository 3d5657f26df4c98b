"""Interventional reasons of any model, against brute force and against shap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shap

from core.explain.shapley import sampled, worth
from core.explain.shapley.method import BACKGROUND_ROWS, Asked, Effects
from core.explain.shapley.players import backdrop
from core.explain.shapley.sampled import METHOD, pictures
from core.explain.shapley.worth import Worth, contests
from core.models.family import Floats, Task, family
from core.progress import Cancelled, silent
from core.train.preparation import encode
from core.train.training import TrainedModel
from tests.core.explain.models import table, trained
from tests.core.explain.shapley.games import (
    Output,
    brute,
    cells,
    chosen,
    networked,
    of_columns,
)

EXACT = Asked(goal=0.0)


def crooked(width: int, task: Task) -> Output:
    """A function of the matrix in which many cells act together."""
    chance = np.random.default_rng(9)
    count = 3 if task is Task.MULTICLASS else 1
    first, second = chance.normal(size=(width, 7)), chance.normal(size=(7, count))
    triple = chance.choice(width, 3, replace=width < 3)

    def scores(x: np.ndarray) -> Floats:
        raw = np.tanh(x.astype("float64") @ first) @ second
        raw[:, 0] += x[:, triple].astype("float64").prod(axis=1)
        if task is Task.MULTICLASS:
            chances = np.exp(raw - raw.max(axis=1, keepdims=True))
            return np.asarray(chances / chances.sum(axis=1, keepdims=True))
        return np.asarray(raw[:, 0] if task is Task.REGRESSION else 1 / (1 + np.exp(-raw[:, 0])))

    return scores


def scored_by(monkeypatch: pytest.MonkeyPatch, scores: Output) -> None:
    kind = replace(family("linear"), scores=lambda _, x: scores(x))
    monkeypatch.setattr(worth, "family", lambda key: kind)


def made(
    monkeypatch: pytest.MonkeyPatch, columns: int, task: Task = Task.BINARY
) -> tuple[TrainedModel, pd.DataFrame, Output]:
    """A model of many columns whose scores are the crooked function; no network."""
    model, rows = of_columns(columns, task)
    scores = crooked(model.preparation.blocks[-1][1], task)
    scored_by(monkeypatch, scores)
    return replace(model, estimator=None), rows, scores


def effects(
    model: TrainedModel, rows: pd.DataFrame, of: int = 1, asked: Asked = EXACT
) -> tuple[Worth, Effects]:
    state = METHOD.prepare(model, asked)
    return state, METHOD.effects(state, encode(model.preparation, rows), of, silent)


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("columns", [1, 2, 6, 8, 9])
def test_few_columns_are_exact(monkeypatch: pytest.MonkeyPatch, columns: int, task: Task) -> None:
    model, rows, scores = made(monkeypatch, columns, task)
    some = rows.iloc[[75, 90, 119]] if columns < 8 else rows.iloc[[75]]
    for of in (0, 2) if task is Task.MULTICLASS else (1,):
        state, found = effects(model, some, of)
        output = chosen(scores, task, of)
        expected = [
            brute(cells(model), state.background, row, output)
            for row in encode(model.preparation, some)
        ]
        np.testing.assert_allclose(found.values, expected, rtol=0, atol=1e-10)
        assert (found.errors == 0).all()
        assert found.base == pytest.approx(output(state.background).mean(), abs=1e-12)


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("columns", [5, 10])
def test_a_network_with_few_columns_is_exact(columns: int, task: Task) -> None:
    """The first layer's sums, against mixed rows through the model itself."""
    model, rows = networked(columns, task)
    output = chosen(lambda x: family("mlp").scores(model.estimator, x), task, 2)
    state, found = effects(model, rows.iloc[[75]], 2, Asked(background=9))
    assert state.network is not None
    row = encode(model.preparation, rows.iloc[[75]])[0]
    expected = brute(cells(model), state.background, row, output)
    size = float(np.abs(expected).max())
    np.testing.assert_allclose(found.values[0], expected, rtol=0, atol=2e-6 * size)
    assert (found.errors == 0).all()


def test_families_of_columns_play_as_one() -> None:
    """Two families whose columns do not stand together, of a network."""
    model, rows = networked(8, Task.BINARY)
    together = (("odd", ("c1", "c5", "c7")), ("ends", ("c0", "c6")))
    state, found = effects(model, rows.iloc[[80]], asked=Asked(background=9, together=together))
    each = cells(model)
    groups = [
        each[0] + each[6],
        each[1] + each[5] + each[7],
        each[2],
        each[3],
        each[4],
    ]
    row = encode(model.preparation, rows.iloc[[80]])[0]
    output: Output = lambda x: family("mlp").scores(model.estimator, x)  # noqa: E731
    expected = brute(groups, state.background, row, output)
    np.testing.assert_allclose(found.values[0], expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("background", [1, 10])
def test_many_columns_are_unbiased_within_their_errors(background: int) -> None:
    """Over many seeds: the mean is the exact value, and the errors tell the spread."""
    model, rows = networked(10, Task.BINARY, (8,), size=2.5)
    row, draws = encode(model.preparation, rows.iloc[[100]]), 100
    state = METHOD.prepare(model, Asked(background, goal=0.0))
    exact = METHOD.effects(state, row, 1, silent).values[0]
    values, errors = [], []
    for seed in range(draws):
        contest = contests(METHOD.prepare(model, Asked(background, seed)), row, 1)[0]
        so_far = None
        for number in range(max(2, 1 + 30 // background)):
            found = sampled.one_round(contest, number, silent)
            so_far = sampled.with_round(so_far, found)
        values.append(so_far.means.mean(axis=0))
        errors.append(sampled.errors(so_far))
    spread = np.std(values, axis=0, ddof=1)
    assert (spread > 1e-4).any()
    assert (np.abs(np.mean(values, axis=0) - exact) < 4 * spread / np.sqrt(draws) + 1e-6).all()
    stated = np.sqrt(np.mean(np.square(errors), axis=0))
    np.testing.assert_allclose(stated, spread, rtol=0.25, atol=1e-6)
    within = np.abs(np.array(values) - exact) <= 2.0 * np.array(errors) + 1e-6
    assert 0.92 < within.mean() < 0.98


def test_errors_end_below_the_goal_and_values_add_up() -> None:
    model, rows = networked(20, Task.BINARY, size=1.6)
    x = encode(model.preparation, rows.iloc[:6])
    scores = family("mlp").scores(model.estimator, x)
    rough, fine = (
        METHOD.effects(METHOD.prepare(model, Asked(10, goal=goal)), x, 1, silent)
        for goal in (0.02, 0.003)
    )
    for found, goal in ((rough, 0.02), (fine, 0.003)):
        assert 0 < found.errors.max() <= goal
        np.testing.assert_allclose(found.base + found.values.sum(axis=1), scores, atol=1e-12)
    apart = np.abs(rough.values - fine.values) / np.hypot(rough.errors, fine.errors)
    assert 0.5 < np.sqrt((apart**2).mean()) < 1.5


def test_the_goal_of_values_is_in_their_spread() -> None:
    model, rows = networked(14, Task.REGRESSION)
    x = encode(model.preparation, rows.iloc[:2])
    found = METHOD.effects(METHOD.prepare(model, Asked(10, goal=0.05)), x, 0, silent)
    spread = float(model.held_out_scores.std())
    assert 1e-4 * spread < found.errors.max() <= 0.05 * spread


def test_pictures_get_better_and_end_as_the_effects() -> None:
    model, rows = networked(20, Task.BINARY, size=1.6)
    x = encode(model.preparation, rows.iloc[:3])
    state = METHOD.prepare(model, Asked(10, goal=0.004))
    found = list(pictures(state, x, 1))
    largest = [one.errors.max() for one in found]
    assert len(found) > 2
    assert largest[0] > 0.004 >= largest[-1]
    last = METHOD.effects(state, x, 1, silent)
    np.testing.assert_array_equal(found[-1].values, last.values)
    np.testing.assert_array_equal(found[-1].errors, last.errors)


def test_two_columns_acting_together_are_exact_however_many_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Walks forwards and backwards leave no error in interactions of two."""
    model, rows, _ = made(monkeypatch, 14)
    start = [a for a, _ in model.preparation.blocks]

    def pairwise(x: np.ndarray) -> Floats:
        x = x.astype("float64")
        return np.asarray(3 * x[:, start[0]] * x[:, start[5]] - x[:, start[2]] + x[:, start[7]])

    scored_by(monkeypatch, pairwise)
    state, found = effects(model, rows.iloc[[80]], asked=Asked())
    only = [cells(model)[player] for player in (0, 2, 5, 7)]
    row = encode(model.preparation, rows.iloc[[80]])[0]
    expected = np.zeros(14)
    expected[[0, 2, 5, 7]] = brute(only, state.background, row, pairwise)
    np.testing.assert_allclose(found.values[0], expected, atol=1e-9)
    np.testing.assert_allclose(found.errors, 0, atol=1e-9)


def test_the_seed_and_the_row_decide_whatever_stands_beside() -> None:
    model, rows = networked(14, Task.BINARY, size=1.6)
    asked = Asked(10, goal=0.01)
    beside = effects(model, rows.iloc[[80, 81, 80]], asked=asked)[1].values
    alone = effects(model, rows.iloc[[81]], asked=asked)[1].values
    np.testing.assert_allclose(beside[1], alone[0], atol=1e-6)
    np.testing.assert_allclose(beside[0], beside[2], atol=1e-6)
    other = effects(model, rows.iloc[[81]], asked=replace(asked, seed=1))[1].values
    assert np.abs(other - alone).max() > 1e-5


def test_rows_do_not_share_their_errors() -> None:
    """Two alike rows: the correlation of their errors over seeds is about none."""
    model, rows = networked(13, Task.BINARY, size=1.6)
    x = encode(model.preparation, rows.iloc[[80, 80]])
    x[1, 0] += 1e-4
    draws = []
    for seed in range(80):
        state = METHOD.prepare(model, Asked(5, seed=seed, goal=0.1))
        draws.append([one[0] for one in METHOD.effects(state, x, 1, silent).values])
    assert abs(np.corrcoef(np.transpose(draws))[0, 1]) < 0.35


def test_very_many_columns_are_asked_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    model, rows, scores = made(monkeypatch, 300)
    asked_rows: list[int] = []

    def counted(x: np.ndarray) -> Floats:
        asked_rows.append(x.size)
        return scores(x)

    scored_by(monkeypatch, counted)
    _, found = effects(model, rows.iloc[[80]], asked=Asked(background=3, goal=0.5))
    assert max(asked_rows) <= 2 * worth.CELLS_AT_ONCE
    total = found.base + found.values.sum()
    assert total == pytest.approx(scores(encode(model.preparation, rows.iloc[[80]]))[0], abs=1e-9)


def test_it_reports_and_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    model, rows, _ = made(monkeypatch, 14)
    state = METHOD.prepare(model, Asked(background=5, goal=0.05))
    shares: list[float] = []
    x = encode(model.preparation, rows.iloc[:3])
    METHOD.effects(state, x, 1, lambda share, _: shares.append(share))
    assert shares[-1] == 1.0
    assert len(shares) > 6
    assert all(0 <= share <= 1 for share in shares)

    def stop(share: float, stage: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        METHOD.effects(state, x, 1, stop)


def test_no_rows_have_no_effects() -> None:
    model, rows = networked(14, Task.BINARY)
    _, found = effects(model, rows.iloc[:0])
    assert found.values.shape == found.errors.shape == (0, 14)


@pytest.mark.parametrize("task", [Task.BINARY, Task.REGRESSION])
def test_the_values_are_those_of_shap_on_the_users_columns(task: Task) -> None:
    """shap plays the user's columns as row numbers into the cells that they may hold."""
    model = trained("svm", task)
    state = METHOD.prepare(model, Asked())
    row = table().iloc[[101]]
    found = METHOD.effects(state, encode(model.preparation, row), 1, silent)
    names = [column.name for column in model.spec.features]
    places = np.unique(np.linspace(0, len(model.background) - 1, BACKGROUND_ROWS).astype(int))
    behind = model.background.iloc[places]
    cells = pd.concat([behind, row[names]], ignore_index=True)

    def f(places: np.ndarray) -> Floats:
        mixed = {n: cells[n].to_numpy()[places[:, i].astype(int)] for i, n in enumerate(names)}
        x = encode(model.preparation, pd.DataFrame(mixed))
        return np.asarray(family("svm").scores(model.estimator, x))

    background = np.tile(np.arange(len(cells) - 1.0)[:, None], len(names))
    last = np.full((1, len(names)), len(cells) - 1.0)
    theirs = shap.KernelExplainer(f, background).shap_values(last, silent=True)
    scale = float(np.abs(theirs).max())
    np.testing.assert_allclose(found.values, theirs, atol=1e-7 * max(scale, 1.0))


def test_the_background_is_spread_over_what_the_model_keeps() -> None:
    model, rows = networked(3, Task.BINARY)
    state = METHOD.prepare(model, Asked())
    assert METHOD.background(state) == BACKGROUND_ROWS
    np.testing.assert_array_equal(state.background, backdrop(model, BACKGROUND_ROWS))
    few = METHOD.prepare(replace(model, background=rows.iloc[:7]), Asked())
    np.testing.assert_array_equal(few.background, encode(model.preparation, rows.iloc[:7]))
