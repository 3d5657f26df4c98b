"""Importance against its definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from core.explain.importance import importance
from tests.core.explain.conftest import Make


def test_mean_sizes_by_hand(make: Make) -> None:
    found = importance(make({"a": [1, 2], "b": [1, 2]}, [[0.1, -0.3], [0.3, 0.3]]))
    assert [one.column for one in found] == ["b", "a"]
    b, a = found
    assert (b.mean, a.mean) == pytest.approx((0.3, 0.2))
    assert (b.share, a.share) == pytest.approx((0.6, 0.4))
    assert a.error == pytest.approx(np.std([0.1, 0.3], ddof=1) / math.sqrt(2))
    assert b.error == pytest.approx(0.0, abs=1e-12)
    assert a.high == pytest.approx(0.2 + 1.959964 * 0.1, abs=1e-6)
    assert a.low == pytest.approx(0.2 - 1.959964 * 0.1, abs=1e-6)


def test_the_estimates_own_errors_widen_the_interval(make: Make) -> None:
    errors = [[0.03], [0.04]]
    found = importance(make({"a": [1, 2]}, [[0.1], [0.3]], errors=errors))[0]
    variance = 0.02 / 2 + 0.035**2  # rows err together: the widest case
    assert found.error == pytest.approx(math.sqrt(variance))


def test_an_interval_of_a_size_does_not_go_below_zero(make: Make) -> None:
    found = importance(make({"a": [1, 2]}, [[0.0], [0.3]]))[0]
    assert found.low == 0
    assert found.high > 0.3


def test_direction_is_spearmans_rank_correlation(make: Make) -> None:
    rng = np.random.default_rng(0)
    values = rng.integers(0, 8, 60).astype(float)
    effects = values**3 + rng.normal(size=60) * 40
    found = importance(make({"a": values}, effects[:, None].tolist()))[0]
    assert found.direction == pytest.approx(stats.spearmanr(values, effects).statistic)


def test_direction_leaves_missing_values_out(make: Make) -> None:
    values = [*map(float, range(12)), math.nan]
    effects = [[-float(v)] for v in range(12)] + [[99.0]]
    assert importance(make({"a": values}, effects))[0].direction == pytest.approx(-1)


@pytest.mark.parametrize("values", [["x", "y"] * 6, [3.0] * 12])
def test_no_direction_without_order_or_variety(make: Make, values: list[object]) -> None:
    effects = [[float(i)] for i in range(12)]
    assert math.isnan(importance(make({"a": values}, effects))[0].direction)


def test_one_row_has_no_interval(make: Make) -> None:
    found = importance(make({"a": [1.0]}, [[0.1]]))[0]
    assert found.mean == pytest.approx(0.1)
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_no_effect_at_all(make: Make) -> None:
    found = importance(make({"a": [1.0, 2.0]}, [[0.0], [0.0]]))[0]
    assert (found.mean, found.share) == (0, 0)


def test_intervals_are_a_bootstrap_over_customers(make: Make) -> None:
    effects = np.random.default_rng(3).exponential(0.1, (200, 2)) * [1, -2]
    found = {one.column: one for one in importance(make({"a": [0] * 200, "b": [0] * 200}, effects))}
    independent = stats.bootstrap(
        (np.abs(effects[:, 1]),), np.mean, n_resamples=4000, method="percentile", rng=1
    ).confidence_interval
    assert found["b"].low == pytest.approx(independent.low, rel=0.02)
    assert found["b"].high == pytest.approx(independent.high, rel=0.02)


def test_sampling_errors_widen_a_bootstrap_too(make: Make) -> None:
    effects = [[0.1 + 0.001 * i] for i in range(50)]
    errors = [[0.05]] * 50
    found = importance(make({"a": [0] * 50}, effects, errors=errors))[0]
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * found.error, rel=0.08)
    assert found.error == pytest.approx(math.hypot(0.05, stats.sem(np.ravel(effects))))


@pytest.mark.parametrize("rows", [5, 5000])
def test_few_and_very_many_rows_get_the_normal_interval(make: Make, rows: int) -> None:
    effects = np.random.default_rng(3).normal(size=(rows, 1))
    found = importance(make({"a": [0] * rows}, effects))[0]
    wide = 1.959964 * stats.sem(np.abs(effects[:, 0]))
    assert found.high == pytest.approx(np.abs(effects).mean() + wide)
