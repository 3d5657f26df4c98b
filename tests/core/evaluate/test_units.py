"""Rows that stand together count once: copies of customers tell nothing new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from core.evaluate.classes import class_scores
from core.evaluate.compare import compare
from core.evaluate.curves.calibration import calibration
from core.evaluate.delong import area, area_interval
from core.evaluate.evaluating import evaluate
from core.evaluate.metric import chosen_metric, metrics, metrics_of
from core.evaluate.units import (
    count_of,
    effective,
    error_of_mean,
    reach,
    share_interval,
    units_of,
)
from core.intervals import Z, wilson
from core.models.family import Task
from core.predict import Predictions
from core.review.calibrated import spiegelhalter
from tests.core.evaluate.made import binary, brands, buyers, spend

MADE: dict[Task, Callable[..., Predictions]] = {
    Task.BINARY: buyers,
    Task.MULTICLASS: brands,
    Task.REGRESSION: spend,
}
TIMES = 4
DRAWN_AS_A_WHOLE = ("f1", "macro_f1", "macro_recall", "macro_precision")


def copied(found: Predictions, times: int = TIMES) -> Predictions:
    """Each row so many times, as one group."""
    places = np.repeat(np.arange(len(found.rows)), times)
    again = replace(found.only(places), groups=places + 7)
    return replace(again, rows=np.arange(len(places)))


def households(count: int, seed: int) -> Predictions:
    """Purchases of households that differ more than the model knows."""
    chance = np.random.default_rng(seed)
    groups = np.repeat(np.arange(count), chance.integers(5, 60, count))
    rows = len(groups)
    house, known = chance.normal(0, 1.5, count)[groups], chance.normal(0, 1, rows)
    truth = (chance.random(rows) < 1 / (1 + np.exp(-house - known))).astype(np.int64)
    scores = 1 / (1 + np.exp(-known - 0.5 * house))
    return replace(binary(scores, truth), groups=groups)


def test_units_are_numbered_as_they_come() -> None:
    found = replace(buyers(6), groups=np.array([9, 4, 9, 4, 2, 9]))
    units = units_of(found)
    assert units is not None
    assert units.tolist() == [0, 1, 0, 1, 2, 0]
    assert count_of(found) == 3
    part = units_of(found.only(np.array([1, 3, 4])))
    assert part is not None
    assert part.tolist() == [0, 0, 1]


def test_rows_that_stand_for_themselves_are_no_units() -> None:
    assert units_of(buyers(6)) is None
    assert units_of(replace(buyers(6), groups=np.arange(6)[::-1])) is None
    assert count_of(buyers(6)) == 6
    assert reach(None) == Z


def test_few_units_make_wide_intervals() -> None:
    assert reach(np.repeat(np.arange(20), 9)) == pytest.approx(stats.t.ppf(0.975, 19))
    assert reach(np.repeat(np.arange(20), 9), 5) == pytest.approx(stats.t.ppf(1 - 0.005, 19))
    assert np.isfinite(reach(np.zeros(5, np.int64)))


@pytest.mark.parametrize("task", MADE)
def test_copies_leave_every_interval_as_it_was(task: Task) -> None:
    """Up to Student's t and m / (m - 1) of the rows that a share is of."""
    once = MADE[task](300)
    before, after = evaluate(once), evaluate(copied(once))
    blind = evaluate(replace(copied(once), groups=None))
    for metric in metrics_of(task):
        one, other, wrong = (each[metric.key] for each in (before, after, blind))
        assert other.value == pytest.approx(one.value, abs=1e-9)
        wide = one.high - one.low
        # percentiles differ where matrices are drawn as a whole in place of rows
        near = (0.15 if metric.key in DRAWN_AS_A_WHOLE else 0.05) * wide
        assert (other.low, other.high) == pytest.approx((one.low, one.high), abs=near)
        assert wrong.high - wrong.low < 0.65 * wide


