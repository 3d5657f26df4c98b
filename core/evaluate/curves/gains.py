"""Lift and cumulative gains: what contacting the surest customers first brings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluate.curves.steps import Steps, steps, thinned
from core.intervals import ratio
from core.predict import Predictions

Floats = NDArray[np.float64]
GRID = np.linspace(0.005, 1.0, 200)


@dataclass(frozen=True)
class Gains:
    """Points (m,) by share of customers contacted, surest first, from 0 to 1.

    ``gains`` is the share of all positives reached; ``lift`` is how many times the average rate
    the contacted have: ``lift * share == gains``, and at share 0 its limit. Against what happened,
    not against predictions. ``base`` is the share of positives. nan without positives.
    """

    share: Floats
    gains: Floats
    lift: Floats
    base: float
    rows: int


@dataclass(frozen=True)
class Top:
    """The ``rows`` a model is surest of: ``hits`` of them are positive, a ``rate`` that is ``lift``
    times ``base``, the rate of all. Hits are expected ones where customers tie at the border."""

    rows: int
    hits: float
    rate: float
    lift: float
    base: float


def gains(predictions: Predictions) -> Gains:
    """Cumulative gains and lift of binary predictions, at most 400 points.

    Customers with the same chance count as contacted in random order: their expected value.
    """
    at = steps(predictions)
    share, reached = at.rows / at.total, ratio(at.hits, at.positives)
    keep = thinned(share, reached, at_most=400 - len(GRID))
    shown = np.union1d(share[keep], GRID)
    curve = np.interp(shown, share, reached)
    lift = ratio(curve, shown)
    lift[0] = reached[1] / share[1]
    return Gains(shown, curve, lift, at.positives / at.total, at.total)


def top(predictions: Predictions, rows: int) -> Top:
    """The finding about the ``rows`` customers with the highest chance (1 to all)."""
    at = steps(predictions)
    taken = min(max(rows, 1), at.total)
    hits = _hits(at, taken)
    base = at.positives / at.total
    return Top(taken, hits, hits / taken, float(ratio(hits / taken, base)), base)


def _hits(at: Steps, rows: int) -> float:
    return float(np.interp(rows, at.rows, at.hits))
