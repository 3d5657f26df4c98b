"""Intervals: Wilson against scipy, bootstrap against theory."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core.evaluate.evaluating import evaluate
from core.evaluate.metric import metrics
from core.evaluate.resampling import draws
from core.intervals import middle95, ratio, wilson
from tests.core.evaluate.made import brands, buyers, spend


@given(st.integers(1, 10_000), st.data())
def test_wilson_is_scipys(trials: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, trials))
    expected = stats.binomtest(hits, trials).proportion_ci(method="wilson")
    low, high = wilson(hits, trials)
    assert (float(low), float(high)) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert low <= hits / trials <= high


def test_no_trials_no_interval() -> None:
    low, high = wilson([0, 1], [0, 2])
    assert np.isnan([low[0], high[0]]).all()
    assert np.isfinite([low[1], high[1]]).all()
    assert np.isnan(ratio(1, 0))


def test_replicates_without_a_value_are_left_out() -> None:
    assert middle95(np.array([np.nan, 1.0, 1.0])) == (1.0, 1.0)
    assert np.isnan(middle95(np.full(3, np.nan))).all()


def test_draws_repeat_with_their_seed_and_draw_as_many_rows() -> None:
    first, again, other = (np.array(list(draws(50, seed))) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()
    assert (first.sum(axis=1) == 50).all()


def test_mean_metrics_have_the_normal_intervals_width() -> None:
    p = spend(2000)
    misses = np.abs(p.truth - p.scores)
    half = 1.96 * misses.std() / np.sqrt(len(misses))
    found = evaluate(p)["mae"]
    assert (found.high - found.low) / (2 * half) == pytest.approx(1, abs=0.15)
    assert found.low < found.value < found.high


def test_f1_from_counts_agrees_with_drawing_rows() -> None:
    p = buyers(1500)
    counts = evaluate(p, 0.3)["f1"]
    statistic = metrics()["f1"].statistic
    never = buyers(1500)
    nothing = type(p)(p.task, p.target, p.classes, p.rows, p.scores * 0 + 1, p.truth)
    assert statistic.difference(p, never, 0.3, 0) == (0, 0)
    low, high = statistic.difference(p, nothing, 0.3, 0)
    assert high - low < 2 * (counts.high - counts.low)
    rows = np.random.default_rng(3)
    values = []
    for _ in range(400):
        take = rows.integers(len(p.rows), size=len(p.rows))
        said, true = p.scores[take] >= 0.3, p.truth[take] == 1
        values.append(2 * (said & true).sum() / (said.sum() + true.sum()))
    assert (counts.low, counts.high) == pytest.approx(np.percentile(values, [2.5, 97.5]), abs=0.01)


@pytest.mark.parametrize("made", [buyers, brands, spend])
def test_every_interval_holds_its_value(made: object) -> None:
    for score in evaluate(made(800)).scores:
        assert score.low < score.value < score.high, score


def test_wilson_covers_the_truth_as_often_as_it_says() -> None:
    hits = np.random.default_rng(0).binomial(200, 0.1, size=4000)
    low, high = wilson(hits, 200)
    assert ((low <= 0.1) & (high >= 0.1)).mean() == pytest.approx(0.95, abs=0.02)
