"""The fast area and its variance against the formula written out, and against bootstrap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import stats
from sklearn.metrics import roc_auc_score

from core.evaluate.delong import (
    area,
    area_interval,
    difference_interval,
    macro_area,
    midranks,
)
from core.predict import Predictions
from tests.core.evaluate.made import answers, brands, buyers


def written_out(scores: list[np.ndarray], truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Areas (k,) and covariance (k, k) by comparing every pair: DeLong et al. (1988)."""
    psi = []
    for each in scores:
        yes, no = each[truth == 1][:, None], each[truth == 0][None, :]
        psi.append((yes > no) + 0.5 * (yes == no))
    v10 = np.array([p.mean(axis=1) for p in psi])
    v01 = np.array([p.mean(axis=0) for p in psi])
    covariance = np.cov(v10).reshape(len(psi), -1) / v10.shape[1]
    return v10.mean(axis=1), covariance + np.cov(v01).reshape(len(psi), -1) / v01.shape[1]


def test_midranks_are_scipys() -> None:
    values = np.array([3.0, 1, 3, 2, 3, 2])
    assert (midranks(values) == stats.rankdata(values)).all()


@settings(max_examples=80, deadline=None)
@given(answers())
def test_area_and_variance_are_the_formula(p: Predictions) -> None:
    if min(np.bincount(p.truth)) < 2:
        return
    found = area(p.scores, p.truth == 1)
    areas, covariance = written_out([p.scores], p.truth)
    assert found.value == pytest.approx(areas[0], abs=1e-12)
    assert found.variance == pytest.approx(covariance[0, 0], abs=1e-12)


def test_paired_interval_is_the_formula() -> None:
    good, worse = buyers(300, noise=0.05), buyers(300, noise=0.3)
    first, second = (area(p.scores, p.truth == 1) for p in (good, worse))
    areas, c = written_out([good.scores, worse.scores], good.truth)
    half = 1.959964 * np.sqrt(c[0, 0] + c[1, 1] - 2 * c[0, 1])
    gap = areas[0] - areas[1]
    assert difference_interval(first, second) == pytest.approx((gap - half, gap + half), abs=1e-6)


def test_interval_agrees_with_bootstrap() -> None:
    p = buyers(700, seed=4)
    chance = np.random.default_rng(1)
    values = []
    for _ in range(500):
        take = chance.integers(len(p.rows), size=len(p.rows))
        values.append(roc_auc_score(p.truth[take], p.scores[take]))
    low, high = area_interval(area(p.scores, p.truth == 1))
    assert (low, high) == pytest.approx(np.percentile(values, [2.5, 97.5]), abs=0.012)


def test_macro_error_agrees_with_bootstrap() -> None:
    p = brands(500)
    chance = np.random.default_rng(1)
    values = []
    for _ in range(300):
        take = chance.integers(len(p.rows), size=len(p.rows))
        values.append(macro_area(p.scores[take], p.truth[take]).value)
    found = macro_area(p.scores, p.truth)
    assert np.sqrt(found.variance) == pytest.approx(np.std(values), rel=0.15)


def test_macro_of_two_classes_is_the_binary_area() -> None:
    p = buyers(300, decimals=6)
    both = macro_area(np.column_stack([1 - p.scores, p.scores]), p.truth)
    one = area(p.scores, p.truth == 1)
    assert (both.value, both.variance) == pytest.approx((one.value, one.variance))


def test_perfect_ranking_is_not_certain() -> None:
    perfect = area(np.arange(40) / 40, np.arange(40) >= 20)
    low, high = area_interval(perfect)
    assert high == pytest.approx(1)
    at = low
    spread = 1 + 19 * ((1 - at) / (2 - at) + at / (1 + at))
    assert 1 - at == pytest.approx(1.959964 * np.sqrt(at * (1 - at) * spread / 400), abs=1e-6)
    assert 0.85 < low < 0.95


def test_one_positive_row_has_a_wide_interval() -> None:
    low, high = area_interval(area(np.array([0.9, 0.1, 0.2]), np.array([True, False, False])))
    assert low < 0.6
    assert high == pytest.approx(1)


def test_one_side_only_is_undefined() -> None:
    assert np.isnan(area_interval(area(np.array([0.1, 0.2]), np.array([True, True])))).all()


@pytest.mark.parametrize("rows", [60, 200])
def test_the_interval_covers_the_real_area_as_often_as_it_says(rows: int) -> None:
    chance = np.random.default_rng(7)
    real = stats.norm.cdf(1.5 / np.sqrt(2))
    covered = []
    for _ in range(400):
        truth = np.arange(rows) % 3 == 0
        low, high = area_interval(area(chance.normal(size=rows) + 1.5 * truth, truth))
        covered.append(low <= real <= high)
    assert np.mean(covered) == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize("units", [None, np.arange(60) // 3])
def test_who_ranks_nobody_is_as_good_as_chance_for_sure(units: np.ndarray | None) -> None:
    truth = np.arange(60) % 4
    assert area_interval(area(np.full(60, 0.3), truth == 1, units)) == (0.5, 0.5)
    assert area_interval(macro_area(np.full((60, 4), 0.25), truth, units)) == (0.5, 0.5)
    ranked = area(np.where(truth == 1, 0.9, 0.3), truth == 1, units)
    low, high = area_interval(ranked)
    assert low < 1.0 == high == ranked.value
