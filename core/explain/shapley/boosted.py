"""Interventional Shapley values of boosted trees: a value's are exact, a chance's are estimated.

Trees add up to a value as a forest's do. A chance is a curve of their sum: all coalitions of a few
columns are taken, and of many the random orders of ``sampled``, with their standard errors.
"""

from __future__ import annotations

from typing import Any

from core.explain.shapley import sampled, trees
from core.explain.shapley.method import Asked, Effects, Method
from core.explain.shapley.worth import Worth
from core.models.family import Floats, Matrix, Reasons, Task, family
from core.progress import Report
from core.train.training import TrainedModel


def prepare(model: TrainedModel, asked: Asked) -> Any:
    """What all rows share."""
    way = trees if model.spec.task is Task.REGRESSION else sampled
    return way.prepare(model, asked)


def effects(state: Any, x: Matrix, of: int, report: Report) -> Effects:
    """Effects (rows, players) on the shown output; errors only where they are estimated."""
    way = sampled if isinstance(state, Worth) else trees
    return way.effects(state, x, of, report)


def interactions(state: Any, x: Matrix, of: int, report: Report) -> Floats | None:
    """Interactions (rows, players, players) of a value, exact; None for a chance."""
    return None if isinstance(state, Worth) else trees.interactions(state, x, of, report)


def suits(model: TrainedModel) -> bool:
    """True for boosted trees."""
    return family(model.spec.family).reasons is Reasons.BOOSTED


METHOD = Method(
    "boosted", prepare, effects, lambda state: len(state.background), suits, interactions
)
