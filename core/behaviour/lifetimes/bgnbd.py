"""BG/NBD: how often customers buy until they leave (Fader, Hardie & Lee 2005).

A customer buys at a rate of their own, gamma distributed (``r``, ``alpha``), and leaves after any
purchase with a chance of their own, beta distributed (``a``, ``b``). Fitted by maximum likelihood,
nothing penalised: "Counting your customers" the easy way, Marketing Science 24(2), 275-284.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, digamma, expit, gammaln, hyp2f1

from core.behaviour.lifetimes.likeliest import Found, Scaled, likeliest

Floats = NDArray[np.float64]

STARTS = ((0.25, 0.3, 0.8, 2.5), (1.0, 1.0, 0.3, 3.0), (0.1, 0.05, 2.0, 2.0))
NODES = 64
NEAR_ONE = 1e-4  # of a: the closed form divides by a - 1
SLACK = 1e-9


@dataclass(frozen=True)
class BgNbd:
    """The four parameters; ``alpha`` has the unit of the times it was fitted on."""

    r: float
    alpha: float
    a: float
    b: float


@dataclass(frozen=True, eq=False)
class Past:
    """What is known of each customer, (customers,) each: repeat purchases, time from the first to
    the last purchase (0 without repeats), and time from the first until now."""

    frequency: Floats
    recency: Floats
    age: Floats


@dataclass(frozen=True)
class Fit:
    """A fitted model, its log-likelihood, and a standard error of each parameter (nan where the
    likelihood is flat)."""

    model: BgNbd
    log_likelihood: float
    errors: tuple[float, ...]


def fit(past: Past) -> Fit | None:
    """The likeliest model; None where there is none (nobody bought again, or nothing settled)."""
    if not len(past.age) or not (past.frequency > 0).any():
        return None
    unit = float(past.age.mean())
    rows, counts = np.unique(
        np.stack([past.frequency, past.recency / unit, past.age / unit]), axis=1, return_counts=True
    )
    alike = Past(*rows)
    found: Found | None = likeliest(lambda values: _weighed(values, alike, counts), STARTS)
    if found is None:
        return None
    scaled = Scaled(found, (1.0, unit, 1.0, 1.0))
    # a density of times: in another unit it is another density
    shift = past.frequency.sum() * np.log(unit)
    return Fit(BgNbd(*scaled.values), found.log_likelihood - float(shift), scaled.errors)


def log_likelihood(model: BgNbd, past: Past) -> float:
    """Of all customers together (formula 6)."""
    values = np.array([model.r, model.alpha, model.a, model.b])
    return _weighed(values, past, np.ones(len(past.age)))[0]


def alive(model: BgNbd, past: Past) -> Floats:
    """The chance (customers,) that each has not left; 1 for who bought once only."""
    return np.asarray(expit(_stayed(model, past) - _left(model, past)))


def expected(model: BgNbd, past: Past, horizon: float, gap: float = 0.0) -> Floats:
    """Purchases (customers,) to expect in the ``horizon`` that begins ``gap`` from now."""
    begin = _if_alive(model, past, gap) if gap > 0 else np.zeros(len(past.age))
    return alive(model, past) * (_if_alive(model, past, gap + horizon) - begin)


def chance(model: BgNbd, past: Past, horizon: float, gap: float = 0.0) -> Floats:
    """The chance (customers,) of at least one purchase in that horizon.

    Who is alive now with rate l and chance p of leaving is alive after the gap with chance
    exp(-l p gap) and then buys within the horizon with chance 1 - exp(-l horizon); the means over
    what is known of l and p are ``_kept``.
    """
    waits, since = model.r + past.frequency, model.alpha + past.age
    silent = np.exp(waits * (np.log(since) - np.log(since + horizon)))
    buys = _kept(model, past, since, gap) - silent * _kept(model, past, since + horizon, gap)
    return np.clip(alive(model, past) * buys, 0.0, 1.0)


def _stayed(model: BgNbd, past: Past) -> Floats:
    return -(model.r + past.frequency) * np.log(model.alpha + past.age)


def _left(model: BgNbd, past: Past) -> Floats:
    """The log of what leaving after the last repeat purchase adds; it needs one."""
    again = past.frequency > 0
    odds = np.log(model.a) - np.log(np.where(again, model.b + past.frequency - 1.0, 1.0))
    left = odds - (model.r + past.frequency) * np.log(model.alpha + past.recency)
    return np.where(again, left, -np.inf)


def _weighed(values: Floats, past: Past, counts: NDArray[Any]) -> tuple[float, Floats]:
    """Log-likelihood of customers of whom there are so many each, and its slope (4,)."""
    r, alpha, a, b = values
    model, x = BgNbd(r, alpha, a, b), past.frequency
    stayed, left = _stayed(model, past), _left(model, past)
    known, place = np.unique(x, return_inverse=True)  # the gamma functions see few numbers
    fixed = gammaln(r + known) - gammaln(r) + r * np.log(alpha)
    fixed += gammaln(a + b) + gammaln(b + known) - gammaln(b) - gammaln(a + b + known)
    total = float((counts * (fixed[place] + np.logaddexp(stayed, left))).sum())
    gone = expit(left - stayed)
    rates = (1.0 - gone) / (alpha + past.age) + gone / (alpha + past.recency)
    logs = (1.0 - gone) * np.log(alpha + past.age) + gone * np.log(alpha + past.recency)
    leaving = digamma(a + b) - digamma(a + b + known)
    slopes = (
        (digamma(r + known) - digamma(r) + np.log(alpha))[place] - logs,
        r / alpha - (r + x) * rates,
        leaving[place] + gone / a,
        (leaving + digamma(b + known) - digamma(b))[place]
        - np.where(x > 0, gone / np.where(x > 0, b + x - 1.0, 1.0), 0.0),
    )
    return total, np.array([(counts * slope).sum() for slope in slopes])


def _if_alive(model: BgNbd, past: Past, horizon: float) -> Floats:
    """Purchases to expect of who is alive.

    Formula 10 by Euler's transformation of its hypergeometric function, which leaves parameters
    that stay small however large x is. Where that is not to be trusted, by ``_mean``.
    """
    waits, since = model.r + past.frequency, model.alpha + past.age
    share, both = horizon / (since + horizon), model.a + model.b + past.frequency
    with np.errstate(all="ignore"):  # what is no number is found again below
        series = hyp2f1(model.a + model.b - 1.0 - model.r, model.a - 1.0, both - 1.0, share)
        found = (both - 1.0) / (model.a - 1.0) * (1.0 - (1.0 - share) ** (model.a - 1.0) * series)
    typical = model.a / both
    low = -np.expm1(-waits * np.log1p(typical * horizon / since)) / typical  # Jensen's
    sound = (found >= low * (1 - SLACK)) & (found <= waits * horizon / since * (1 + SLACK))
    sound &= (both - 1.0 > NEAR_ONE) & (abs(model.a - 1.0) > NEAR_ONE)
    if not sound.all():
        rest = Past(*(values[~sound] for values in (past.frequency, past.recency, past.age)))
        found[~sound] = _mean_purchases(model, rest, horizon)
    return np.asarray(found)


def _mean_purchases(model: BgNbd, past: Past, horizon: float) -> Floats:
    """The same as a mean over the chance p of leaving: of (1 - (1 + p u)^-(r + x)) / p."""
    waits, reach = model.r + past.frequency, horizon / (model.alpha + past.age)
    chances, weights = _leaving(model, past.frequency)
    bought = -np.expm1(-waits[:, None] * np.log1p(chances * reach[:, None])) / chances
    return np.asarray((bought * weights).sum(axis=1))


def _kept(model: BgNbd, past: Past, since: Floats, gap: float) -> Floats:
    """The mean (customers,) of (1 + p gap / since)^-(r + x) over the chance p of leaving.

    Euler's integral: 2F1(r + x, a; a + b + x; -gap / since), by Pfaff's transformation.
    """
    if gap <= 0:
        return np.ones(len(since))
    waits, both = model.r + past.frequency, model.a + model.b + past.frequency
    reach = gap / since
    with np.errstate(all="ignore"):
        series = hyp2f1(both - waits, model.a, both, reach / (1.0 + reach))
        found = (1.0 + reach) ** -model.a * series
    low = np.exp(-waits * np.log1p(model.a / both * reach))  # Jensen's
    sound = (found >= low * (1 - SLACK)) & (found <= 1 + SLACK)
    if not sound.all():
        chances, weights = _leaving(model, past.frequency[~sound])
        kept = np.exp(-waits[~sound, None] * np.log1p(chances * reach[~sound, None]))
        found[~sound] = (kept * weights).sum(axis=1)
    return np.asarray(found)


def _leaving(model: BgNbd, frequency: Floats) -> tuple[Floats, Floats]:
    """Chances of leaving (customers, nodes) of who is alive, beta(a, b + x), with weights."""
    places, weights = np.polynomial.legendre.leggauss(NODES)
    shares = (places + 1.0) / 2.0
    chances = betaincinv(model.a, model.b + frequency[:, None], shares)
    return np.clip(chances, 1e-280, 1.0), weights / 2.0
