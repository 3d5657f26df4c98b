"""Links, prior shifts and losses, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from core.models.family import Task
from core.models.outputs import (
    levelled,
    prior_shift,
    row_losses,
    shown,
    smoothed,
    straightened,
    target_columns,
)


def test_links_are_sigmoid_softmax_and_nothing() -> None:
    far = np.array([[0.0], [1000.0], [-1000.0], [np.log(3)]])
    np.testing.assert_allclose(shown(Task.BINARY, far), [0.5, 1.0, 0.0, 0.75])
    logits = np.log([[1.0, 1.0, 2.0]]) + 900
    np.testing.assert_allclose(shown(Task.MULTICLASS, logits), [[0.25, 0.25, 0.5]])
    np.testing.assert_allclose(shown(Task.REGRESSION, np.array([[7.0]])), [7.0])


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
def test_the_shift_divides_each_chance_by_its_weight(task: Task) -> None:
    weights = np.array([0.5, 4.0] if task is Task.BINARY else [0.5, 4.0, 2.0])
    raw = np.array([[0.3]] if task is Task.BINARY else [[0.3, -1.0, 2.0]])
    before = shown(task, raw)
    chances = np.array([1 - before[0], before[0]]) if task is Task.BINARY else before[0]
    expected = chances / weights / (chances / weights).sum()
    after = shown(task, raw + prior_shift(task, weights))
    np.testing.assert_allclose(after[0], expected[1] if task is Task.BINARY else expected)


def test_losses_are_minus_log_of_the_chance_of_the_truth() -> None:
    raw, y = np.array([[0.4], [-2.0]]), np.array([1, 0])
    chance = shown(Task.BINARY, raw)
    found = row_losses(Task.BINARY, raw, target_columns(Task.BINARY, y, 2))
    np.testing.assert_allclose(found, [-np.log(chance[0]), -np.log(1 - chance[1])])
    raw = np.array([[0.4, 1.0, -3.0]])
    found = row_losses(Task.MULTICLASS, raw, target_columns(Task.MULTICLASS, np.array([2]), 3))
    np.testing.assert_allclose(found, -np.log(shown(Task.MULTICLASS, raw)[:, 2]))
    found = row_losses(Task.REGRESSION, np.array([[3.0]]), np.array([[5.0]]))
    np.testing.assert_allclose(found, [4.0])


@pytest.mark.parametrize("outputs", [1, 3])
def test_levelled_chances_have_the_means_of_the_targets(outputs: int) -> None:
    chance = np.random.default_rng(0)
    raw = chance.normal(size=(500, outputs)) * 3 + 4 * np.arange(outputs)
    y = chance.choice(max(2, outputs), 500, p=[0.98, 0.02] if outputs == 1 else [0.7, 0.27, 0.03])
    task = Task.BINARY if outputs == 1 else Task.MULTICLASS
    targets = target_columns(task, y, outputs)
    after = shown(task, raw + levelled(task, raw, targets)).reshape(raw.shape)
    np.testing.assert_allclose(after.mean(axis=0), targets.mean(axis=0), atol=1e-9)


def test_smoothed_answers_give_all_their_share() -> None:
    np.testing.assert_allclose(smoothed(np.array([[0.0], [1.0]]), 0.2), [[0.1], [0.9]])
    np.testing.assert_allclose(smoothed(np.eye(4)[:1], 0.2), [[0.85, 0.05, 0.05, 0.05]])


def test_two_classes_are_straightened_as_logistic_regression_does() -> None:
    chance = np.random.default_rng(0)
    raw = chance.normal(size=(4000, 1))
    y = (chance.random(4000) < shown(Task.BINARY, 1.7 * raw - 0.6)).astype("float64")
    weights = np.where(y == 1, 2.0, 1.0)
    found = straightened(Task.BINARY, raw, y[:, None], weights, 1.2)
    theirs = LogisticRegression(C=1e9, tol=1e-9).fit(raw, y, sample_weight=weights)
    assert found[0] == pytest.approx(theirs.coef_[0, 0], abs=5e-3)  # but for one row's pull
    assert found[1][0] == pytest.approx(theirs.intercept_[0], abs=5e-3)


def test_several_classes_are_straightened_to_real_shares() -> None:
    chance = np.random.default_rng(0)
    true = chance.normal(size=(6000, 3)) * 1.5 + np.array([0.5, 0.0, -1.0])
    y = (shown(Task.MULTICLASS, true).cumsum(axis=1) < chance.random((6000, 1))).sum(axis=1)
    raw, targets = true / 1.5 + 0.3, np.eye(3)[y]
    steepness, shifts = straightened(Task.MULTICLASS, raw, targets, np.ones(6000), 1.0)
    assert steepness == pytest.approx(1.5, abs=0.1)
    after = shown(Task.MULTICLASS, raw * steepness + shifts)
    np.testing.assert_allclose(after.mean(axis=0), targets.mean(axis=0), atol=1e-3)


def test_where_there_is_nothing_to_go_by_it_stays_where_it_starts() -> None:
    raw, targets = np.zeros((6, 1)), np.array([[0.0], [1.0]] * 3)
    steepness, shifts = straightened(Task.BINARY, raw, targets, np.ones(6), 1.25)
    assert (steepness, shifts.tolist()) == (1.25, [0.0])
