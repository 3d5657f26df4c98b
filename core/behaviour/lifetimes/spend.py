"""Gamma-gamma: what customers spend on average (Fader & Hardie 2013).

What a customer pays each time is gamma distributed with shape ``p`` and a scale of their own,
which is gamma distributed (``q``, ``v``) and has nothing to do with how often they buy. Fitted by
maximum likelihood, nothing penalised: "The Gamma-Gamma Model of Monetary Value",
http://www.brucehardie.com/notes/025.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln

from core.behaviour.lifetimes.likeliest import Found, Scaled, likeliest

Floats = NDArray[np.float64]

STARTS = ((6.0, 4.0, 0.5), (1.0, 2.0, 1.0), (2.0, 12.0, 5.0))
LOWEST = (0.0, 1.05, 0.0)  # with q of 1 and less a newcomer's mean would be infinite


@dataclass(frozen=True)
class GammaGamma:
    """The three parameters; ``v`` is in money."""

    p: float
    q: float
    v: float


@dataclass(frozen=True)
class SpendFit:
    """A fitted model, its log-likelihood, and a standard error of each parameter."""

    model: GammaGamma
    log_likelihood: float
    errors: tuple[float, ...]


def fit_spend(times: Floats, mean: Floats) -> SpendFit | None:
    """The likeliest model of customers who paid ``mean`` (n,) on average on ``times`` (n,) days.

    Only those who paid anything count; None where there is no such model. ``q`` is at least 1.05,
    so that what a newcomer spends has a mean.
    """
    paid = (times > 0) & np.isfinite(mean) & (mean > 0)
    if not paid.any():
        return None
    known, level = times[paid], float(mean[paid].mean())
    spent = mean[paid] / level
    found: Found | None = likeliest(
        lambda values: _log_likelihood(values, known, spent), STARTS, LOWEST
    )
    if found is None:
        return None
    scaled = Scaled(found, (1.0, 1.0, level))
    shift = paid.sum() * np.log(level)
    return SpendFit(GammaGamma(*scaled.values), found.log_likelihood - float(shift), scaled.errors)


def expected_mean(model: GammaGamma, times: Floats, mean: Floats) -> Floats:
    """What each customer (n,) is to spend a time: formula 5, between their mean and everybody's."""
    paid = np.where(times > 0, times * mean, 0.0)
    return np.asarray(model.p * (model.v + paid) / (model.p * times + model.q - 1.0))


def _log_likelihood(values: Floats, times: Floats, mean: Floats) -> tuple[float, Floats]:
    """Of all customers together, and its slope (3,)."""
    p, q, v = values
    shape, paid = p * times, times * mean
    both = np.log(v + paid)
    each = gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(v)
    each += (shape - 1.0) * np.log(mean) + shape * np.log(times) - (shape + q) * both
    slope = np.array(
        [
            (times * (digamma(shape + q) - digamma(shape) + np.log(paid) - both)).sum(),
            (digamma(shape + q) - digamma(q) + np.log(v) - both).sum(),
            (q / v - (shape + q) / (v + paid)).sum(),
        ]
    )
    return float(each.sum()), slope
