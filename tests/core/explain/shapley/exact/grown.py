"""Forests grown by scikit-learn, and Shapley's formula over all coalitions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from core.models.family import Family, Floats, Matrix, Problem, Task, family
from core.progress import silent

Value = Callable[[tuple[int, ...]], Floats]

COLUMNS = 6


def rows(count: int, columns: int = COLUMNS, seed: int = 5) -> Matrix:
    """Half the columns are rounded, so that values lie on both sides of a split and on it."""
    x = np.random.default_rng(seed).normal(size=(count, columns))
    x[:, ::2] = x[:, ::2].round(1)
    return x.astype("float32")


def classes(x: Matrix, number: int = 2) -> np.ndarray:
    noise = np.random.default_rng(1).normal(size=len(x))
    signal = x[:, 0] * x[:, 1] + x[:, 2] ** 2 + x[:, 3] + noise
    cuts = np.quantile(signal, np.arange(1, number) / number)
    return np.searchsorted(cuts, signal)


def amounts(x: Matrix) -> Floats:
    return (100 * x[:, 0] * x[:, 1] + 20 * x[:, 2] + x[:, -1]).astype("float64")


@cache
def estimator(kind: str) -> Any:
    """A fitted estimator of 400 rows."""
    x = rows(400)
    two, four = classes(x), classes(x, 4)
    forest: dict[str, Any] = {"n_estimators": 12, "random_state": 0}
    made: dict[str, Callable[[], Any]] = {
        "binary": lambda: RandomForestClassifier(**forest, max_depth=5).fit(x, two),
        "classes": lambda: RandomForestClassifier(**forest, max_depth=5).fit(x, four),
        "values": lambda: RandomForestRegressor(**forest, max_depth=5).fit(x, amounts(x)),
        "depth 10": lambda: RandomForestClassifier(**forest, max_depth=10).fit(x, two),
        "unlimited": lambda: RandomForestClassifier(**forest).fit(x, four),
        "unlimited values": lambda: RandomForestRegressor(**forest).fit(x, amounts(x)),
        "best first": lambda: RandomForestClassifier(**forest, max_leaf_nodes=25).fit(x, two),
        "weighted": lambda: RandomForestClassifier(**forest, class_weight="balanced").fit(
            x, two + (x[:, 3] > 1)
        ),
        "tree": lambda: DecisionTreeClassifier(max_depth=6, random_state=0).fit(x, four),
        "value tree": lambda: DecisionTreeRegressor(max_depth=8, random_state=0).fit(x, amounts(x)),
        "one column": lambda: DecisionTreeRegressor(max_depth=7).fit(x * (np.arange(6) == 2), two),
        "one split": lambda: DecisionTreeClassifier(max_depth=1).fit(x, two),
        "one leaf": lambda: RandomForestRegressor(3, random_state=0).fit(x, np.full(400, 2.5)),
        "some one leaf": lambda: RandomForestClassifier(20, random_state=0).fit(
            x[:9], [0] * 8 + [1]
        ),
    }
    return made[kind]()


KINDS = (
    *("binary", "classes", "values", "depth 10", "unlimited", "unlimited values", "best first"),
    *("weighted", "tree", "value tree", "one column", "one split", "one leaf", "some one leaf"),
)


@cache
def of_family(key: str, task: Task) -> Any:
    """A model as the app leaves it: balanced classes, real shares put back."""
    x = rows(400)
    number = {Task.BINARY: 2, Task.MULTICLASS: 3}.get(task, 0)
    y = classes(x, 3) if number == 3 else (classes(x, 5) == 0).astype("int64")
    y = amounts(x) if task is Task.REGRESSION else y
    weights = len(x) / number / np.bincount(y) if number else np.ones(0)
    given = weights[y] if number else np.ones(len(x))
    kind: Family = family(key)
    params = kind.settings({"trees": 10} if key == "forest" else {})
    return kind.fit(params, Problem(task, x, y, given, number, weights), 3, silent).estimator


def trees(fitted: Any) -> list[Any]:
    return [tree.tree_ for tree in getattr(fitted, "estimators_", [fitted])]


def shapley(value: Value, players: int) -> Floats:
    """Shapley's formula over all coalitions (Shapley 1953): (players, outputs)."""
    worth = {
        chosen: value(chosen)
        for size in range(players + 1)
        for chosen in combinations(range(players), size)
    }
    effects = []
    for player in range(players):
        gains = [
            (worth[tuple(sorted((*chosen, player)))] - worth[chosen])
            / (players * comb(players - 1, len(chosen)))
            for chosen in worth
            if player not in chosen
        ]
        effects.append(np.sum(gains, axis=0))
    return np.array(effects)


def followed(tree: Any, row: Floats, known: tuple[int, ...], node: int = 0) -> Floats:
    """The value of a coalition: both branches by their covers where the column is absent."""
    left, right = tree.children_left[node], tree.children_right[node]
    if left < 0:
        return np.asarray(tree.value[node, 0])
    if tree.feature[node] in known:
        goes = left if row[tree.feature[node]] <= tree.threshold[node] else right
        return followed(tree, row, known, goes)
    covers = tree.weighted_n_node_samples[[left, right]]
    both = np.array([followed(tree, row, known, child) for child in (left, right)])
    return np.asarray(covers @ both / covers.sum())


def by_paths(fitted: Any, row: Matrix) -> Floats:
    """Path-dependent Shapley values of one row by the formula."""
    exact, all_trees = row.astype("float64"), trees(fitted)

    def value(known: tuple[int, ...]) -> Floats:
        return np.mean([followed(tree, exact, known) for tree in all_trees], axis=0)

    return shapley(value, len(row))


def by_background(fitted: Any, row: Matrix, background: Matrix) -> Floats:
    """Interventional Shapley values of one row by the formula."""

    def value(known: tuple[int, ...]) -> Floats:
        mixed = background.copy()
        mixed[:, list(known)] = row[list(known)]
        return np.mean([tree.predict(mixed).mean(axis=0) for tree in trees(fitted)], axis=0)

    return shapley(value, len(row))
