"""What a change should bring about: a chance or value over or under a bound, or a class."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.errors import BadSetting, UnknownOutcome
from core.models.family import Floats, Task
from core.train.training import TrainedModel

TIE = 1e-12  # a class must be likelier than the next by more than rounding


class Side(StrEnum):
    """Which side of the bound is wanted."""

    OVER = "over"
    UNDER = "under"
    LIKELIEST = "likeliest"


@dataclass(frozen=True)
class Aim:
    """What is wanted of the shown output.

    OVER and UNDER mean at least and at most ``to``: a chance in 0..1, or a value. LIKELIEST is for
    several classes: ``of`` shall be the likeliest, and ``to`` counts for nothing. ``of`` is the
    class whose chance is meant; for a binary target and a value it is empty.
    """

    to: float = 0.5
    side: Side = Side.OVER
    of: str = ""


def checked(aim: Aim, model: TrainedModel) -> Aim:
    """The aim, with the class it is about where there are several.

    Raises UnknownOutcome for a class that is none, BadSetting for a bound that no prediction can
    cross.
    """
    task, classes = model.spec.task, model.classes
    of = aim.of or (classes[0] if task is Task.MULTICLASS else "")
    known = classes if task is Task.MULTICLASS else classes[1:] if task is Task.BINARY else ()
    if of and of not in known:
        raise UnknownOutcome(model.spec.target.name, of, known)
    if aim.side is Side.LIKELIEST and task is not Task.MULTICLASS:
        raise BadSetting("side", aim.side, f"{Side.OVER}, {Side.UNDER}")
    if not math.isfinite(aim.to) or (task is not Task.REGRESSION and not 0 <= aim.to <= 1):
        raise BadSetting("to", str(aim.to), "0 – 1" if task is not Task.REGRESSION else "–")
    return Aim(float(aim.to), aim.side, of if task is Task.MULTICLASS else "")


def shown(aim: Aim, model: TrainedModel, scores: Floats) -> Floats:
    """The output that the aim is about, (n,), of scores (n,) or (n, classes)."""
    if model.spec.task is not Task.MULTICLASS:
        return scores
    return scores[:, model.classes.index(aim.of)]


def lead(aim: Aim, model: TrainedModel, scores: Floats) -> Floats:
    """How far beyond the bound the scores are, (n,): 0 and more have reached the aim."""
    value = shown(aim, model, scores)
    if aim.side is Side.LIKELIEST:
        others = np.delete(scores, model.classes.index(aim.of), axis=1)
        return value - others.max(axis=1) - TIE
    return value - aim.to if aim.side is Side.OVER else aim.to - value


def usual_aim(model: TrainedModel, of: str = "") -> Aim:
    """What is asked for before a person says: an even chance, or the middle of what happened."""
    if model.spec.task is not Task.REGRESSION:
        return checked(Aim(of=of), model)
    middle = float(np.median(model.held_out_truth)) if len(model.held_out_truth) else 0.0
    return Aim(float(f"{middle:.3g}"))
