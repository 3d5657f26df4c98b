"""``shap.KernelExplainer`` on the user's players, for comparison: slow, of any model.

Interventional values by a weighted regression on coalitions (Lundberg & Lee 2017). Where its
usual number of coalitions is all of them, they are exact; else it is run several times with
seeds of its own, and the runs tell the error of their mean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from core.explain.shapley.method import Asked, Effects, Method
from core.explain.shapley.players import Players, backdrop, players
from core.models.family import Family, Floats, Matrix, Task, family
from core.progress import Report
from core.train.training import TrainedModel

RUNS, RUNS_AT_MOST = 3, 12
CELLS_AT_ONCE = 2_000_000
STAGE = "explain.stage.reasons"
DRAWING = Lock()  # shap draws from numpy's one global source


@dataclass(frozen=True, eq=False)
class Ready:
    """A model, its players, its background (b, width) and its mean score, and how it is asked."""

    model: TrainedModel
    family: Family
    players: Players
    background: Matrix
    asked: Asked


def prepare(model: TrainedModel, asked: Asked) -> Ready:
    """What all rows share: the background."""
    behind = backdrop(model, asked.background)
    kind = family(model.spec.family)
    return Ready(model, kind, players(model, asked.together), behind, asked)


def effects(state: Ready, x: Matrix, of: int, report: Report) -> Effects:
    """Effects (rows, players) on the shown output, with standard errors over the runs."""
    shape = (len(x), len(state.players.names))
    values, errors = np.zeros(shape), np.zeros(shape)
    report(0.0, STAGE)
    base = float(_scores(state, state.background, of).mean())
    for i in range(len(x)):
        told = partial(report, i / len(x), STAGE)
        values[i], errors[i] = _of_row(state, x[i], of, told)
    report(1.0, STAGE)
    return Effects(base, values, errors, () if complete(shape[1]) else ("shap_kernel",))


def complete(players: int) -> bool:
    """True where shap asks for every coalition, so that its values are exact."""
    return 2**players - 2 <= 2 * players + 2**11


def _of_row(state: Ready, row: Matrix, of: int, told: Callable[[], None]) -> tuple[Floats, Floats]:
    """Values of one row and their standard errors: (players,)."""
    size = len(state.players.names)
    if complete(size):
        return _run(state, row, of, state.asked.seed, told), np.zeros(size)
    wanted = state.asked.goal * _unit(state, of)
    runs: list[Floats] = []
    while True:
        runs.append(_run(state, row, of, state.asked.seed + len(runs), told))
        if len(runs) >= RUNS:
            error = np.std(runs, axis=0, ddof=1) / np.sqrt(len(runs))
            if error.max() <= wanted or len(runs) >= RUNS_AT_MOST:
                return np.mean(runs, axis=0), error


def _unit(state: Ready, of: int) -> float:
    """What a goal is measured in: chances, or standard deviations of the shown value."""
    if state.model.spec.task is not Task.REGRESSION:
        return 1.0
    return float(_scores(state, state.background, of).std())


def _run(state: Ready, row: Matrix, of: int, seed: int, told: Callable[[], None]) -> Floats:
    """One answer of shap's. It plays with row numbers, so that it mixes whole players only."""
    import shap

    cells, size = np.vstack([state.background, row]), len(state.players.names)
    behind = np.tile(np.arange(len(state.background), dtype=float)[:, None], size)

    def output(places: Floats) -> Floats:
        return _mixed(state, cells, places.astype(np.int64), of, told)

    with DRAWING:
        before = np.random.get_state()  # noqa: NPY002 (what shap draws from)
        try:
            np.random.seed(seed % 2**32)  # noqa: NPY002
            explainer = shap.KernelExplainer(output, behind)
            asked = np.full((1, size), float(len(state.background)))
            found = explainer.shap_values(asked, l1_reg=False, silent=True)
        finally:
            np.random.set_state(before)  # noqa: NPY002
    return np.asarray(found, "float64").reshape(size)


def _mixed(
    state: Ready, cells: Matrix, places: NDArray[np.int64], of: int, told: Callable[[], None]
) -> Floats:
    """Scores of rows that take each player's cells from a row of its own: (rows,)."""
    at_once = max(1, CELLS_AT_ONCE // cells.shape[1])
    found, width = [], np.arange(cells.shape[1])
    for start in range(0, len(places), at_once):
        told()
        from_rows = places[start : start + at_once, state.players.of_cells]
        found.append(_scores(state, cells[from_rows, width], of))
    return np.concatenate(found)


def _scores(state: Ready, x: Matrix, of: int) -> Floats:
    scores = state.family.scores(state.model.estimator, x)
    return scores[:, of] if state.model.spec.task is Task.MULTICLASS else scores


METHOD = Method(
    "shap_kernel", prepare, effects, lambda state: len(state.background), lambda model: True
)
