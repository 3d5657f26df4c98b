"""Estimated effects on the chance: unbiased, adding up, with errors that are true."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.explain.shapley import corrected as module
from core.explain.shapley.coalitions import enumerated
from core.explain.shapley.corrected import Stop, corrected
from core.explain.shapley.margin import Carried, carried_by, shown_effects
from core.explain.shapley.product import LANES, Game, game
from core.models.family import Task
from core.models.kernel import scores
from core.progress import Cancelled, silent
from tests.core.explain.shapley.kernels import blocks, brute, machine, matrix

ANY = Stop(goal=np.inf, seed=0)


def made(task: Task, columns: int, behind: int = 6, points: int = 90) -> Game:
    return game(machine(task, columns, points), blocks(columns), matrix(behind, columns, 1))


@pytest.mark.parametrize("columns", [8, 10])
@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
def test_values_are_those_of_all_coalitions_within_the_errors(task: Task, columns: int) -> None:
    background, row = matrix(6, columns, 1), matrix(1, columns, 2)
    found = corrected(made(task, columns), row, Stop(goal=0.001, seed=1), silent)
    svm, of = machine(task, columns), blocks(columns)
    expected = brute(lambda z: scores(svm, z), row[0], background, of)
    assert 0 < found.errors.max() <= 0.001
    np.testing.assert_array_less(np.abs(found.values[0] - expected), 4.5 * found.errors[0] + 1e-12)


@pytest.mark.parametrize(("behind", "task"), [(20, Task.BINARY), (1, Task.MULTICLASS)])
def test_errors_are_the_spread_over_seeds(behind: int, task: Task) -> None:
    """And the mean over seeds is the exact value."""
    state, row = made(task, 9, behind), matrix(1, 9, 2)
    runs = [corrected(state, row, Stop(np.inf, seed), silent) for seed in range(300)]
    values = np.array([run.values[0] for run in runs])
    told = np.sqrt(np.mean([run.errors[0] ** 2 for run in runs], axis=0))
    spread = values.std(axis=0, ddof=1)
    random = told > 1e-5  # a column of equal cells has nothing to estimate
    assert random.any(axis=1).sum() >= 7
    np.testing.assert_allclose(spread[random], told[random], rtol=0.15)
    off = values.mean(axis=0) - enumerated(state, row, silent)[0]
    assert np.abs(off[random] / spread[random]).max() < 4 / np.sqrt(300)
    np.testing.assert_allclose(off[~random], 0, atol=1e-12)


def test_each_error_alone_is_near_the_spread() -> None:
    """One run has enough orders to tell its own error."""
    state, row = made(Task.BINARY, 9, 20), matrix(1, 9, 2)
    errors = np.array([corrected(state, row, Stop(np.inf, s), silent).errors for s in range(60)])
    middle = np.sqrt((errors**2).mean(axis=0))
    assert (np.abs(errors / middle - 1) < 0.25).mean() > 0.6
    assert np.abs(errors / middle - 1).max() < 1.0


@pytest.mark.parametrize("goal", [0.01, 0.0005])
def test_it_goes_on_until_no_error_is_above_the_goal(goal: float) -> None:
    found = corrected(made(Task.BINARY, 20), matrix(3, 20, 2), Stop(goal, 0), silent)
    assert found.errors.max() <= goal


def test_an_error_out_of_reach_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ORDERS_AT_MOST", 24)
    state, row = made(Task.BINARY, 15), matrix(1, 15, 2)
    found = corrected(state, row, Stop(0.0, 0), silent)
    first = corrected(state, row, ANY, silent)
    assert 0 < found.errors.max() < first.errors.max()


@settings(max_examples=25)
@given(
    columns=st.integers(1, 25),
    behind=st.integers(1, 8),
    points=st.sampled_from([1, LANES, 2 * LANES + 3]),
    seed=st.integers(0, 2**32),
    task=st.sampled_from([Task.BINARY, Task.MULTICLASS]),
)
def test_they_add_up(columns: int, behind: int, points: int, seed: int, task: Task) -> None:
    x, state = matrix(2, columns, 2), made(task, columns, behind, points)
    found = shown_effects(state, x, silent, Carried.CORRECTED, Stop(np.inf, seed))
    total = found.base + found.values.sum(axis=1)
    expected = scores(machine(task, columns, points), x).reshape(total.shape)
    np.testing.assert_allclose(total, expected, rtol=0, atol=1e-12)
    if task is Task.MULTICLASS:
        np.testing.assert_allclose(found.values.sum(axis=2), 0, atol=1e-12)


def test_pairs_of_columns_need_no_luck() -> None:
    """Two columns that differ have two orders: nothing is left to chance."""
    state, x = made(Task.BINARY, 9), np.array(matrix(6, 9, 1)[:1])
    x[0, slice(*blocks(9)[0])] += 0.7
    x[0, slice(*blocks(9)[4])] -= 0.9
    state = game(machine(Task.BINARY, 9), blocks(9), matrix(6, 9, 1)[:1])
    found = corrected(state, x, ANY, silent)
    np.testing.assert_allclose(found.values, enumerated(state, x, silent), rtol=0, atol=1e-14)
    assert found.errors.max() < 1e-9
    assert np.count_nonzero(found.values) == 2


def test_a_row_of_the_background_against_itself_has_no_reasons() -> None:
    x = matrix(1, 9, 1)
    found = corrected(game(machine(Task.BINARY, 9), blocks(9), x), x, ANY, silent)
    np.testing.assert_array_equal(found.values, 0)
    np.testing.assert_array_equal(found.errors, 0)


def test_one_row_equals_many_and_the_seed_repeats() -> None:
    state, x = made(Task.BINARY, 14, 10, 300), matrix(30, 14, 2)
    stop = Stop(goal=0.002, seed=7)
    many = corrected(state, x, stop, silent)
    for i in (0, 13, 29):
        alone = corrected(state, x[i : i + 1], stop, silent)
        np.testing.assert_array_equal(alone.values[0], many.values[i])
        np.testing.assert_array_equal(alone.errors[0], many.errors[i])
    other = corrected(state, x[:1], Stop(0.002, 8), silent)
    assert (other.values[0] != many.values[0]).any()


def test_a_background_too_large_to_keep_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.explain.shapley import product

    x = matrix(2, 12, 2)
    kept = corrected(made(Task.BINARY, 12, 30, 300), x, ANY, silent)
    monkeypatch.setattr(product, "KEPT_CELLS", 0)
    state = made(Task.BINARY, 12, 30, 300)
    assert state.others is None
    np.testing.assert_array_equal(corrected(state, x, ANY, silent).values, kept.values)


def test_many_columns_are_estimated_and_few_are_not() -> None:
    assert carried_by(made(Task.BINARY, 20)) is Carried.CORRECTED
    assert carried_by(made(Task.BINARY, 6)) is Carried.ENUMERATED


def test_it_stops_when_told() -> None:
    def report(share: float, stage: str) -> None:
        if share > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        corrected(made(Task.BINARY, 14, points=20 * LANES), matrix(400, 14, 2), ANY, report)


def test_no_rows() -> None:
    found = corrected(made(Task.MULTICLASS, 5), matrix(0, 5, 2), ANY, silent)
    assert found.values.shape == found.errors.shape == (0, 5, 3)
