"""Whether chances are right: the test by hand, and how often it is wrong itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from core.models.family import Task
from core.predict import Predictions
from core.review.calibrated import SURE, calibrated, spiegelhalter


def test_spiegelhalters_test_by_hand() -> None:
    chances, truth = np.array([0.1, 0.4, 0.8, 0.9]), np.array([0.0, 1.0, 1.0, 0.0])
    above = sum((y - p) * (1 - 2 * p) for y, p in zip(truth, chances, strict=True))
    below = sum((1 - 2 * p) ** 2 * p * (1 - p) for p in chances)
    expected = 2 * stats.norm.sf(abs(above / np.sqrt(below)))
    assert spiegelhalter(chances, truth) == pytest.approx(expected)
    assert spiegelhalter(np.full(4, 0.5), truth) is None  # no chance says anything
    assert spiegelhalter(np.zeros(4), np.zeros(4)) is None


def test_right_chances_are_seldom_called_wrong_and_wrong_ones_are() -> None:
    chance = np.random.default_rng(0)
    called = wrong = 0
    for _ in range(300):
        chances = chance.uniform(0.02, 0.98, 400)
        truth = (chance.uniform(size=400) < chances).astype(float)
        called += (spiegelhalter(chances, truth) or 1) < SURE
        wrong += (spiegelhalter(np.clip(2 * chances - 0.5, 0.01, 0.99), truth) or 1) < SURE
    assert called <= stats.binom.ppf(0.999, 300, SURE)
    assert wrong > 250


def test_means_and_classes() -> None:
    chance = np.random.default_rng(1)
    scores = chance.dirichlet([2, 1, 1], 500)
    truth = np.array([chance.choice(3, p=p) for p in scores])
    many = Predictions(Task.MULTICLASS, "next", ("a", "b", "c"), np.arange(500), scores, truth)
    for number in range(3):
        told = calibrated(many, number)
        assert told.predicted == pytest.approx(scores[:, number].mean())
        assert told.happened == pytest.approx((truth == number).mean())
        assert told.low < told.happened < told.high
        assert not told.is_off