@pytest.mark.parametrize("task", MADE)
def test_copies_leave_every_difference_as_it_was(task: Task) -> None:
    one, other = (
        MADE[task](300),
        MADE[task](300, noise=0.8 if task is not Task.REGRESSION else 20.0),
    )
    other = replace(other, truth=one.truth)
    for metric in metrics_of(task):
        if metric.key in ("roc_auc", "macro_roc_auc"):
            continue
        before = compare(one, other, metric.key)
        after = compare(copied(one), copied(other), metric.key)
        assert (after.low, after.high) == pytest.approx((before.low, before.high), abs=1e-9)


def test_the_difference_of_areas_is_as_it_was_but_for_students_t() -> None:
    one, other = buyers(300), buyers(300, noise=0.4)
    before, after = compare(one, other), compare(copied(one), copied(other))
    wider = stats.t.ppf(0.975, 299) / Z
    assert after.high - after.difference == pytest.approx(wider * (before.high - before.difference))


def test_models_that_were_grouped_apart_are_compared_by_the_same_units() -> None:
    one, other = copied(buyers(200)), copied(buyers(200, noise=0.4))
    renamed = replace(other, groups=3 * np.asarray(other.groups) % 1009)
    assert compare(one, renamed) == compare(one, other)
    assert compare(one, replace(other, groups=None)) == compare(one, other)
    assert compare(replace(one, groups=None), other) == compare(one, other)


def test_the_variance_of_an_area_is_obuchowskis() -> None:
    """Sums of placements over households, written out."""
    found = households(30, 5)
    units, truth, scores = found.groups, found.truth, found.scores
    assert units is not None
    assert truth is not None
    yes, no = scores[truth == 1], scores[truth == 0]
    psi = (yes[:, None] > no) + 0.5 * (yes[:, None] == no)
    value = psi.mean()
    sums = np.zeros((2, 30))
    np.add.at(sums[0], units[truth == 1], psi.mean(axis=1) - value)
    np.add.at(sums[1], units[truth == 0], psi.mean(axis=0) - value)
    sides = [len(np.unique(units[truth == side])) for side in (1, 0)]
    parts = [
        np.sqrt(k / (k - 1)) * s / n
        for k, s, n in zip(sides, sums, (len(yes), len(no)), strict=True)
    ]
    found_area = area(scores, truth == 1, units)
    assert found_area.value == pytest.approx(roc_auc_score(truth, scores))
    assert found_area.variance == pytest.approx(float(((parts[0] + parts[1]) ** 2).sum()))
    assert (found_area.least, found_area.most) == (min(sides), max(sides))


def test_the_design_effect_by_hand() -> None:
    """Two households of two purchases: one buys always, one never; as if two had been asked."""
    units, hits = np.array([0, 0, 1, 1]), np.array([True, True, False, False])
    every = np.ones(4, bool)
    # the spread of sums about their share: (1 + 1) * 2 / (2 - 1) / 4, over .5 * .5
    assert effective(hits, every, units) == pytest.approx((2 / 4, 4 / 4))
    assert effective(hits, every, None) == (2.0, 4.0)
    assert effective(every, every, units) == pytest.approx((2.0, 2.0))  # a unit is one answer
    mixed = np.array([True, False, True, False])
    assert effective(mixed, every, units) == (2.0, 4.0)  # no less than 1
    assert effective(hits, ~every, units) == (0.0, 0.0)
    low, high = share_interval(hits, every, None)
    assert (low, high) == pytest.approx(tuple(map(float, wilson(2, 4))))


def test_the_error_of_a_mean_by_hand() -> None:
    values = np.array([1.0, 3.0, 5.0, 7.0])
    assert error_of_mean(values, None) == pytest.approx(values.std(ddof=1) / 2)
    # sums about the mean of 4: -4 and 4
    assert error_of_mean(values, np.array([0, 0, 1, 1])) == pytest.approx(np.sqrt(32 * 2) / 4)
    assert error_of_mean(values, np.zeros(4, np.int64)) == pytest.approx(values.std(ddof=1))


