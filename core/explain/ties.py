"""Which columns' order another draw of customers, or of the estimate, could swap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.evaluate.units import numbered
from core.explain.explanation import Explanation
from core.explain.importance import mean_intervals, own_errors

LEVEL = 0.95
Tie = tuple[int, int]


def ties(explanation: Explanation, ranked: tuple[str, ...]) -> tuple[Tie, ...]:
    """Runs of ``ranked`` columns (strongest first) whose order is not settled, by their places.

    Two columns tie where the 95 % interval of the difference of their mean |effects| holds 0: a
    paired bootstrap over the customers, the estimates' own errors on top. In a run every column
    ties with the first; a run within another is left out, so runs may overlap.
    """
    tied = _tied(explanation, ranked)
    runs = [(first, _reach(tied, first)) for first in range(len(ranked))]
    farthest = np.maximum.accumulate([-1, *(last for _, last in runs)])
    return tuple((first, last) for first, last in runs if last > first and last > farthest[first])


def _tied(explanation: Explanation, ranked: tuple[str, ...]) -> NDArray[np.bool_]:
    """(columns, columns): True where a pair's order could be swapped."""
    places = [explanation.columns.index(column) for column in ranked]
    sizes, own = np.abs(explanation.effects[:, places]), own_errors(explanation.errors[:, places])
    upper, lower = np.triu_indices(len(ranked), 1)
    gaps, units = sizes[:, upper] - sizes[:, lower], numbered(explanation.groups)
    lows, _ = mean_intervals(gaps, np.hypot(own[upper], own[lower]), units)
    found = np.eye(len(ranked), dtype=bool)
    found[upper, lower] = ~(lows > 0)  # nan (one customer): nothing is settled
    return found | found.T


def _reach(tied: NDArray[np.bool_], first: int) -> int:
    """The last place of the run of columns after ``first`` that all tie with it."""
    after = np.flatnonzero(~tied[first, first:])
    return int(first + after[0] - 1) if len(after) else tied.shape[0] - 1
