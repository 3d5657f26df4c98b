"""Slopes carry a difference of raw outputs over to the chances, whole."""

from __future__ import annotations

import numpy as np
import pytest

from core.explain.shapley.slopes import slopes
from core.models.family import Floats, Task
from core.models.outputs import shown


def both(task: Task, raw: Floats) -> Floats:
    return shown(task, raw).reshape(raw.shape)


@pytest.mark.parametrize("scale", [1e-9, 0.1, 3.0, 40.0, 900.0])
@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
def test_slopes_carry_any_difference(task: Task, scale: float) -> None:
    chance = np.random.default_rng(3)
    outputs = 1 if task is Task.BINARY else 4
    raw, worth = chance.normal(size=(5, outputs)), chance.normal(size=(6, outputs))
    raw, worth = raw * scale, worth * scale
    slope = slopes(task, raw, worth)
    apart = raw[:, None] - worth[None]
    found = np.einsum("nbij,nbj->nbi", slope, apart)
    expected = both(task, raw)[:, None] - both(task, worth)[None]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    assert (np.diagonal(slope, axis1=2, axis2=3) >= 0).all()


def test_slopes_of_a_row_against_itself_are_the_derivative() -> None:
    raw = np.array([[0.3, -1.0, 2.0]])
    p = both(Task.MULTICLASS, raw)[0]
    np.testing.assert_allclose(
        slopes(Task.MULTICLASS, raw, raw)[0, 0], np.diag(p) - np.outer(p, p), atol=1e-15
    )
    p1 = both(Task.BINARY, raw[:, :1])[0, 0]
    assert slopes(Task.BINARY, raw[:, :1], raw[:, :1])[0, 0, 0, 0] == pytest.approx(p1 * (1 - p1))
    still = slopes(Task.BINARY, np.array([[-80.0]]), np.array([[-80.0]]))[0, 0, 0, 0]
    assert still == pytest.approx(np.exp(-80), rel=1e-12)  # not lost beside 1
