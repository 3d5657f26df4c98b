"""Effects on the chance add up to it, and say how they were made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.explain.shapley.margin import Carried, carried_by, shown_effects
from core.explain.shapley.product import Form, game, margins
from core.models.family import Floats, Task
from core.models.kernel import scores
from core.models.outputs import shown
from core.progress import silent
from tests.core.explain.shapley.kernels import blocks, brute, machine, matrix


def both(task: Task, raw: Floats) -> Floats:
    return shown(task, raw).reshape(raw.shape)


@pytest.mark.parametrize("way", list(Carried))
@pytest.mark.parametrize("task", list(Task))
def test_effects_add_up_to_the_shown_scores(task: Task, way: Carried) -> None:
    if way is (Carried.CORRECTED if task is Task.REGRESSION else Carried.UNCHANGED):
        return
    svm, background, x = machine(task, 7), matrix(6, 7, 1), matrix(4, 7, 2)
    found = shown_effects(game(svm, blocks(7), background), x, silent, way)
    total = found.base + found.values.sum(axis=1)
    np.testing.assert_allclose(total, scores(svm, x).reshape(total.shape), rtol=0, atol=1e-12)
    mean = scores(svm, background).reshape(6, -1).mean(axis=0)
    np.testing.assert_allclose(found.base, mean, rtol=0, atol=1e-12)
    assert (found.carried, found.form, found.background) == (way, Form.JOINT, 6)
    assert (found.errors > 0).any() == (way is Carried.CORRECTED)
    if task is Task.MULTICLASS:
        np.testing.assert_allclose(found.values.sum(axis=2), 0, atol=1e-12)


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
def test_averages_add_up_from_their_own_base(task: Task) -> None:
    svm, background, x = machine(task, 20), matrix(6, 20, 1), matrix(4, 20, 2)
    state = game(svm, blocks(20), background, Form.MARGINALS)
    found = shown_effects(state, x, silent)
    total = found.base + found.values.sum(axis=1)
    np.testing.assert_allclose(total, scores(svm, x).reshape(total.shape), rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.base, both(task, state.worth)[0], atol=1e-14)
    assert (found.carried, found.form) == (Carried.RESCALED, Form.MARGINALS)


def test_few_columns_give_the_chances_own_values() -> None:
    svm, background, x = machine(Task.BINARY, 8), matrix(6, 8, 1), matrix(1, 8, 2)
    found = shown_effects(game(svm, blocks(8), background), x, silent)
    assert found.carried is Carried.ENUMERATED
    expected = brute(lambda z: scores(svm, z), x[0], background, blocks(8))
    np.testing.assert_allclose(found.values[0], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
def test_rescaled_are_the_chances_own_where_the_link_is_all_but_straight(task: Task) -> None:
    svm = machine(task, 7)
    svm = replace(svm, alphas=svm.alphas * 1e-4)
    state, x = game(svm, blocks(7), matrix(6, 7, 1)), matrix(3, 7, 2)
    exact = shown_effects(state, x, silent, Carried.ENUMERATED).values
    quick = shown_effects(state, x, silent, Carried.RESCALED).values
    scale = np.abs(exact).max()
    np.testing.assert_allclose(quick / scale, exact / scale, atol=1e-3)


def test_one_row_against_one_is_the_margin_times_the_secant() -> None:
    svm, background, x = machine(Task.BINARY, 15), matrix(1, 15, 1), matrix(1, 15, 2)
    state = game(svm, blocks(15), background)
    raw = margins(state, x, silent)
    found = shown_effects(state, x, silent, Carried.RESCALED)
    low, high = scores(svm, background)[0], scores(svm, x)[0]
    secant = (high - low) / (raw.raw[0, 0] - raw.base[0])
    np.testing.assert_allclose(found.values, raw.values * secant, rtol=1e-9)


def test_a_value_is_its_own_margin() -> None:
    svm, background, x = machine(Task.REGRESSION, 7), matrix(6, 7, 1), matrix(3, 7, 2)
    state = game(svm, blocks(7), background)
    found = shown_effects(state, x, silent)
    assert found.carried is carried_by(state) is Carried.UNCHANGED
    np.testing.assert_array_equal(found.values, margins(state, x, silent).values)
