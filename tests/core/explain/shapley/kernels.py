"""Kernel machines on columns of every kind, and Shapley's formula without any shortcut."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import factorial

import numpy as np

from core.models.family import Floats, Matrix, Task
from core.models.kernel import Machine

Blocks = tuple[tuple[int, int], ...]
OUTPUTS = {Task.REGRESSION: 1, Task.BINARY: 1, Task.MULTICLASS: 3}


def blocks(columns: int) -> Blocks:
    """In turn a number, a one-hot column, a number with its missing indicator and a yes/no."""
    stops = np.cumsum([(1, 4, 2, 1)[place % 4] for place in range(columns)])
    return tuple(zip((0, *map(int, stops[:-1])), map(int, stops), strict=True))


def matrix(rows: int, columns: int, seed: int) -> Matrix:
    """Rows such as a preparation encodes."""
    chance = np.random.default_rng(seed)
    x = chance.normal(size=(rows, blocks(columns)[-1][1])).astype("float32")
    for place, (start, stop) in enumerate(blocks(columns)):
        if place % 4 == 1:
            x[:, start:stop] = np.eye(5)[chance.integers(0, 5, rows), :4]
        if place % 4 == 2:
            missing = chance.random(rows) < 0.3
            x[:, start + 1], x[missing, start] = missing, -0.25
        if place % 4 == 3:
            x[:, start] = chance.integers(0, 2, rows)
    return x


def machine(task: Task, columns: int, points: int = 90, gamma: float = 0.15) -> Machine:
    """A machine of points and alphas drawn at random."""
    chance = np.random.default_rng(5)
    size = OUTPUTS[task]
    where = matrix(points, columns, 6).astype("float64")
    alphas = chance.normal(size=(points, size))
    return Machine(task, gamma, where, alphas, chance.normal(size=size))


def brute(
    output: Callable[[Matrix], Floats], row: Matrix, background: Matrix, of: Blocks
) -> Floats:
    """Every coalition, a mixed table each: (columns, outputs)."""
    players = range(len(of))
    worth: dict[tuple[int, ...], Floats] = {}
    for size in range(len(of) + 1):
        for coalition in combinations(players, size):
            mixed = background.copy()
            for player in coalition:
                start, stop = of[player]
                mixed[:, start:stop] = row[start:stop]
            worth[coalition] = output(mixed).reshape(len(mixed), -1).mean(axis=0)
    effects = np.zeros((len(of), len(worth[()])))
    for player in players:
        for coalition, value in worth.items():
            if player not in coalition:
                joined = tuple(sorted((*coalition, player)))
                size = len(coalition)
                weight = factorial(size) * factorial(len(of) - size - 1) / factorial(len(of))
                effects[player] += weight * (worth[joined] - value)
    return effects
