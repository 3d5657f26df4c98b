"""Curves against scikit-learn, by hand, and what must hold for any answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve

from core.evaluate.curves.calibration import calibration
from core.evaluate.curves.gains import gains, top
from core.evaluate.curves.precision_recall import precision_recall
from core.evaluate.curves.residuals import residuals
from core.evaluate.curves.roc import roc
from core.evaluate.curves.steps import POINTS_AT_MOST, thinned
from core.evaluate.truth import one_vs_rest
from core.predict import Predictions
from tests.core.evaluate.made import answers, binary, brands, buyers, spend

FEW = settings(max_examples=80, deadline=None)


# --- ROC --------------------------------------------------------------------------------


def test_roc_is_scikit_learns() -> None:
    p = buyers(300)
    false, true, threshold = sk.roc_curve(p.truth, p.scores, drop_intermediate=False)
    found = roc(p)
    assert found.false_positive_rate == pytest.approx(false)
    assert found.true_positive_rate == pytest.approx(true)
    assert found.threshold == pytest.approx(threshold)


def test_a_long_roc_is_thinned_without_moving_it() -> None:
    p = buyers(30_000, decimals=9)
    found = roc(p)
    assert len(found.threshold) <= POINTS_AT_MOST
    drawn = np.trapezoid(found.true_positive_rate, found.false_positive_rate)
    assert found.area == pytest.approx(sk.roc_auc_score(p.truth, p.scores), abs=1e-12)
    assert drawn == pytest.approx(found.area, abs=2e-4)
    false, true, _ = sk.roc_curve(p.truth, p.scores)
    shown = np.interp(false, found.false_positive_rate, found.true_positive_rate)
    assert np.abs(shown - true).max() < 0.01


@FEW
@given(answers())
def test_roc_rises_from_corner_to_corner(p: Predictions) -> None:
    found = roc(p)
    assert (np.diff(found.false_positive_rate) >= 0).all()
    assert (np.diff(found.true_positive_rate) >= 0).all()
    assert (found.false_positive_rate[0], found.true_positive_rate[0]) == (0, 0)
    assert (found.false_positive_rate[-1], found.true_positive_rate[-1]) == (1, 1)
    assert (np.diff(found.threshold[1:]) < 0).all()


def test_one_class_of_several_against_the_rest() -> None:
    p = brands()
    for k in range(4):
        found = roc(one_vs_rest(p, k))
        assert found.area == pytest.approx(sk.roc_auc_score(p.truth == k, p.scores[:, k]))
    assert one_vs_rest(p, 2).outcome == "brand 2"


def test_roc_without_positives_is_nan_and_silent() -> None:
    assert np.isnan(roc(binary([0.1, 0.2], [0, 0])).true_positive_rate).all()


def test_always_better_is_a_claim_about_the_whole_curve() -> None:
    assert roc(binary([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1])).always_better
    assert not roc(binary([0.95, 0.1, 0.2, 0.8, 0.9], [0, 0, 0, 1, 1])).always_better


# --- precision and recall ----------------------------------------------------------------


def test_precision_recall_is_scikit_learns() -> None:
    p = buyers(300)
    precision, recall, threshold = sk.precision_recall_curve(p.truth, p.scores)
    found = precision_recall(p)
    assert found.precision[::-1] == pytest.approx(precision[:-1])
    assert found.recall[::-1] == pytest.approx(recall[:-1])
    assert found.threshold[::-1] == pytest.approx(threshold)
    assert found.average_precision == pytest.approx(sk.average_precision_score(p.truth, p.scores))
    assert found.base == pytest.approx(p.truth.mean())


def test_a_long_precision_recall_is_thinned_without_moving_it() -> None:
    found = precision_recall(buyers(30_000, decimals=9))
    assert len(found.threshold) <= POINTS_AT_MOST
    drawn = np.trapezoid(found.precision, found.recall)
    assert drawn == pytest.approx(found.average_precision, abs=3e-3)


# --- lift and gains ------------------------------------------------------------------------


@FEW
@given(answers())
def test_lift_times_share_is_gains(p: Predictions) -> None:
    found = gains(p)
    assert found.lift * found.share == pytest.approx(found.gains)
    assert (np.diff(found.gains) >= -1e-12).all()
    assert (found.share[0], found.gains[0]) == (0, 0)
    assert (found.share[-1], found.gains[-1]) == (1, pytest.approx(1))
    assert found.lift[-1] == pytest.approx(1)
    assert len(found.share) <= POINTS_AT_MOST


@FEW
@given(answers(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(p: Predictions, random: object) -> None:
    order = list(range(len(p.rows)))
    random.shuffle(order)
    turned = binary(p.scores[order], p.truth[order])
    assert gains(turned).gains == pytest.approx(gains(p).gains)
    assert roc(turned).area == pytest.approx(roc(p).area)
    assert top(turned, 5).hits == pytest.approx(top(p, 5).hits)


@FEW
@given(answers(), st.integers(1, 60))
def test_tied_customers_count_as_in_random_order(p: Predictions, rows: int) -> None:
    rows = min(rows, len(p.rows))
    border = np.sort(p.scores)[::-1][rows - 1]
    above, tied = p.scores > border, p.scores == border
    expected = p.truth[above].sum() + (rows - above.sum()) * p.truth[tied].mean()
    found = top(p, rows)
    assert found.hits == pytest.approx(expected)
    assert found.lift == pytest.approx(expected / rows / p.truth.mean())
    assert np.interp(rows / len(p.rows), gains(p).share, gains(p).gains) <= 1


def test_a_model_that_knows_nothing_has_lift_one() -> None:
    found = gains(binary(np.full(50, 0.3), np.arange(50) % 5 == 0))
    assert found.lift == pytest.approx(np.ones(len(found.lift)))


def test_lift_by_hand_against_outcomes() -> None:
    found = top(binary([0.9, 0.8, 0.7, 0.2, 0.1], [1, 0, 1, 0, 0]), 3)
    assert (found.hits, found.rate, found.base) == (2, pytest.approx(2 / 3), 0.4)
    assert found.lift == pytest.approx(2 / 3 / 0.4)
    assert top(binary([0.9, 0.8], [1, 0]), 99).rows == 2
    assert top(binary([0.9, 0.8], [1, 0]), 0).rows == 1


def test_no_positives_no_lift_and_no_warning() -> None:
    p = binary([0.9, 0.1], [0, 0])
    assert np.isnan(gains(p).lift).all()
    assert np.isnan(top(p, 1).lift)


# --- calibration ---------------------------------------------------------------------------


def test_calibration_is_scikit_learns() -> None:
    p = buyers(2000, decimals=9)
    actual, predicted = calibration_curve(p.truth, p.scores, n_bins=10, strategy="quantile")
    found = calibration(p)
    assert found.actual == pytest.approx(actual, abs=5e-3)
    assert found.predicted == pytest.approx(predicted, abs=5e-3)
    assert found.count.sum() == 2000
    assert np.ptp(found.count) <= 1
    assert ((found.low <= found.actual) & (found.actual <= found.high)).all()


def test_calibration_error_by_hand() -> None:
    found = calibration(binary([0.2, 0.2, 0.2, 0.2, 0.8, 0.8], [0, 0, 0, 1, 1, 1]), bins=2)
    assert found.count.tolist() == [4, 2]
    assert found.error == pytest.approx((4 * 0.05 + 2 * 0.2) / 6)


@FEW
@given(answers(both=False))
def test_equal_chances_share_a_group_and_no_group_is_empty(p: Predictions) -> None:
    found = calibration(p)
    assert found.count.sum() == len(p.rows)
    assert (found.count > 0).all()
    assert (np.diff(found.predicted) > 0).all()
    assert (found.actual * found.count).sum() == pytest.approx(p.truth.sum())
    assert len(found.count) <= 10


# --- residuals -----------------------------------------------------------------------------


def test_all_rows_of_a_small_table() -> None:
    p = spend(300)
    found = residuals(p)
    assert found.residual == pytest.approx(p.truth - p.scores)
    assert (found.of, len(found.rows)) == (300, 300)
    assert found.mean == pytest.approx((p.truth - p.scores).mean())
    assert sum(group.count for group in found.bins) == 300
    whole = sum(group.mean * group.count for group in found.bins) / 300
    assert whole == pytest.approx(found.mean)


def test_a_large_table_is_sampled_and_says_so() -> None:
    p = replace(spend(5000), rows=np.arange(5000) * 2)
    found = residuals(p)
    assert (found.of, len(found.rows)) == (5000, 2000)
    assert found.actual == pytest.approx(p.truth[found.rows // 2])
    assert (residuals(p).rows == found.rows).all()
    assert sum(group.count for group in found.bins) == 5000


def test_a_constant_prediction_is_one_group() -> None:
    p = replace(spend(50), scores=np.full(50, 3.0))
    assert len(residuals(p).bins) == 1


# --- thinning ------------------------------------------------------------------------------


@given(st.integers(401, 3000), st.integers(0, 9))
@FEW
def test_thinning_keeps_the_ends_and_the_order(points: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    x = np.sort(chance.random(points))
    kept = thinned(x, chance.random(points))
    assert len(kept) <= POINTS_AT_MOST
    assert (kept[0], kept[-1]) == (0, points - 1)
    assert (np.diff(kept) > 0).all()
