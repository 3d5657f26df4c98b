"""Logits are made as sure as they are right, on rows that they were not learned from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from core.models.family import Floats
from core.models.temperature import LEAST, MOST, temperature

ROWS = 500


def temperatures(rounds: Any, targets: Floats, weights: Floats | None) -> tuple[Floats, Floats]:
    """Factors and losses of rounds, each from the factor of the one before."""
    found = [(1.0, 0.0)]
    for each in rounds:
        found.append(temperature(each, targets, weights, found[-1][0]))
    factors, losses = np.array(found[1:]).T
    return factors, losses


def logits(seed: int) -> tuple[Any, Any]:
    """Logits (rounds, rows, classes), each round surer of itself, and the truth."""
    chance = np.random.default_rng(seed)
    raw = chance.normal(size=(ROWS, 4))
    y = (raw + chance.gumbel(size=(ROWS, 4))).argmax(axis=1)
    return np.stack([sure * raw for sure in (0.7, 1.0, 2.0, 3.0, 6.0)]), y


@pytest.mark.parametrize("weighed", [False, True])
def test_factors_lose_least(weighed: bool) -> None:
    rounds, y = logits(0)
    weights = np.where(y == 1, 3.0, 1.0) if weighed else None
    factors, losses = temperatures(rounds, np.eye(4)[y], weights)
    for raw, factor, loss in zip(rounds, factors, losses, strict=True):

        def lost(by: float, raw: Any = raw) -> float:
            each = -log_softmax(by * raw, axis=1)[np.arange(ROWS), y]
            return float(np.average(each, weights=weights))

        best: Any = minimize_scalar(lost, bounds=(LEAST, MOST), method="bounded")
        assert loss == pytest.approx(lost(factor))
        assert loss == pytest.approx(best.fun, rel=1e-4)
    assert factors[1] * 1.0 == pytest.approx(factors[4] * 6.0, rel=0.05)
    assert list(factors) == sorted(factors, reverse=True)


def test_what_tells_nothing_is_left_as_it_is() -> None:
    factors, losses = temperatures(np.zeros((2, 30, 3)), np.eye(3)[np.arange(30) % 3], None)
    assert list(factors) == [1.0, 1.0]
    assert losses == pytest.approx(np.log(3))


def test_it_stays_within_bounds() -> None:
    _, y = logits(1)
    right = 50.0 * np.eye(4)[y]
    factors, losses = temperatures([0.01 * right] * 9, np.eye(4)[y], None)
    assert factors[-1] == pytest.approx(MOST)
    factors, losses = temperatures([-right] * 12, np.eye(4)[y], None)
    assert factors[-1] == pytest.approx(LEAST)
    assert np.isfinite(losses).all()
