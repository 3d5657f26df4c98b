"""Reasons of Gaussian kernel machines: support vectors or landmarks, each a product of columns.

Interventional values of what is shown. A predicted value's are exact; a chance's are exact where
all coalitions are affordable, else estimated to within their errors; see ``margin.Carried``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.explain.shapley.coalitions import affordable, enumerated_pairs
from core.explain.shapley.corrected import Stop
from core.explain.shapley.margin import Carried, shown_effects
from core.explain.shapley.method import Asked, Effects, Method
from core.explain.shapley.players import backdrop, players
from core.explain.shapley.product import Game, game
from core.explain.shapley.product_pairs import value_pairs
from core.models.family import Floats, Matrix, Reasons, Task, family
from core.models.kernel import Machine
from core.progress import Report, part
from core.train.training import TrainedModel

NOTES = {
    Carried.UNCHANGED: "kernel_value",
    Carried.ENUMERATED: "kernel_exact",
    Carried.CORRECTED: "kernel_corrected",
    Carried.RESCALED: "rescaled",
}


@dataclass(frozen=True, eq=False)
class Ready:
    """A machine's game; ``cells`` (width,) puts a player's cells of the matrix side by side."""

    game: Game
    cells: NDArray[np.int64]
    stop: Stop


def prepare(model: TrainedModel, asked: Asked) -> Ready:
    """What all rows share: the background's factors of every point."""
    who = players(model, asked.together)
    cells = np.argsort(who.of_cells, kind="stable")
    stops = [int(stop) for stop in np.bincount(who.of_cells).cumsum()]
    given: Machine = model.estimator
    ordered = replace(given, points=given.points[:, cells])
    blocks = tuple(zip((0, *stops[:-1]), stops, strict=True))
    behind = backdrop(model, asked.background)[:, cells]
    return Ready(game(ordered, blocks, behind), cells, Stop(asked.goal, asked.seed))


def effects(state: Ready, x: Matrix, of: int, report: Report) -> Effects:
    """Effects (rows, players) on the shown output; errors where they are estimated."""
    return shown_by(state, x, of, report)


def shown_by(
    state: Ready, x: Matrix, of: int, report: Report, way: Carried | None = None
) -> Effects:
    """Effects as ``way`` makes them; by default the most exact that is affordable."""
    found = shown_effects(state.game, x[:, state.cells], report, way, state.stop)
    output = of if state.game.machine.task is Task.MULTICLASS else 0
    notes = (NOTES[found.carried],)
    values, errors = found.values[:, :, output], found.errors[:, :, output]
    return Effects(float(found.base[output]), values, errors, notes)


def interactions(state: Ready, x: Matrix, of: int, report: Report) -> Floats | None:
    """Interactions (rows, players, players) of the shown output, exact; None for a chance of which
    not all coalitions are affordable.

    A player's row adds up to its effect; the diagonal holds what it does alone.
    """
    rows, task = x[:, state.cells], state.game.machine.task
    if task is not Task.REGRESSION:
        output = of if task is Task.MULTICLASS else 0
        few = affordable(state.game)
        return enumerated_pairs(state.game, rows, output, report) if few else None
    found = effects(state, x, of, part(report, 0.0, 0.1)).values
    places, told = np.arange(found.shape[1]), part(report, 0.1, 1.0)
    values = np.array([value_pairs(state.game, row, told) for row in rows])
    values[:, places, places] = found - values.sum(axis=2)
    return values


def background(state: Ready) -> int:
    """How many rows the base is the mean of."""
    return len(state.game.background)


def suits(model: TrainedModel) -> bool:
    """True for a machine of the Gaussian kernel."""
    return family(model.spec.family).reasons is Reasons.KERNEL


METHOD = Method("kernel", prepare, effects, background, suits, interactions)
