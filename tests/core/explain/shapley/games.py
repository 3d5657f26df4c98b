"""Tables, crooked models and Shapley's formula done naively, for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, pairwise
from math import factorial
from typing import Any

import numpy as np
import pandas as pd

from core.models.family import Encoding, Floats, Matrix, Task
from core.models.network import Network
from core.schema import Column, Kind
from core.train.preparation import learned
from core.train.training import TrainedModel
from tests.core.explain.models import trained

Output = Callable[[np.ndarray], Floats]


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


def of_columns(columns: int, task: Task, family: str = "linear") -> tuple[TrainedModel, Any]:
    """A model of so many columns without an estimator of its own, and its table."""
    rows, schema = wide(columns)
    preparation = learned(rows, schema, np.zeros(len(rows)), Task.REGRESSION, Encoding.SCALED)
    model = trained("linear", task)
    spec = replace(model.spec, features=schema, family=family, seed=0)
    model = replace(model, spec=spec, preparation=preparation, background=rows.iloc[:70])
    return model, rows


def networked(
    columns: int, task: Task, hidden: tuple[int, ...] = (16, 8), size: float = 1.3
) -> tuple[TrainedModel, pd.DataFrame]:
    """A network of weights drawn at random; ``size`` says how crooked."""
    model, rows = of_columns(columns, task, "mlp")
    chance = np.random.default_rng(5)
    widths = (model.preparation.blocks[-1][1], *hidden, 3 if task is Task.MULTICLASS else 1)
    layers = [
        chance.normal(0, size * np.sqrt(2 / a), (a, b)).astype("float32")
        for a, b in pairwise(widths)
    ]
    biases = [chance.normal(0, 0.3, b).astype("float32") for b in widths[1:]]
    scale, shift = (30.0, 100.0) if task is Task.REGRESSION else (1.0, 0.0)
    return replace(model, estimator=Network(task, tuple(layers), tuple(biases), scale, shift)), rows


def chosen(scores: Output, task: Task, of: int) -> Output:
    """One output of the scores."""
    return (lambda x: scores(x)[:, of]) if task is Task.MULTICLASS else scores


def coalition_worths(
    groups: list[list[int]], background: Matrix, row: Matrix, output: Output
) -> dict[tuple[int, ...], float]:
    """Every coalition's mean output; ``groups`` are the cells of each player."""
    found: dict[tuple[int, ...], float] = {}
    for size in range(len(groups) + 1):
        for coalition in combinations(range(len(groups)), size):
            mixed = background.copy()
            for player in coalition:
                mixed[:, groups[player]] = row[groups[player]]
            found[coalition] = float(output(mixed).mean())
    return found


def brute(groups: list[list[int]], background: Matrix, row: Matrix, output: Output) -> list[float]:
    """Shapley's formula, naively."""
    worth, players = coalition_worths(groups, background, row, output), len(groups)
    effects = [0.0] * players
    for coalition, value in worth.items():
        size = len(coalition)
        if size == players:
            continue
        share = factorial(size) * factorial(players - size - 1) / factorial(players)
        for player in set(range(players)) - set(coalition):
            effects[player] += share * (worth[tuple(sorted((*coalition, player)))] - value)
    return effects


def cells(model: TrainedModel) -> list[list[int]]:
    """The cells of each column."""
    return [list(range(start, stop)) for start, stop in model.preparation.blocks]
