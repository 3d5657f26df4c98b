"""Exact values of a kernel machine's raw outputs, against every coalition and against shap."""

from __future__ import annotations

from itertools import product
from threading import Thread

import numpy as np
import pytest
import shap
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.explain.shapley import product as module
from core.explain.shapley.product import LANES, Form, game, margins
from core.explain.shapley.quadrature import enough
from core.models.family import Floats, Task
from core.models.kernel import Machine, raw_outputs
from core.progress import Cancelled, silent
from core.train.preparation import encode
from tests.core.explain.models import table, trained
from tests.core.explain.shapley.kernels import blocks, brute, machine, matrix


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("columns", [1, 2, 7, 8, 10])
def test_values_are_those_of_all_coalitions(columns: int, task: Task) -> None:
    of, background = blocks(columns), matrix(6, columns, 1)
    svm, x = machine(task, columns), matrix(2, columns, 2)
    found = margins(game(svm, of, background), x, silent)
    expected = [brute(lambda z: raw_outputs(svm, z), row, background, of) for row in x]
    np.testing.assert_allclose(found.values, expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.base, raw_outputs(svm, background).mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(found.raw, raw_outputs(svm, x), rtol=0, atol=1e-12)


@pytest.mark.parametrize("gamma", [1e-6, 1e-2, 5.0, 400.0, 1e5])
def test_flat_and_sharp_kernels(gamma: float) -> None:
    """Factors that are all but one, and factors of zero."""
    svm, background = machine(Task.BINARY, 8, gamma=gamma), matrix(5, 8, 1)
    x = svm.points[:2].astype("float32")
    x[1, 0] = 1e6
    found = margins(game(svm, blocks(8), background), x, silent).values
    expected = [brute(lambda z: direct(svm, z), row, background, blocks(8)) for row in x]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def direct(svm: Machine, x: Floats) -> Floats:
    """Raw outputs by differences, which keep near points apart far from the middle."""
    apart = ((x[:, None, :].astype("float64") - svm.points) ** 2).sum(axis=2)
    return np.asarray(np.exp(-svm.gamma * apart) @ svm.alphas + svm.bias)


@pytest.mark.parametrize("task", list(Task))
def test_averages_stand_for_every_mix_of_background_cells(task: Task) -> None:
    """Marginals: the background is every combination of the background's columns."""
    columns, of = 4, blocks(4)
    svm, background, x = machine(task, columns), matrix(3, columns, 1), matrix(2, columns, 2)
    found = margins(game(svm, of, background, Form.MARGINALS), x, silent)
    mixes = [
        np.concatenate([background[i, slice(*of[c])] for c, i in enumerate(picks)])
        for picks in product(range(3), repeat=columns)
    ]
    every = np.array(mixes)
    expected = [brute(lambda z: raw_outputs(svm, z), row, every, of) for row in x]
    np.testing.assert_allclose(found.values, expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.base, raw_outputs(svm, every).mean(axis=0), atol=1e-12)
    assert found.form is Form.MARGINALS
    assert found.background == 3


def test_one_background_row_is_its_own_average() -> None:
    svm, background, x = machine(Task.MULTICLASS, 9), matrix(1, 9, 1), matrix(5, 9, 2)
    joint, averaged = (margins(game(svm, blocks(9), background, f), x, silent) for f in Form)
    np.testing.assert_allclose(joint.values, averaged.values, rtol=0, atol=1e-13)
    np.testing.assert_allclose(joint.base, averaged.base, rtol=0, atol=1e-13)


@pytest.mark.parametrize("task", list(Task))
def test_values_of_a_trained_machine_are_those_of_shap(task: Task) -> None:
    """shap plays row numbers of the users' columns into the cells that they may hold."""
    model = trained("svm", task)
    of = model.preparation.blocks
    cells = encode(model.preparation, table().iloc[:13])
    svm = model.estimator

    def f(places: Floats) -> Floats:
        mixed = [cells[places[:, i].astype(int), slice(*of[i])] for i in range(len(of))]
        return raw_outputs(svm, np.concatenate(mixed, axis=1))

    background = np.tile(np.arange(12.0)[:, None], len(of))
    last = np.full((1, len(of)), 12.0)
    theirs = shap.KernelExplainer(f, background).shap_values(last, silent=True)
    found = margins(game(svm, of, cells[:12]), cells[12:], silent).values
    scale = max(1.0, float(np.abs(theirs).max()))
    np.testing.assert_allclose(found, theirs.reshape(found.shape), atol=1e-9 * scale)


def test_fewer_nodes_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    svm, x = machine(Task.BINARY, 80, gamma=0.004), matrix(2, 80, 2)
    state = game(svm, blocks(80), matrix(5, 80, 1))
    few = margins(state, x, silent).values
    asked: list[int] = []

    def exact(players: NDArray[np.int64], reach: Floats, columns: int) -> NDArray[np.int64]:
        asked.append(int(enough(players, reach, columns).max()))
        return np.asarray((players + 1) // 2)

    monkeypatch.setattr(module, "enough", exact)
    np.testing.assert_allclose(few, margins(state, x, silent).values, rtol=0, atol=1e-14)
    assert asked[0] < 20


@settings(max_examples=30)
@given(
    columns=st.integers(1, 40),
    points=st.sampled_from([1, 2, LANES - 1, LANES, LANES + 1, 3 * LANES + 7]),
    gamma=st.floats(1e-4, 3.0),
    form=st.sampled_from(Form),
)
def test_they_add_up(columns: int, points: int, gamma: float, form: Form) -> None:
    svm = machine(Task.MULTICLASS, columns, points, gamma)
    x = matrix(3, columns, 2)
    found = margins(game(svm, blocks(columns), matrix(4, columns, 1), form), x, silent)
    total = found.base + found.values.sum(axis=1)
    np.testing.assert_allclose(total, raw_outputs(svm, x), rtol=0, atol=1e-11)


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
def test_one_row_equals_many_however_they_are_cut(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    svm, x = machine(task, 12, points=700), matrix(40, 12, 2)
    state = game(svm, blocks(12), matrix(20, 12, 1))
    many = margins(state, x, silent)
    for i in range(40):
        alone = margins(state, x[i : i + 1], silent)
        np.testing.assert_array_equal(alone.values[0], many.values[i])
        np.testing.assert_array_equal(alone.raw[0], many.raw[i])
    monkeypatch.setattr(module, "STEPS_OF_A_SLICE", 1)
    np.testing.assert_array_equal(margins(state, x[:4], silent).values, many.values[:4])


def test_a_background_too_large_to_keep_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    svm, x, background = machine(Task.BINARY, 12, points=300), matrix(4, 12, 2), matrix(30, 12, 1)
    kept = game(svm, blocks(12), background)
    monkeypatch.setattr(module, "KEPT_CELLS", 0)
    again = game(svm, blocks(12), background)
    assert kept.others is not None
    assert again.others is None
    first, second = (margins(state, x, silent).values for state in (kept, again))
    np.testing.assert_array_equal(first, second)


def test_a_column_of_equal_cells_gets_nothing() -> None:
    svm, background, x = machine(Task.BINARY, 8), matrix(5, 8, 1), matrix(1, 8, 2)
    x[:, slice(*blocks(8)[1])] = background[:, slice(*blocks(8)[1])] = (0, 1, 0, 0)
    values = margins(game(svm, blocks(8), background), x, silent).values
    assert values[0, 1, 0] == 0.0
    assert (np.delete(values[0, :, 0], 1) != 0).all()
    same = margins(game(svm, blocks(8), x), x, silent)
    np.testing.assert_array_equal(same.values, 0)


def test_it_reports_and_stops_between_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STEPS_OF_A_SLICE", 1)
    state = game(machine(Task.BINARY, 5), blocks(5), matrix(5, 5, 1))
    told: list[float] = []

    def report(share: float, stage: str) -> None:
        told.append(share)
        if len(told) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        margins(state, matrix(8, 5, 2), report)
    assert told == [0, 1 / 8, 2 / 8]


def test_it_stops_within_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CELLS_AT_ONCE", 1)
    state = game(machine(Task.BINARY, 5, points=8 * LANES), blocks(5), matrix(5, 5, 1))
    told: list[float] = []

    def report(share: float, stage: str) -> None:
        told.append(share)
        if share >= 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        margins(state, matrix(1, 5, 2), report)
    assert told == [0, 1 / 8, 2 / 8, 3 / 8, 4 / 8]


def test_no_rows() -> None:
    found = margins(
        game(machine(Task.MULTICLASS, 5), blocks(5), matrix(5, 5, 1)), matrix(0, 5, 2), silent
    )
    assert found.values.shape == (0, 5, 3)


def test_two_people_at_the_same_time() -> None:
    svm, x = machine(Task.BINARY, 12, points=700), matrix(6, 12, 2)
    state = game(svm, blocks(12), matrix(20, 12, 1))
    expected, found = margins(state, x, silent).values, {}

    def ask(who: int) -> None:
        found[who] = margins(state, x, silent).values

    people = [Thread(target=ask, args=(who,)) for who in range(4)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    for values in found.values():
        np.testing.assert_array_equal(values, expected)
    assert len(found) == 4
