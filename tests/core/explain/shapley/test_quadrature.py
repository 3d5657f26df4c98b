"""Quadrature nodes are exact, and fewer are used only where nothing is lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.explain.shapley.quadrature import ROUNDING, enough, rule, rules


@pytest.mark.parametrize("count", [1, 2, 7, 30, 120])
def test_powers_are_integrated_exactly(count: int) -> None:
    places, weights = rule(count)
    powers = np.arange(2 * count)
    found = weights @ places[:, None] ** powers
    np.testing.assert_allclose(found, 1 / (powers + 1), rtol=1e-12)


@settings(max_examples=60)
@given(players=st.integers(1, 120), widest=st.floats(1e-6, 1.0), seed=st.integers(0, 99))
def test_enough_is_enough(players: int, widest: float, seed: int) -> None:
    """Against the exact number of nodes, measured by the product of the middles."""
    shares = np.random.default_rng(seed).uniform(0, widest, players)
    lines = shares[:-1]  # of all players but one
    count = enough(np.array([players]), np.array([shares.sum()]), players)[0]
    exact = (players + 1) // 2
    assert 1 <= count <= exact

    def integral(nodes: int) -> float:
        places, weights = rule(nodes)
        return float(weights @ (1 + lines * (2 * places[:, None] - 1)).prod(axis=1))

    right = integral(exact)
    # the weights near the ends are small, known to a unit of 1, and steep products feel it
    assert abs(integral(int(count)) - right) <= ROUNDING * (10 + players**2) * max(1.0, right)


def test_many_columns_that_hardly_differ_need_few_nodes() -> None:
    assert enough(np.array([200]), np.array([0.5]), 200)[0] < 10
    assert enough(np.array([200]), np.array([200.0]), 200)[0] == 100
    assert enough(np.array([0]), np.array([0.0]), 200)[0] == 0
    assert enough(np.array([3]), np.array([2.0]), 200)[0] == 2


def test_rules_hold_every_count_asked_for() -> None:
    found = rules(np.array([[3, 0], [5, 3]]))
    assert found.shape == (2, 6, 5)
    for count in (3, 5):
        np.testing.assert_array_equal(found[:, count, :count], rule(count))
    np.testing.assert_array_equal(found[:, 3, 3:], 0)
