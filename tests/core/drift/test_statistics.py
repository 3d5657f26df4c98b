"""Every figure is scipy's, or one worked out by hand."""

import math

import numpy as np
import pytest
from scipy import stats

from core.drift.correction import corrected, together
from core.drift.numbers import apart, counted, parts_of
from core.drift.shares import (
    by_chance,
    chi_squared,
    pooled,
    stability,
    two_by_two,
    variation,
)
from core.drift.spreads import cut_at, mean


@pytest.mark.parametrize("shift", [0.0, 0.3])
@pytest.mark.parametrize("decimals", [0, 6])  # with and without ties
@pytest.mark.parametrize(("n", "m"), [(30, 40), (500, 800), (3000, 300)])
def test_two_samples_are_compared_as_by_scipy(shift: float, decimals: int, n: int, m: int) -> None:
    chance = np.random.default_rng([n, m, decimals])
    then = np.round(chance.normal(size=n), decimals)
    now = np.round(chance.normal(shift, 1.2, m), decimals)
    found = apart(then, now)
    known = stats.ks_2samp(then, now, method="asymp")
    assert found.statistic == pytest.approx(known.statistic, abs=1e-12)
    assert found.p == pytest.approx(known.pvalue, rel=1e-9)
    assert found.distance == pytest.approx(stats.wasserstein_distance(then, now), rel=1e-9)


def test_parts_are_tenths_with_both_ends() -> None:
    values = np.arange(1.0, 101.0)
    borders = parts_of(values)
    assert borders[1:].tolist() == [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    assert counted(values, borders).tolist() == [0, *[10] * 10, 0]
    assert counted(np.array([0.0, 1.0, 10.0, 10.5, 101.0]), borders).tolist()[:3] == [1, 2, 1]
    assert counted(np.array([101.0]), borders)[-1] == 1
    constant = parts_of(np.full(9, 3.0))
    assert counted(np.array([2.0, 3.0, 4.0]), constant).tolist() == [1, 1, 1]


def test_the_index_by_hand() -> None:
    then, now = np.array([50, 30, 20, 0]), np.array([20, 30, 50, 0])
    p = [50.5 / 101.5, 30.5 / 101.5, 20.5 / 101.5]
    q = p[::-1]
    hand = sum((b - a) * math.log(b / a) for a, b in zip(p, q, strict=True))
    assert stability(then, now) == pytest.approx(hand)
    assert by_chance(then, now) == pytest.approx(2 * (1 / 100 + 1 / 100))
    assert stability(then, then) == 0.0
    assert variation(then, now) == pytest.approx(0.3)


def test_what_chance_gives_is_what_two_samples_have() -> None:
    chance, shares = np.random.default_rng(0), [0.4, 0.3, 0.2, 0.1]
    pairs = [(chance.multinomial(400, shares), chance.multinomial(900, shares)) for _ in range(500)]
    found = np.mean([stability(a, b) for a, b in pairs])
    assert found == pytest.approx(by_chance(*pairs[0]), rel=0.1)


@pytest.mark.parametrize("counts", [[[40, 60, 10], [35, 80, 4]], [[500, 3], [400, 9]]])
def test_shares_are_tested_as_by_scipy(counts: list[list[int]]) -> None:
    then, now = map(np.array, counts)
    known = stats.chi2_contingency(np.array(counts), correction=False)
    assert chi_squared(then, now) == pytest.approx((known.statistic, known.pvalue), rel=1e-9)


def test_a_group_of_nobody_and_one_alone_are_no_test() -> None:
    then, now = np.array([40, 0, 60]), np.array([35, 0, 80])
    known = stats.chi2_contingency(np.array([[40, 60], [35, 80]]), correction=False)
    assert chi_squared(then, now) == pytest.approx((known.statistic, known.pvalue))
    assert chi_squared(np.array([5]), np.array([7])) is None


def test_two_shares_are_exact_where_there_are_few() -> None:
    table = [[90, 10], [95, 5]]
    known = stats.chi2_contingency(np.array(table), correction=False).pvalue
    assert two_by_two(*table) == pytest.approx(known)
    assert two_by_two([90, 0], [35, 4]) == pytest.approx(
        stats.fisher_exact([[90, 0], [35, 4]]).pvalue
    )
    assert two_by_two([90, 0], [40, 0]) is None


def test_rare_levels_are_counted_together() -> None:
    then, now = np.array([500, 400, 6, 2, 0]), np.array([250, 200, 3, 0, 60])
    places = pooled(then, now, 50)  # a third of the rows are new: 15 are needed
    assert places.tolist() == [0, 1, 3, 3, 2]
    assert pooled(then, now, 1).tolist() == [0, 1, 1, 1, 1]
    assert pooled(now, then, 50).tolist() == places.tolist()


def test_corrected_values_by_hand() -> None:
    """Benjamini and Hochberg: of five values the third is 5/3 of itself at most."""
    found = corrected([0.04, 0.001, None, 0.03, 0.5, 0.6])
    assert found[1] == pytest.approx(0.001 * 5 / 1)
    assert found[3] == pytest.approx(min(0.03 * 5 / 2, 0.04 * 5 / 3))
    assert found[0] == pytest.approx(0.04 * 5 / 3)
    assert found[2] is None
    assert found[4:] == pytest.approx((0.6, 0.6))
    known = stats.false_discovery_control([0.04, 0.001, 0.03, 0.5, 0.6])
    assert [q for q in found if q is not None] == pytest.approx(known.tolist())
    assert corrected([]) == ()
    assert together([0.03, None, 0.2]) == pytest.approx(0.06)
    assert together([None]) is None


def test_the_cut_of_the_best_tenth_and_a_mean() -> None:
    scores = np.random.default_rng(0).permutation(np.arange(100.0))
    assert cut_at(scores) == 90.0
    assert (scores >= cut_at(scores)).sum() == 10
    found = mean(scores, None)
    low, high = stats.norm.interval(0.95, scores.mean(), stats.sem(scores))
    assert (found.low, found.value, found.high) == pytest.approx((low, 49.5, high))
