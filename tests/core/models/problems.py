"""Small learnable problems for the tests of this room."""

from __future__ import annotations

import numpy as np
import pytest

from core.models.engine import Engine, engine
from core.models.family import Floats, Problem, Task

needs_quick = pytest.mark.skipif(
    engine() is not Engine.QUICK, reason="scikit-learn-intelex is not on this machine"
)


def problem(
    task: Task, rows: int = 400, columns: int = 5, seed: int = 0, share: float = 0.3
) -> Problem:
    """Rows whose target depends on the first two columns; ``share`` is the second class's."""
    chance = np.random.default_rng(seed)
    x = chance.normal(size=(rows, columns)).astype("float32")
    signal = 2.0 * x[:, 0] + x[:, 1 % columns] + chance.normal(size=rows) * 0.5
    if task is Task.REGRESSION:
        return Problem(task, x, (500 + 40 * signal).astype("float64"), np.ones(rows))
    cuts = [1 - share] if task is Task.BINARY else [0.3, 0.6]
    y = np.digitize(signal, np.quantile(signal, cuts)).astype("int64")
    return Problem(task, x, y, np.ones(rows), len(cuts) + 1, np.ones(len(cuts) + 1))


def balanced(given: Problem) -> Problem:
    """The same problem with every class weighing the same."""
    each: Floats = len(given.y) / (given.classes * np.bincount(given.y))
    return Problem(given.task, given.x, given.y, each[given.y], given.classes, each)


def loss(task: Task, scores: Floats, y: Floats) -> float:
    """Brier score of the chances, or mean squared error of the values."""
    if task is Task.MULTICLASS:
        return float(((scores - np.eye(scores.shape[1])[y]) ** 2).sum(axis=1).mean())
    return float(((scores - y) ** 2).mean())
