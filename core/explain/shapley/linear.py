"""Interventional Shapley values of linear models: exact wherever that is quick.

A value is its coefficients times the distance from the background's mean (Strumbelj & Kononenko
2014). A chance is a curve of a sum: up to twelve players all coalitions are taken, whose
log-odds are one matrix product; beyond, two classes are exact as a sum of waves (``waves``), and
several are estimated by the orders of ``sampled``, of sums only, with their errors.
"""

from __future__ import annotations

import numpy as np

from core.explain.shapley import sampled
from core.explain.shapley.method import Asked, Effects, Method
from core.explain.shapley.subsets import PLAYERS_AT_MOST
from core.explain.shapley.waves import logistic_values, steps
from core.explain.shapley.worth import Contest, Worth, worth
from core.models.family import Floats, Matrix, Reasons, Task, family
from core.progress import Report
from core.train.training import TrainedModel

STEPS_AT_MOST = 1_000_000  # factors of one row's waves; less than a tenth of a second
STAGE = "explain.stage.reasons"


def prepare(model: TrainedModel, asked: Asked) -> Worth:
    """What all rows share."""
    return worth(model, asked)


def effects(state: Worth, x: Matrix, of: int, report: Report) -> Effects:
    """Effects (rows, players) on the shown output; errors only where they are estimated."""
    return sampled.where_not_exact(state, x, of, lambda rows: map(_exact, rows), report)


def _exact(contest: Contest) -> Floats | None:
    """The values (players,), or None where they would take long."""
    given = contest.worth
    if given.network is None:
        return None
    apart = contest.apart.astype("float64")
    if given.model.spec.task is Task.REGRESSION:
        return np.asarray(apart[:, :, 0].mean(axis=0))
    if given.players <= PLAYERS_AT_MOST:
        return sampled.enumerated(contest).means[0]
    if given.model.spec.task is Task.MULTICLASS:
        return None
    start, apart = contest.start[:, 0], apart[:, :, 0]
    if steps(start, apart) > STEPS_AT_MOST:
        return None
    return np.asarray(logistic_values(start, apart).mean(axis=0))


def interactions(state: Worth, x: Matrix, of: int, report: Report) -> Floats | None:
    """Interactions (rows, players, players) of a value: none, each adds its own; None for a chance.

    A curve of a sum has some.
    """
    if state.model.spec.task is not Task.REGRESSION or state.network is None:
        return None
    values = effects(state, x, of, report).values
    return values[:, :, None] * np.eye(state.players)


def suits(model: TrainedModel) -> bool:
    """True for models that are linear before the curve."""
    return family(model.spec.family).reasons is Reasons.LINEAR


METHOD = Method(
    "linear", prepare, effects, lambda state: len(state.background), suits, interactions
)
