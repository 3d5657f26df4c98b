"""From exact values of a margin to effects that add up on the scale that is shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.explain.shapley.coalitions import affordable, enumerated
from core.explain.shapley.corrected import Stop, corrected
from core.explain.shapley.product import Form, Game, slices
from core.explain.shapley.slopes import slopes
from core.models.family import Floats, Matrix, Task
from core.models.outputs import shown
from core.progress import Report

FIRST = Stop(goal=0.005, seed=0)


class Carried(StrEnum):
    """What was done to get from raw outputs to what is shown.

    UNCHANGED: the raw output is what is shown; its values are exact. ENUMERATED: exact values of
    the chance, from all coalitions. CORRECTED: an estimate of the chance's own values, with its
    errors. RESCALED: the log-odds' exact values against each background
    row, times the slope of the line between the two rows' chances; adds up exactly, and equals
    the chance's own values where the link is straight between the two.
    """

    UNCHANGED = "unchanged"
    ENUMERATED = "enumerated"
    CORRECTED = "corrected"
    RESCALED = "rescaled"


@dataclass(frozen=True, eq=False)
class Shown:
    """Effects on the shown outputs: ``base + values.sum(axis=1)`` are the scores.

    ``base`` (outputs,), ``values`` (n, columns, outputs): chances (of class 1 where there are
    two) or values. ``errors``, as large, are standard errors of an estimate, else 0. For
    ``Form.JOINT`` the base is the mean score of the background rows, for ``Form.MARGINALS`` the
    score of the averaged log-odds. ``background`` counts its rows.
    """

    base: Floats
    values: Floats
    errors: Floats
    carried: Carried
    form: Form
    background: int


def carried_by(given: Game) -> Carried:
    """The most exact way that takes a fraction of a second a row."""
    if given.machine.task is Task.REGRESSION:
        return Carried.UNCHANGED
    if given.form is Form.MARGINALS:
        return Carried.RESCALED
    return Carried.ENUMERATED if affordable(given) else Carried.CORRECTED


def shown_effects(
    given: Game, x: Matrix, report: Report, way: Carried | None = None, stop: Stop = FIRST
) -> Shown:
    """Effects of rows x (n, width) on the shown outputs, ``way`` by default ``carried_by``.

    ``stop`` is for CORRECTED, which asks for a joint game.
    """
    way = way or carried_by(given)
    errors = np.zeros((len(x), len(given.stops), len(given.machine.bias)))
    if way is Carried.ENUMERATED:
        values = enumerated(given, x, report)
    elif way is Carried.CORRECTED:
        found = corrected(given, x, stop, report)
        values, errors = found.values, found.errors
    else:
        values = _scaled(given, x, way, report)
    base = shown(given.machine.task, given.worth).reshape(given.worth.shape).mean(axis=0)
    return Shown(base, values, errors, way, given.form, len(given.background))


def _scaled(given: Game, x: Matrix, way: Carried, report: Report) -> Floats:
    """The raw outputs' values, as they are or times the slopes."""
    values = np.zeros((len(x), len(given.stops), len(given.machine.bias)))
    for part in slices(given, x, report):
        against = part.values
        if way is Carried.RESCALED:
            slope = slopes(given.machine.task, part.raw, given.worth)
            against = against @ slope.transpose(0, 1, 3, 2)
        values[part.rows] = against.mean(axis=1)
    return values
