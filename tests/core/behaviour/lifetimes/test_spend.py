"""The gamma-gamma model against the note's numbers and against customers drawn from it."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest

from core.behaviour.lifetimes import spend
from core.behaviour.lifetimes.spend import GammaGamma, expected_mean, fit_spend
from tests.core.behaviour.lifetimes.cdnow import past

NOTE = GammaGamma(6.25, 3.74, 15.44)


def test_the_notes_parameters_are_recovered(shared: Path) -> None:
    known, means = past(shared)
    found = fit_spend(known.frequency, means.to_numpy("float64"))
    assert found is not None
    assert astuple(found.model) == pytest.approx((6.25, 3.74, 15.44), rel=0.01)
    newcomer = expected_mean(found.model, np.zeros(1), np.array([np.nan]))[0]
    assert newcomer == pytest.approx(35.17, abs=0.05)
    assert (found.model.p * found.model.v) / (found.model.q - 1) == pytest.approx(newcomer)


def test_a_mean_lies_between_ones_own_and_everybodys() -> None:
    found = expected_mean(NOTE, np.array([1.0, 1.0, 200.0]), np.array([100.0, 0.0, 100.0]))
    everybody = NOTE.p * NOTE.v / (NOTE.q - 1)
    assert everybody < found[0] < found[2] < 100
    assert found[2] > 99
    assert 0 < found[1] < everybody


def test_parameters_of_drawn_customers_come_back() -> None:
    chance = np.random.default_rng(0)
    times = chance.integers(1, 12, 8000).astype("float64")
    scale = chance.gamma(NOTE.q, 1 / NOTE.v, 8000)
    means = chance.gamma(NOTE.p * times, 1 / scale) / times
    found = fit_spend(times, means)
    assert found is not None
    apart = np.abs(np.array(astuple(found.model)) - astuple(NOTE)) / found.errors
    assert (apart < 3.5).all()
    level = chance.gamma(NOTE.p, 1 / scale)  # what each pays next
    error = (level - expected_mean(NOTE, times, means)).std() / np.sqrt(8000)
    assert abs(level.mean() - expected_mean(found.model, times, means).mean()) < 4 * error


def test_the_slope_is_that_of_the_likelihood() -> None:
    times, means = np.array([1.0, 2.0, 9.0]), np.array([0.5, 1.5, 1.0])
    values = np.array([2.0, 3.0, 1.5])
    slope = spend._log_likelihood(values, times, means)[1]
    for place in range(3):
        step = np.eye(3)[place] * 1e-6
        ends = [spend._log_likelihood(values + sign * step, times, means)[0] for sign in (1, -1)]
        assert slope[place] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-6)


def test_nobody_who_paid_has_no_model() -> None:
    assert fit_spend(np.zeros(5), np.full(5, np.nan)) is None
    assert fit_spend(np.ones(5), np.zeros(5)) is None


def test_heavy_tails_and_equal_amounts_have_a_finite_mean() -> None:
    chance = np.random.default_rng(0)
    heavy = np.exp(chance.normal(0, 3, 400))
    for means in (heavy, np.full(400, 10.0)):
        found = fit_spend(np.ones(400), means)
        assert found is not None
        assert np.isfinite(expected_mean(found.model, np.zeros(1), np.zeros(1))).all()
        assert found.model.q >= 1.05 - 1e-9
