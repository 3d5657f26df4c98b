"""Packed boosting predicts what scikit-learn predicts, and damage to it is found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from core.models.family import Floats, Matrix, Task
from core.models.packed.trees import Packed, is_whole, predicted, raised
from tests.core.models.packed.boosted import of_boosting

TASKS = list(Task)


def rows(many: int, seed: int = 0) -> Matrix:
    return np.random.default_rng(seed).normal(size=(many, 4)).astype("float32")


def grown(task: Task, rounds: int = 12) -> Any:
    x = rows(500)
    signal = x[:, 0] + x[:, 1] ** 2
    if task is Task.REGRESSION:
        return HistGradientBoostingRegressor(max_iter=rounds, random_state=0).fit(x, signal)
    y = np.digitize(signal, [0.5] if task is Task.BINARY else [0.0, 1.0])
    return HistGradientBoostingClassifier(max_iter=rounds, random_state=0).fit(x, y)


def theirs(booster: Any, x: Matrix) -> Floats:
    raw = getattr(booster, "decision_function", booster.predict)(x)
    return np.asarray(raw).reshape(len(x), -1)


@pytest.mark.parametrize("task", TASKS)
def test_it_predicts_what_scikit_learn_predicts(task: Task) -> None:
    booster, x = grown(task), rows(300, seed=3)
    made = of_boosting(booster, 4)
    np.testing.assert_allclose(predicted(made, x), theirs(booster, x), rtol=1e-12, atol=1e-12)
    assert is_whole(made)


@pytest.mark.parametrize("task", TASKS)
def test_its_base_is_the_mean_of_the_training_rows(task: Task) -> None:
    """Every tree was grown on the same rows: the rows in its leaves weigh what they weigh here."""
    made = of_boosting(grown(task), 4)
    np.testing.assert_allclose(made.base, predicted(made, rows(500)).mean(axis=0), atol=1e-12)


def test_a_round_that_splits_nothing_is_a_leaf() -> None:
    flat = HistGradientBoostingRegressor(max_iter=2).fit(np.zeros((50, 2)), np.arange(50.0))
    made = of_boosting(flat, 2)
    assert (list(made.roots), made.depth) == ([-1, -2], 0)
    assert predicted(made, np.zeros((1, 2), "float32")) == pytest.approx(24.5)
    assert predicted(raised(made, np.array([3.0])), np.zeros((1, 2), "float32")) == pytest.approx(
        27.5
    )


@pytest.mark.parametrize("task", TASKS)
def test_what_is_raised_is_raised_once(task: Task) -> None:
    made, x = of_boosting(grown(task), 4), rows(40, seed=9)
    by = np.arange(1.0, 1.0 + len(made.base))
    np.testing.assert_allclose(predicted(raised(made, by), x), predicted(made, x) + by, atol=1e-12)


def damaged(made: Packed, name: str, at: int, value: int) -> Packed:
    """One number of a forest changed."""
    if name == "roots":
        roots = made.roots.copy()
        roots[at % len(roots)] = value
        return replace(made, roots=roots)
    changed = getattr(made.splits, name).copy()
    changed[at % len(changed)] = value
    return replace(made, splits=made.splits._replace(**{name: changed}))


@given(st.sampled_from(["left", "right", "roots"]), st.integers(0, 400), st.integers(-500, 500))
def test_a_number_that_leads_elsewhere_is_found(name: str, at: int, value: int) -> None:
    made = of_boosting(grown(Task.BINARY, 2), 4)
    own = made.roots if name == "roots" else getattr(made.splits, name)
    is_own = own[at % len(own)] == value
    assert is_whole(damaged(made, name, at, value)) is bool(is_own)


def test_arrays_that_do_not_fit_are_found() -> None:
    made = of_boosting(grown(Task.BINARY), 4)
    assert not is_whole(replace(made, depth=made.depth + 1))
    assert not is_whole(replace(made, leaves=made.leaves[:-1]))
    assert not is_whole(replace(made, base=np.zeros(2)))
    assert not is_whole(replace(made, columns=0))
    assert not is_whole(replace(made, roots=made.roots[:-1]))
    assert not is_whole(replace(made, splits=made.splits._replace(share=made.splits.share[:-1])))
    assert not is_whole(replace(made, splits=made.splits._replace(share=made.splits.share + 1)))
