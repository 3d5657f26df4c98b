"""The contract of a way to compute Shapley values: one file in this room each.

A method's file defines one constant ``METHOD``. Its key is the ``Reasons`` a family names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from core.discover import entries
from core.models.family import Floats, Matrix
from core.progress import Report
from core.train.training import TrainedModel


@dataclass(frozen=True)
class Effects:
    """Shapley values (rows, the user's columns), their standard errors, and the base."""

    base: float
    values: Floats
    errors: Floats


@dataclass(frozen=True)
class Method:
    """One way.

    ``prepare(model)`` does once what all rows share. ``effects(state, x, of, report)`` explains
    the shown output of rows x (n, width): the chance of class number ``of``, or the value.
    ``background(state)`` tells how many rows the base is measured against.
    """

    key: str
    prepare: Callable[[TrainedModel], Any]
    effects: Callable[[Any, Matrix, int, Report], Effects]
    background: Callable[[Any], int]


def method(key: str) -> Method:
    """The method of that key. Raises KeyError."""
    return cast(dict[str, Method], entries("core.explain.shapley", "METHOD"))[key]
