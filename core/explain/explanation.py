"""Why a model says what it says: a base and one effect per column that add up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Scale(StrEnum):
    """What base, effects and prediction are measured in."""

    CHANCE = "chance"
    VALUE = "value"


@dataclass(frozen=True)
class Explanation:
    """Shapley values of the *shown* output for n rows and p of the user's columns.

    ``base + effects.sum(axis=1) == prediction`` (n,). ``effects`` and ``errors`` are (n, p);
    ``errors`` are standard errors of the estimate, 0 where the method is exact. ``inputs`` holds
    the user's own values (n rows, p columns). ``of`` is the class whose chance is explained, or
    the target's name. ``method`` and ``background`` (its rows) say how it was
    computed, ``notes`` (keys in ``explain.note``) what to know of it. Where columns are taken
    together, ``columns`` names the families. ``groups`` (n,) are alike for rows that stand
    together, as those of one customer do; None where each stands for itself.
    """

    columns: tuple[str, ...]
    base: float
    effects: Floats
    errors: Floats
    prediction: Floats
    inputs: pd.DataFrame
    rows: NDArray[np.int64]
    of: str
    scale: Scale
    method: str
    background: int
    notes: tuple[str, ...] = ()
    groups: NDArray[np.int64] | None = None

    @property
    def units(self) -> int:
        """How many stand for themselves: groups of rows, or rows where there are no groups."""
        return len(self.rows) if self.groups is None else len(np.unique(self.groups))

    def row(self, position: int) -> Explanation:
        """The explanation of one of its rows alone."""
        return self.only([position])

    def of_row(self, number: int) -> Explanation | None:
        """The explanation of the table's row of that number; None where it is not explained."""
        found = np.flatnonzero(self.rows == number)
        return self.only([int(found[0])]) if len(found) else None

    def only(self, positions: list[int]) -> Explanation:
        """The explanation of some of its rows, in that order."""
        return replace(
            self,
            effects=self.effects[positions],
            errors=self.errors[positions],
            prediction=self.prediction[positions],
            inputs=self.inputs.iloc[positions],
            rows=self.rows[positions],
            groups=None if self.groups is None else self.groups[positions],
        )
