"""Interactions of one row against the formula, against shap, and within their errors."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pytest
import shap
from sklearn.tree import DecisionTreeRegressor

from core.explain.shapley import sampled
from core.explain.shapley.method import Asked, Effects
from core.explain.shapley.pairs import Interactions, interactions
from core.explain.shapley.subsets import every, pair_weights
from core.explain.shapley.worth import Contest, contests, worth
from core.models.family import Floats, Task, family
from core.progress import silent
from core.train.preparation import encode
from tests.core.explain.shapley.games import cells, chosen, coalition_worths, networked

FAMILY = family("mlp")


def contested(columns: int, task: Task, asked: Asked) -> tuple[Contest, Effects]:
    model, rows = networked(columns, task, size=1.6)
    state, x = worth(model, asked), encode(model.preparation, rows.iloc[[75]])
    return contests(state, x, 1)[0], sampled.effects(state, x, 1, silent)


def by_formula(values: dict[tuple[int, ...], float], players: int) -> Floats:
    """Half of the Shapley interaction index of every pair, naively; no diagonal."""
    found = np.zeros((players, players))
    for i, j in combinations(range(players), 2):
        rest = [k for k in range(players) if k not in (i, j)]
        for size in range(players - 1):
            share = factorial(size) * factorial(players - size - 2) / factorial(players - 1)
            for s in combinations(rest, size):
                with_both, with_i, with_j = (tuple(sorted((*s, *e))) for e in ((i, j), (i,), (j,)))
                gain = values[with_both] - values[with_i] - values[with_j] + values[s]
                found[i, j] += share * gain / 2
        found[j, i] = found[i, j]
    return found


def adds_up(found: Interactions) -> None:
    np.testing.assert_allclose(found.values.sum(axis=1) + found.others, found.effects, atol=1e-12)
    np.testing.assert_allclose(found.values, found.values.T, atol=0)


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("columns", [1, 2, 8])
def test_few_columns_are_exact(columns: int, task: Task) -> None:
    contest, known = contested(columns, task, Asked(background=6))
    model = contest.worth.model
    output = chosen(lambda x: FAMILY.scores(model.estimator, x), task, 1)
    values = coalition_worths(cells(model), contest.worth.background, contest.row, output)
    found = interactions(contest, known)
    expected = by_formula(values, columns)
    size = max(1e-3, float(np.abs(expected).max()))
    off = ~np.eye(columns, dtype=bool)
    np.testing.assert_allclose(found.values[off], expected[off], atol=1e-5 * size)
    np.testing.assert_allclose(found.effects, known.values[0], atol=1e-6 * size)
    assert (found.errors == 0).all()
    adds_up(found)


def test_pairs_are_shared_as_shap_shares_them() -> None:
    """On a full grid of yes and no, shap's path-dependent values are the interventional ones."""
    grid = every(5).astype("float64")
    tree = DecisionTreeRegressor(random_state=1).fit(grid, np.random.default_rng(3).normal(size=32))
    theirs = shap.TreeExplainer(tree).shap_interaction_values(grid[21:22])[0]
    values = coalition_worths([[i] for i in range(5)], grid, grid[21], tree.predict)
    worth = np.array([values[tuple(np.flatnonzero(mask).tolist())] for mask in every(5)])
    off = np.triu_indices(5, 1)
    np.testing.assert_allclose(pair_weights(5) @ worth, theirs[off], atol=1e-12)
    np.testing.assert_allclose(by_formula(values, 5)[off], theirs[off], atol=1e-12)


def test_some_of_few_share_the_rest_with_others() -> None:
    contest, known = contested(6, Task.BINARY, Asked(background=6))
    whole, some = interactions(contest, known), interactions(contest, known, (4, 1))
    adds_up(some)
    assert some.players.tolist() == [4, 1]
    assert some.values[0, 1] == whole.values[4, 1]
    rest = [0, 2, 3, 5]
    np.testing.assert_allclose(some.others, whole.values[np.ix_([4, 1], rest)].sum(axis=1))


@pytest.mark.parametrize("among", [(), tuple(range(13))])
def test_many_columns_are_drawn_within_their_errors(among: tuple[int, ...]) -> None:
    """Thirteen columns, of which the last plays no part: the first twelve can be enumerated."""
    model, rows = networked(13, Task.BINARY, (8,), size=2.5)
    start, stop = model.preparation.blocks[12]
    model.estimator.weights[0][start:stop] = 0.0
    asked = Asked(background=4, goal=0.004)
    state, x = worth(model, asked), encode(model.preparation, rows.iloc[[75]])
    contest = contests(state, x, 1)[0]
    known = sampled.effects(state, x, 1, silent)
    found = interactions(contest, known, among)
    adds_up(found)
    off = ~np.eye(len(found.players), dtype=bool)
    assert 0 < found.errors[off].max() <= 0.004
    pair = worth(model, Asked(background=4, together=(("last", ("c11", "c12")),)))
    expected = interactions(contests(pair, x, 1)[0], sampled.effects(pair, x, 1, silent))
    right = np.zeros((13, 13))
    right[:12, :12] = expected.values
    right = right[np.ix_(found.players, found.players)]
    apart = (found.values - right)[off]
    stated = found.errors[off]
    assert (np.abs(apart) < 4.5 * stated + 1e-6).all()
    assert 0.7 < np.sqrt((apart[stated > 1e-7] ** 2 / stated[stated > 1e-7] ** 2).mean()) < 1.4
    if not among:
        assert len(found.players) == 8
        rest = np.setdiff1d(np.arange(12), found.players)
        shared = expected.values[np.ix_(found.players, rest)].sum(axis=1)
        np.testing.assert_array_less(
            np.abs(found.others - shared), 4.5 * found.others_errors + 1e-6
        )
