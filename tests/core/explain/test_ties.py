"""Ties against a bootstrap of their own."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from core.explain.importance import importance
from core.explain.ties import ties
from tests.core.explain.conftest import Make


def ranked(explanation: object) -> tuple[str, ...]:
    return tuple(one.column for one in importance(explanation))  # type: ignore[arg-type]


def test_clearly_apart_is_no_tie_and_alike_is_one(make: Make) -> None:
    chance = np.random.default_rng(0)
    a, b, c = chance.normal(0.5, 0.1, 300), chance.normal(0.2, 0.1, 300), None
    c = b + chance.normal(0, 0.05, 300)
    zeros = {name: [0] * 300 for name in "abc"}
    found = make(zeros, np.column_stack([a, b, c]))
    assert ties(found, ranked(found)) == ((1, 2),)


def test_the_bootstrap_is_paired(make: Make) -> None:
    """Sizes that vary together settle an order that apart they would not."""
    chance = np.random.default_rng(1)
    common = chance.exponential(1.0, 200)
    effects = np.column_stack([common + 0.05, common])
    found = make({"a": [0] * 200, "b": [0] * 200}, effects)
    assert ties(found, ("a", "b")) == ()
    first, second = importance(found)
    assert first.low < second.high  # their own intervals overlap


@pytest.mark.parametrize("gap", [0.02, 0.05, 0.16, 0.3])
def test_a_tie_is_where_the_interval_of_the_difference_holds_nothing(
    make: Make, gap: float
) -> None:
    chance = np.random.default_rng(2)
    effects = chance.normal(1.5, 0.8, (120, 2)).clip(0.01) + np.array([gap, 0.0])
    difference = effects[:, 0] - effects[:, 1]
    if difference.mean() < 0:
        effects, difference = effects[:, ::-1], -difference
    low = stats.bootstrap(
        (difference,), np.mean, n_resamples=5000, method="percentile", rng=3
    ).confidence_interval.low
    assert abs(low) > 0.01, "too close to call"
    found = make({"a": [0] * 120, "b": [0] * 120}, effects)
    assert ties(found, ("a", "b")) == (() if low > 0 else ((0, 1),))


def test_sampling_errors_tie_what_they_could_swap(make: Make) -> None:
    effects = [[0.20, 0.15]] * 40
    settled = make({"a": [0] * 40, "b": [0] * 40}, effects)
    unsure = make({"a": [0] * 40, "b": [0] * 40}, effects, errors=[[0.03, 0.03]] * 40)
    assert ties(settled, ("a", "b")) == ()
    assert ties(unsure, ("a", "b")) == ((0, 1),)


def test_runs_may_overlap_and_none_lies_within_another(make: Make) -> None:
    chance = np.random.default_rng(4)
    means = [1.0, 0.93, 0.86, 0.3]
    effects = np.abs(chance.normal(means, 0.4, (150, 4)))
    found = make({name: [0] * 150 for name in "abcd"}, effects)
    runs = ties(found, ranked(found))
    assert all(first < last for first, last in runs)
    assert all(not (a <= c and d <= b) for a, b in runs for c, d in runs if (a, b) != (c, d))
    assert all(last < 3 for _, last in runs)


def test_one_customer_settles_nothing_and_one_column_has_no_order(make: Make) -> None:
    assert ties(make({"a": [1], "b": [1]}, [[0.5, 0.1]]), ("a", "b")) == ((0, 1),)
    assert ties(make({"a": [1]}, [[0.5]]), ("a",)) == ()