@pytest.mark.parametrize("metric", ["roc_auc", "accuracy", "average_precision", "log_loss"])
def test_intervals_hold_what_other_households_bring(metric: str) -> None:
    """Nineteen of twenty do; those that count rows hold four of five at most."""
    statistic = metrics()[metric].statistic
    real, held = statistic.value(households(20_000, 0), 0.5), {True: 0, False: 0}
    for seed in range(1, 121):
        found = households(40, seed)
        for grouped in held:
            each = found if grouped else replace(found, groups=None)
            low, high = statistic.interval(each, 0.5, seed)
            held[grouped] += low <= real <= high
    assert held[True] >= 108  # nine of ten: the lowest that 95 % of draws would give is 109
    assert held[False] <= 102


def test_other_figures_count_units_too() -> None:
    once = buyers(400)
    again = copied(once)
    before, after = calibration(once), calibration(again)
    assert after.low == pytest.approx(before.low, abs=0.02)
    assert after.high == pytest.approx(before.high, abs=0.02)
    for one, other in zip(class_scores(once), class_scores(again), strict=True):
        assert (other.low, other.high) == pytest.approx((one.low, one.high), abs=1e-3)
    assert again.truth is not None
    blind = spiegelhalter(again.scores, again.truth.astype(float))
    sure = spiegelhalter(again.scores, again.truth.astype(float), units_of(again))
    known = spiegelhalter(once.scores, np.asarray(once.truth, float))
    assert sure == pytest.approx(known, abs=0.05)
    assert blind is not None
    assert known is not None
    assert blind < known / 100
    flat = spiegelhalter(np.full(8, 0.5), np.ones(8), np.repeat(np.arange(4), 2))
    assert flat is None


def test_an_area_of_one_unit_a_side_or_none_is_still_said() -> None:
    found = replace(binary([0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0]), groups=np.array([0, 0, 1, 1]))
    low, high = area_interval(
        area(found.scores, np.array([True, True, False, False]), found.groups)
    )
    assert 0 <= low < high <= 1
    alone = area(found.scores, np.zeros(4, bool), found.groups)
    assert np.isnan(area_interval(alone)).all()


def test_a_customer_with_nearly_all_rows_makes_nothing_surer() -> None:
    """What one unit adds up to says nothing of how far units differ: no surer than rows alone."""
    found = buyers(400)
    second = buyers(400, seed=1)
    one = replace(found, groups=np.maximum(np.arange(400) - 349, 0))
    other = replace(found, scores=second.scores)
    by_rows, by_units = (
        area(found.scores, found.truth == 1, units_of(each)) for each in (found, one)
    )
    assert by_units.variance >= by_rows.variance
    gaps = by_units.parts - area(other.scores, found.truth == 1).parts
    assert by_units.variance_of(gaps) >= (gaps**2).sum()
    (low, high), (inner, outer) = area_interval(by_units), area_interval(by_rows)
    assert high - low > outer - inner
    values = np.random.default_rng(0).normal(size=400)
    assert error_of_mean(values, units_of(one)) >= stats.sem(values)


@pytest.mark.parametrize("metric", ["average_precision", "log_loss"])
def test_nor_does_it_where_customers_are_drawn_again(metric: str) -> None:
    found, second = buyers(400), buyers(400, seed=1)
    one = replace(found, groups=np.maximum(np.arange(400) - 349, 0))
    chosen = chosen_metric(one.task, metric).statistic
    drawn, alone = chosen.interval(one, 0.5, 0), chosen.interval(found, 0.5, 0)
    assert drawn[1] - drawn[0] >= alone[1] - alone[0]
    drawn, alone = (chosen.difference(each, second, 0.5, 0) for each in (one, found))
    assert drawn[1] - drawn[0] >= alone[1] - alone[0]
