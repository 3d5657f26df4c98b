"""A model and a table become predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.models.family import Task

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Predictions:
    """Scores of rows, with the truth where it is known.

    ``rows`` (n,) are row numbers in the table, from 0. ``scores`` is (n,) chance of the outcome of
    interest (binary), (n, classes) chances (multi-class) or (n,) values (regression). ``truth`` is
    (n,) 1 for the outcome of interest and 0 otherwise, class numbers, or values; None if unknown.
    ``classes`` are the target's levels in the order of the class numbers; for binary the outcome of
    interest is the second. ``unseen`` counts cells by column whose level the model never saw.
    """

    task: Task
    target: str
    classes: tuple[str, ...]
    rows: NDArray[np.int64]
    scores: Floats
    truth: NDArray[Any] | None = None
    unseen: tuple[tuple[str, int], ...] = ()

    @property
    def outcome(self) -> str:
        """The outcome of interest of a binary target; empty otherwise."""
        return self.classes[1] if self.task is Task.BINARY else ""
