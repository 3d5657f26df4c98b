"""BG/NBD against the paper's numbers, against brute force, and against customers drawn from it."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from scipy.special import betaincinv
from scipy.stats import beta, gamma

from core.behaviour.lifetimes import bgnbd
from core.behaviour.lifetimes.bgnbd import (
    BgNbd,
    Floats,
    Past,
    alive,
    chance,
    expected,
    fit,
    log_likelihood,
)
from tests.core.behaviour.lifetimes.cdnow import past
from tests.core.behaviour.lifetimes.drawn import drawn

PAPER = BgNbd(0.243, 4.414, 0.793, 2.426)
MODELS = [PAPER, BgNbd(1.7, 6.0, 1.0, 4.0), BgNbd(0.6, 2.0, 3.5, 0.4), BgNbd(0.5, 9.0, 0.2, 0.7)]
CUSTOMERS = [(0, 0.0, 12.0), (2, 30.43, 38.86), (7, 20.0, 21.0), (40, 30.0, 38.0)]


def one(x: float, t_x: float, age: float) -> Past:
    return Past(np.array([float(x)]), np.array([t_x]), np.array([age]))


def test_the_papers_parameters_are_recovered(shared: Path) -> None:
    """Table 2 of the paper; the errors are what the curvature of the likelihood gives."""
    known, _ = past(shared)
    assert (len(known.age), (known.frequency > 0).sum()) == (2357, 946)
    found = fit(known)
    assert found is not None
    assert astuple(found.model) == pytest.approx((0.243, 4.414, 0.793, 2.426), rel=0.01)
    assert found.log_likelihood == pytest.approx(-9582.4, abs=0.05)
    assert log_likelihood(found.model, known) == pytest.approx(found.log_likelihood, abs=1e-6)
    assert found.errors == pytest.approx((0.0126, 0.378, 0.186, 0.705), rel=0.02)
    # the authors' note on the model in Excel: customer 1516
    assert expected(found.model, one(2, 30.43, 38.86), 39.0)[0] == pytest.approx(1.226, abs=5e-4)
    assert alive(found.model, one(2, 30.43, 38.86))[0] == pytest.approx(0.7266, abs=5e-4)
    assert alive(found.model, one(0, 0.0, 38.86))[0] == 1.0


def test_the_next_39_weeks_of_cdnow(shared: Path) -> None:
    """1,882 days with purchases came; the model expects 12 % fewer, as ``lifetimes`` does."""
    known, _ = past(shared)
    found = expected(PAPER, known, 39.0).sum()
    assert found == pytest.approx(1654, rel=0.002)
    assert found == pytest.approx(1882, rel=0.13)


def test_the_unit_of_time_changes_alpha_only() -> None:
    unit = 7.0
    known = drawn(PAPER, np.linspace(20.0, 40.0, 1500), 3).past
    plain, other = fit(known), fit(Past(known.frequency, known.recency * unit, known.age * unit))
    assert plain is not None
    assert other is not None
    r, alpha, a, b = astuple(plain.model)
    assert astuple(other.model) == pytest.approx((r, alpha * unit, a, b), rel=1e-3)


@pytest.mark.parametrize("model", [PAPER, BgNbd(1.2, 6.0, 1.5, 4.0)])
def test_parameters_of_drawn_customers_come_back(model: BgNbd) -> None:
    known = drawn(model, np.random.default_rng(1).uniform(30, 120, 8_000), 2).past
    found = fit(known)
    assert found is not None
    apart = np.abs(np.array(astuple(found.model)) - astuple(model)) / found.errors
    assert (apart < 3.5).all()
    assert found.log_likelihood >= log_likelihood(model, known)


@pytest.mark.parametrize("model", MODELS)
def test_the_slope_is_that_of_the_likelihood(model: BgNbd) -> None:
    known = drawn(model, np.linspace(5.0, 40.0, 60), 5).past
    values, counts = np.array(astuple(model)), np.arange(1.0, 61.0)
    slope = bgnbd._weighed(values, known, counts)[1]
    for place in range(4):
        step = np.eye(4)[place] * 1e-5
        ends = [bgnbd._weighed(values + sign * step, known, counts)[0] for sign in (1, -1)]
        assert slope[place] == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-5, abs=1e-4)


def middles(many: int) -> Floats:
    """The middles of so many equal parts of 0..1."""
    return (np.arange(many) + 0.5) / many


def by_force(
    model: BgNbd, customer: tuple[float, float, float], gap: float, horizon: float
) -> tuple[float, float]:
    """Purchases to expect and the chance of one, as sums over a grid of rates and chances of
    leaving (by quantiles) of each pair's likelihood as it stands.
    """
    x, t_x, age = customer
    rate = gamma(model.r, scale=1 / model.alpha).ppf(middles(1500))[:, None]
    p = beta(model.a, model.b).ppf(middles(1500))
    stays = rate**x * (1 - p) ** x * np.exp(-rate * age)
    gone = p * (1 - p) ** (x - 1) * rate**x * np.exp(-rate * t_x) if x else 0.0
    lives = stays * np.exp(-rate * p * gap)
    bought = lives * -np.expm1(-rate * p * horizon) / p
    again = lives * -np.expm1(-rate * horizon)
    total = (stays + gone).sum()
    return bought.sum() / total, again.sum() / total


@pytest.mark.parametrize("customer", [(2, 3.0, 4.0), (0, 0.0, 4.0)])
def test_closed_forms_are_the_integrals(customer: tuple[float, float, float]) -> None:
    model = BgNbd(1.3, 4.0, 1.8, 2.5)
    for gap in (0.0, 3.0):
        bought, again = by_force(model, customer, gap, 6.0)
        assert expected(model, one(*customer), 6.0, gap)[0] == pytest.approx(bought, rel=1e-3)
        assert chance(model, one(*customer), 6.0, gap)[0] == pytest.approx(again, rel=1e-3)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("customer", CUSTOMERS)
def test_expectations_are_one_integral_over_leaving(
    model: BgNbd, customer: tuple[float, float, float]
) -> None:
    """The rate integrates by hand; what is left is a mean over beta(a, b + x) of who is alive."""
    x, _, age = customer
    p, waits, since = (
        betaincinv(model.a, model.b + x, middles(20_000)),
        model.r + x,
        model.alpha + age,
    )
    p = np.maximum(p, 1e-12)
    near, far = ((1 + p * end / since) ** -waits for end in (5.0, 44.0))
    again = near - (1 + (p * 5.0 + 39.0) / since) ** -waits
    lives = alive(model, one(*customer))[0]
    found = expected(model, one(*customer), 39.0, 5.0)[0]
    assert found == pytest.approx(lives * ((near - far) / p).mean(), rel=1e-5)
    some = chance(model, one(*customer), 39.0, 5.0)[0]
    assert some == pytest.approx(lives * again.mean(), rel=1e-5)


@pytest.mark.parametrize("model", [PAPER, BgNbd(1.7, 6.0, 1.0, 4.0)])
@pytest.mark.parametrize("gap", [0.0, 8.0])
def test_drawn_customers_do_what_is_expected(model: BgNbd, gap: float) -> None:
    """By groups of what was seen of them: as many purchases and as many buyers, but for chance."""
    seen = drawn(model, np.random.default_rng(4).uniform(10, 40, 24_000), 9)
    came, x = seen.between(gap, gap + 20.0), seen.past.frequency
    means, chances = (way(model, seen.past, 20.0, gap) for way in (expected, chance))
    late = seen.past.recency > 0.6 * seen.past.age
    for group in (x == 0, (x == 1) & late, (x == 1) & ~late, (x > 1) & late, (x > 1) & ~late):
        many = group.sum()
        assert many > 200
        error = came[group].std() / np.sqrt(many)
        assert abs(came[group].mean() - means[group].mean()) < 4 * error
        buyers = chances[group].mean()
        off = (came[group] > 0).mean() - buyers
        assert abs(off) < 4 * np.sqrt(buyers * (1 - buyers) / many)


@pytest.mark.parametrize(
    "model",
    [
        BgNbd(90.3, 0.617, 57.0, 0.0222),
        BgNbd(0.3, 5.0, 1.0 + 1e-9, 1.0),
        BgNbd(0.3, 5.0, 0.4, 0.6),
        BgNbd(0.3, 5.0, 0.2, 0.3),
        BgNbd(0.3, 5.0, 1e-5, 1e5),
        BgNbd(0.3, 5.0, 5e4, 5e4),
        BgNbd(1e5, 1e5, 1e5, 1e-5),
        BgNbd(1e-5, 1e-5, 1e-5, 1e-5),
    ],
)
def test_no_parameters_and_no_customer_break_it(model: BgNbd) -> None:
    x = np.array([0.0, 0.0, 1.0, 1.0, 8.0, 300.0, 5000.0])
    known = Past(
        x, np.array([0.0, 0.0, 1.0, 90.0, 40.0, 99.0, 100.0]), np.array([0.0, 100.0] * 3 + [100.0])
    )
    known = Past(known.frequency, np.minimum(known.recency, known.age), known.age)
    for gap in (0.0, 2.0, 400.0):
        bought, again = expected(model, known, 39.0, gap), chance(model, known, 39.0, gap)
        assert np.isfinite(bought).all()
        assert (again <= bought * (1 + 1e-6) + 1e-9).all()  # Markov's inequality
        assert (again >= 0).all()
        most = (model.r + x) * 39.0 / (model.alpha + known.age)
        assert (bought <= most * (1 + 1e-6)).all()


@pytest.mark.parametrize("a", [0.5, 0.9999, 1.0001, 2.0])
def test_where_the_closed_form_is_not_trusted_the_mean_is_near(a: float) -> None:
    known = Past(np.array([0.0, 3.0, 30.0]), np.array([0.0, 9.0, 9.0]), np.full(3, 10.0))
    model = BgNbd(0.4, 4.0, a, 2.0)
    closed = bgnbd._if_alive(model, known, 20.0)
    np.testing.assert_allclose(bgnbd._mean_purchases(model, known, 20.0), closed, rtol=2e-4)


def test_there_is_no_model_of_nobody() -> None:
    nobody = np.zeros(0)
    assert fit(Past(nobody, nobody, nobody)) is None
    assert fit(Past(np.zeros(50), np.zeros(50), np.linspace(1, 9, 50))) is None


def test_customers_all_alike_have_a_model() -> None:
    found = fit(Past(np.full(30, 4.0), np.full(30, 8.0), np.full(30, 10.0)))
    assert found is not None
    assert np.isfinite(astuple(found.model)).all()
    assert np.isfinite(found.log_likelihood)
