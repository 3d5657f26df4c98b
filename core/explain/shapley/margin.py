"""From exact values of a margin to effects that add up on the scale that is shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.explain.shapley.coalitions import affordable, enumerated
from core.explain.shapley.product import Form, Game, slices
from core.models.family import Floats, Matrix, Task
from core.models.outputs import shown
from core.progress import Report


class Carried(StrEnum):
    """What was done to get from raw outputs to what is shown.

    UNCHANGED: the raw output is what is shown; its values are exact. ENUMERATED: exact values of
    the chance, from all coalitions. RESCALED: the log-odds' exact values against each background
    row, times the slope of the line between the two rows' chances; adds up exactly, and equals
    the chance's own values where the link is straight between the two.
    """

    UNCHANGED = "unchanged"
    ENUMERATED = "enumerated"
    RESCALED = "rescaled"


@dataclass(frozen=True, eq=False)
class Shown:
    """Effects on the shown outputs: ``base + values.sum(axis=1)`` are the scores.

    ``base`` (outputs,), ``values`` (n, columns, outputs): chances (of class 1 where there are
    two) or values. For ``Form.JOINT`` the base is the mean score of the background rows, for
    ``Form.MARGINALS`` the score of the averaged log-odds. ``background`` counts its rows.
    """

    base: Floats
    values: Floats
    carried: Carried
    form: Form
    background: int


def carried_by(given: Game) -> Carried:
    """The most exact way that takes a fraction of a second a row."""
    if given.machine.task is Task.REGRESSION:
        return Carried.UNCHANGED
    return Carried.ENUMERATED if affordable(given) else Carried.RESCALED


def shown_effects(given: Game, x: Matrix, report: Report, way: Carried | None = None) -> Shown:
    """Effects of rows x (n, width) on the shown outputs, ``way`` by default ``carried_by``."""
    way = way or carried_by(given)
    if way is Carried.ENUMERATED:
        values = enumerated(given, x, report)
    else:
        values = np.zeros((len(x), len(given.stops), len(given.machine.bias)))
        for part in slices(given, x, report):
            against = part.values
            if way is Carried.RESCALED:
                slope = slopes(given.machine.task, part.raw, given.worth)
                against = against @ slope.transpose(0, 1, 3, 2)
            values[part.rows] = against.mean(axis=1)
    base = shown(given.machine.task, given.worth).reshape(given.worth.shape).mean(axis=0)
    return Shown(base, values, way, given.form, len(given.background))


def slopes(task: Task, raw: Floats, worth: Floats) -> Floats:
    """``slope @ (raw - worth)`` is the difference of the chances: (n, b, outputs, outputs).

    ``raw`` (n, outputs) and ``worth`` (b, outputs) are log-odds or logits. For log-odds it is the
    secant, as in DeepLIFT's rescale rule (Shrikumar et al. 2017). For logits the softmax's
    derivative ``diag(p) - p p' / sum(p)`` at the logarithmic means of the two rows' chances: a
    class's chance changes by its mean times its logarithm's change, and the changes add up to 0
    (Sato 1976, Vartia 1976).
    """
    if task is Task.REGRESSION:
        return np.broadcast_to(np.eye(raw.shape[1]), (len(raw), len(worth), 1, 1))
    means = _log_means(_log_chances(task, raw)[:, None], _log_chances(task, worth)[None])
    shares = means / means.sum(axis=2, keepdims=True)
    slope = -means[..., :, None] * shares[..., None, :]
    classes = np.arange(means.shape[2])
    others = shares @ (1.0 - np.eye(len(classes)))  # not 1 - shares, which loses small chances
    slope[..., classes, classes] = means * others
    return slope[..., 1:, 1:] if task is Task.BINARY else slope


def _log_chances(task: Task, raw: Floats) -> Floats:
    """(rows, classes); the first of two classes has log-odds 0."""
    logits = np.pad(raw, ((0, 0), (1, 0))) if task is Task.BINARY else raw
    logits = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))


def _log_means(first: Floats, second: Floats) -> Floats:
    """Logarithmic means ``(p - q) / (log p - log q)`` of chances given as logarithms."""
    apart = np.abs(first - second)
    share = np.divide(-np.expm1(-apart), apart, out=np.ones_like(apart), where=apart > 0)
    return np.asarray(np.exp(np.maximum(first, second)) * share)
