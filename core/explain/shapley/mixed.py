"""Shapley values of several models that answer together.

Of a weighted mean they are the weighted means of the members' values, each by its own method
against the same background (linearity; Shapley 1953). A stack is a curve of its members: random
orders, as ``sampled``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.explain.shapley import sampled
from core.explain.shapley.method import Asked, Effects, Method, method
from core.models.ensemble import MEAN, Ensemble
from core.models.family import Floats, Matrix, Reasons, family
from core.progress import Report, parts
from core.train.preparation import narrowed
from core.train.training import TrainedModel


@dataclass(frozen=True, eq=False)
class Mixed:
    """Each member's own method with its state, which columns it looks at, and its share."""

    methods: tuple[Method, ...]
    states: tuple[Any, ...]
    columns: tuple[Any, ...]
    shares: Floats


def prepare(model: TrainedModel, asked: Asked) -> Any:
    """What all rows share."""
    made: Ensemble = model.estimator
    if made.way != MEAN:
        return sampled.prepare(model, asked)
    weights = np.array([member.weight for member in made.members])
    used = [place for place, weight in enumerate(weights) if weight]
    alone = [_alone(model, place) for place in used]
    ways = tuple(method(str(family(each.spec.family).reasons)) for each in alone)
    states = tuple(way.prepare(each, asked) for way, each in zip(ways, alone, strict=True))
    columns = tuple(made.columns[place] for place in used)
    return Mixed(ways, states, columns, weights[used] / weights.sum())


def _alone(model: TrainedModel, place: int) -> TrainedModel:
    """A member as a model by itself, of the same columns and background."""
    member = model.estimator.members[place]
    kind = family(member.family)
    return replace(
        model,
        spec=replace(model.spec, family=member.family, params=member.params),
        preparation=narrowed(model.preparation, kind.encoding),
        estimator=model.estimator.estimators[place],
    )


def effects(state: Any, x: Matrix, of: int, report: Report) -> Effects:
    """Effects (rows, players) on the shown output; errors where a member's are estimated."""
    if not isinstance(state, Mixed):
        return sampled.effects(state, x, of, report)
    found = [
        way.effects(known, np.ascontiguousarray(x[:, cells]), of, told)
        for way, known, cells, told in zip(
            state.methods, state.states, state.columns, parts(report, len(state.methods)),
            strict=True,
        )
    ]  # fmt: skip
    shares = state.shares
    return Effects(
        float(sum(share * each.base for share, each in zip(shares, found, strict=True))),
        np.tensordot(shares, np.stack([each.values for each in found]), 1),
        np.sqrt(np.tensordot(shares**2, np.stack([each.errors**2 for each in found]), 1)),
        tuple(dict.fromkeys(note for each in found for note in each.notes)),
    )


def background(state: Any) -> int:
    """Rows that the base is measured against."""
    if not isinstance(state, Mixed):
        return len(state.background)
    return max(way.background(s) for way, s in zip(state.methods, state.states, strict=True))


def suits(model: TrainedModel) -> bool:
    """True for models that are made of others."""
    return family(model.spec.family).reasons is Reasons.MIXED


METHOD = Method("mixed", prepare, effects, background, suits)
