"""The contract of a way to compute Shapley values: one file in this room each.

A method's file defines one constant ``METHOD``. Its key is the ``Reasons`` a family names, or one
that a person may choose instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from core.discover import entries
from core.explain.shapley.players import Together
from core.models.family import Floats, Matrix
from core.progress import Report
from core.train.training import TrainedModel

BACKGROUND_ROWS = 50
GOAL = 0.005  # half a percentage point


@dataclass(frozen=True)
class Asked:
    """How reasons are asked for: all that can change a figure.

    ``background`` training rows stand in for columns outside a coalition; ``seed`` is for what is
    drawn. A method that samples stops when no standard error is above ``goal``, in chances or in
    standard deviations of the shown value. ``together`` are the families of columns, each of
    which is one player.
    """

    background: int = BACKGROUND_ROWS
    seed: int = 0
    goal: float = GOAL
    together: Together = ()


@dataclass(frozen=True)
class Effects:
    """Shapley values (rows, players), their standard errors, and the base they start from.

    ``notes`` are keys of sentences in ``explain.note``: what a reader must know of the figures.
    """

    base: float
    values: Floats
    errors: Floats
    notes: tuple[str, ...] = ()


def nothing_quicker(state: Any, x: Matrix, of: int, report: Report) -> None:
    """The interactions of a method that has no way of its own."""


@dataclass(frozen=True)
class Method:
    """One way.

    ``prepare(model, asked)`` does once what all rows share. ``effects(state, x, of, report)``
    explains the shown output of rows x (n, width): the chance of class number ``of``, or the
    value. ``background(state)`` tells how many rows the base is measured against. ``suits(model)``
    is true for a model that it can explain. ``pairs(state, x, of, report)`` gives interactions
    (n, players, players) of its own, exact, where it has a way that is quicker than asking the
    model, else None; their rows add up to its effects. Words: ``explain.method.<key>``.
    """

    key: str
    prepare: Callable[[TrainedModel, Asked], Any]
    effects: Callable[[Any, Matrix, int, Report], Effects]
    background: Callable[[Any], int]
    suits: Callable[[TrainedModel], bool]
    pairs: Callable[[Any, Matrix, int, Report], Floats | None] = nothing_quicker


def methods() -> dict[str, Method]:
    """Every method by key."""
    return cast(dict[str, Method], entries("core.explain.shapley", "METHOD"))


def method(key: str) -> Method:
    """The method of that key. Raises KeyError."""
    return methods()[key]
