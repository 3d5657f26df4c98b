"""Chances that mean what they say: a curve through what a model says of rows set aside.

Platt's curve (1999) on log-odds that the model gave rows it did not learn from, cross-validated;
for several answers a scale and a shift an answer (Guo et al. 2017); for values a line. It is a
stack of one model (``core.models.ensemble``).
"""

from __future__ import annotations

import time

import numpy as np

from core.errors import CannotCalibrate
from core.models.family import family
from core.search.trying import Ask, Rows, tried
from core.search.weights import Panel, stack, wish
from core.train.spec import ModelSpec

LONG = 1e9  # seconds
FLATTEST = 1e-3  # of log-odds to log-odds


def can_be(spec: ModelSpec) -> bool:
    """Whether a model's chances can be put right: not those of one that is made of others."""
    return family(spec.family).on_menu and not family(spec.family).columns


def calibrated(rows: Rows, spec: ModelSpec) -> ModelSpec:
    """The wish for the same model with its chances put right by ``rows``, its own training rows.

    Raises CannotCalibrate, also where a fold could not be learned from.
    """
    if not can_be(spec):
        raise CannotCalibrate(spec.family)
    ask = Ask(0, spec.family, spec.params, time.time() + LONG, finish=True)
    found = tried(rows, ask)
    if found.said is None or np.isnan(found.said).all():
        raise CannotCalibrate(spec.family)
    panel = Panel((found.trial,), (found.said,), rows)
    curve = stack(panel, pull=0.0)
    if curve.weights[0] < FLATTEST:  # what it says tells nothing of what happened
        raise CannotCalibrate(spec.family)
    return wish(panel, curve)
