"""Whether a model is worth having: against no model, the best single column, and a typed rule."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.data.privacy.counts import K
from core.errors import NotComparable, RuleOfNobody
from core.evaluate.compare import Difference, compare
from core.evaluate.resampling import drawn_interval
from core.evaluate.units import share_interval, units_of
from core.models.family import Floats, Task
from core.predict import Predictions
from core.train.spec import ModelSpec

Inside = NDArray[np.bool_]
SINGLE = "column"  # the family of the best single column


@dataclass(frozen=True)
class Rival:
    """What the model was held against, by the family's key, and the paired difference."""

    family: str
    difference: Difference


@dataclass(frozen=True)
class AgainstRule:
    """A rule of thumb that says yes to ``met`` of ``rows`` held-out customers, and the model's yes
    to as many it is surest of.

    ``rule`` and ``model`` are how many of those did what is predicted, as shares of ``met``;
    ``gap`` is model less rule with its paired 95 % bootstrap interval.
    """

    met: int
    rows: int
    rule: float
    rule_low: float
    rule_high: float
    model: float
    gap: float
    low: float
    high: float


def single_column(spec: ModelSpec) -> ModelSpec:
    """The wish for the best single column on the same rows."""
    return replace(spec, family=SINGLE, params={}, balanced=False)


def against(found: Predictions, rivals: Mapping[str, Predictions]) -> tuple[Rival, ...]:
    """The paired difference to each rival that was judged on the same rows."""
    told = []
    for family, other in rivals.items():
        try:
            told.append(Rival(family, compare(found, other)))
        except NotComparable:  # its rows were held out otherwise
            continue
    return tuple(told)


def against_rule(found: Predictions, meets: Inside, seed: int = 0) -> AgainstRule:
    """A rule against as many of the customers that the model is surest of (binary).

    ``meets`` (n,) says who meets the rule, in the order of the predictions. Raises RuleOfNobody
    where fewer than ten do, or all but ten.
    """
    if found.task is not Task.BINARY:
        raise NotComparable(found.target, "", len(found.rows))
    rows, met = len(meets), int(meets.sum())
    if min(met, rows - met) < K:
        raise RuleOfNobody(met, rows)
    truth = np.asarray(found.truth, np.float64)
    order = np.lexsort((found.rows, -found.scores))
    surest = np.zeros(rows, bool)
    surest[order[:met]] = True
    rule, model = float(truth[meets].mean()), float(truth[surest].mean())
    low, high = share_interval(truth == 1, meets, units_of(found))
    ends = drawn_interval(lambda drawn: _gap(drawn, order, truth, meets), found, seed)
    return AgainstRule(met, rows, rule, low, high, model, model - rule, *ends)


def _gap(weights: Floats, order: NDArray[np.int64], truth: Floats, meets: Inside) -> float:
    """The gap in one draw, of how often each row was drawn (n,): the model says yes to as many as
    meet the rule in it."""
    many = float(weights @ meets)
    if not many:
        return math.nan
    ranked = weights[order]
    taken = np.clip(many - (np.cumsum(ranked) - ranked), 0, ranked)
    return float(taken @ truth[order] - weights @ (meets * truth)) / many
