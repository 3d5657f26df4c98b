"""What was tried of a customer's possible changes, and how far each attempt came."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.models.family import Floats, family
from core.progress import Report
from core.what_if import space as spaces
from core.what_if.aim import Aim, lead
from core.what_if.axis import UNMOVED
from core.what_if.space import Moves, Space

ROWS_AT_ONCE = 2000  # a report may stop the search between so many


@dataclass(eq=False)
class Trials:
    """A space, an aim, and every move tried so far with its lead.

    The record of one search; nobody else sees it.
    """

    space: Space
    aim: Aim
    report: Report
    moves: list[Moves] = field(default_factory=list)
    leads: list[Floats] = field(default_factory=list)

    def lead(self, moves: Moves) -> Floats:
        """How far beyond the aim each move leads, (n,); -inf where it is impossible.

        Where the report stops it, what was tried of them stays known.
        """
        found = np.zeros(0)
        try:
            for at in range(0, len(moves), ROWS_AT_ONCE):
                found = np.append(found, self._lead(moves[at : at + ROWS_AT_ONCE]))
        finally:
            self.moves.append(moves[: len(found)])
            self.leads.append(found)
        return found

    def _lead(self, moves: Moves) -> Floats:
        self.report(1 - 1 / (1 + len(self.moves) / 4), "smallest.stage.trying")
        model = self.space.model
        x, possible = spaces.matrix(self.space, moves)
        scores = family(model.spec.family).scores(model.estimator, x)
        return np.where(possible, lead(self.aim, model, scores), -np.inf)

    def all(self) -> tuple[Moves, Floats]:
        """Every move tried and its lead."""
        if not self.moves:
            return spaces.unmoved(self.space, 0), np.zeros(0)
        return np.concatenate(self.moves), np.concatenate(self.leads)

    def reached(self) -> Moves:
        """The distinct moves that reach the aim, the smallest first."""
        moves, leads = self.all()
        found = np.unique(moves[leads >= 0], axis=0)
        return found[smallest_first(self.space, found)]

    @property
    def tried(self) -> int:
        """How many moves were tried."""
        return sum(map(len, self.moves))


def smallest_first(space: Space, moves: Moves) -> NDArray[np.int64]:
    """The order of moves: fewest columns, then the lowest price, then the smallest size."""
    columns = (moves != UNMOVED).sum(axis=1)
    keys = (spaces.sizes(space, moves), np.round(spaces.prices(space, moves), 9), columns)
    return np.lexsort(keys)


def column_sets(moves: Moves) -> list[frozenset[int]]:
    """Which axes each move changes."""
    return [frozenset(np.flatnonzero(move != UNMOVED).tolist()) for move in moves]
