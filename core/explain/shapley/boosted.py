"""Interventional Shapley values of boosted trees: a value's are exact, a chance's nearly always.

Trees add up to a value as a forest's do. A chance is a curve of their sum: where few enough columns
part a row from each background row, all coalitions of those are taken (``exact.mixes``), and of
more the random orders of ``sampled``, with their standard errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.explain.shapley import sampled, trees
from core.explain.shapley.method import Asked, Effects, Method
from core.explain.shapley.subsets import Coalitions, shared, shared_by_pairs
from core.explain.shapley.worth import Contest, Worth, contests, worth
from core.models.family import Floats, Matrix, Reasons, Task, family
from core.models.outputs import shown
from core.progress import Report
from core.train.training import TrainedModel

CELLS_AT_MOST = 2_000_000  # coalitions of a row, times outputs; about a tenth of a second


@dataclass(frozen=True, eq=False)
class Chances:
    """The trees against the background, and the model that is asked where that takes too long."""

    against: Any
    worth: Worth


def prepare(model: TrainedModel, asked: Asked) -> Any:
    """What all rows share."""
    against = trees.prepare(model, asked)
    if model.spec.task is Task.REGRESSION:
        return against
    return Chances(against, worth(model, asked))


def effects(state: Any, x: Matrix, of: int, report: Report) -> Effects:
    """Effects (rows, players) on the shown output; errors only where they are estimated."""
    if not isinstance(state, Chances):
        return trees.effects(state, x, of, report)
    return sampled.where_not_exact(state.worth, x, of, lambda rows: _exact(state, rows), report)


def interactions(state: Any, x: Matrix, of: int, report: Report) -> Floats | None:
    """Interactions (rows, players, players) of the shown output, exact; None where a chance's would
    take long.

    A player's row adds up to its effect; the diagonal holds what it does alone.
    """
    if not isinstance(state, Chances):
        return trees.interactions(state, x, of, report)
    found = [_pairs(state, row) for row in contests(state.worth, x, of)]
    report(1.0, sampled.STAGE)
    known = [each for each in found if each is not None]
    return np.array(known) if len(known) == len(found) else None


def _exact(state: Chances, rows: list[Contest]) -> Iterator[Floats | None]:
    """The values (players,) of each row in turn, by all cores; None where they would take long."""
    from joblib import cpu_count

    pool = ThreadPoolExecutor(cpu_count())
    try:
        yield from pool.map(lambda row: _values(state, row), rows)
    finally:
        pool.shutdown(cancel_futures=True)  # a stop does not wait for the rest of the rows


def _values(state: Chances, row: Contest) -> Floats | None:
    found = _chances(state, row)
    return found and shared(found[0], found[1][:, None])[:, 0]


def _pairs(state: Chances, row: Contest) -> Floats | None:
    found = _chances(state, row)
    return found and shared_by_pairs(*found)


def _chances(state: Chances, row: Contest) -> tuple[Coalitions, Floats] | None:
    """All coalitions of what parts a row from the background, and the chance (coalitions,) that
    each has; None where there are too many."""
    from core.explain.shapley.exact.mixes import mixes

    most = CELLS_AT_MOST // state.against.game.forest.leaves.shape[1]
    found = mixes(state.against, row.row, most)
    if found is None:
        return None
    task = state.worth.model.spec.task
    chances = shown(task, found.raw).reshape(found.raw.shape)
    chance = chances[:, row.of if task is Task.MULTICLASS else 0].copy()
    # to the last bit, so that effects add up
    chance[found.starts[:-1]], chance[found.starts[1:] - 1] = row.behind, row.prediction
    return found, chance


def background(state: Any) -> int:
    """How many rows the base is the mean of."""
    return len(state.worth.background if isinstance(state, Chances) else state.background)


def suits(model: TrainedModel) -> bool:
    """True for boosted trees."""
    return family(model.spec.family).reasons is Reasons.BOOSTED


METHOD = Method("boosted", prepare, effects, background, suits, interactions)
