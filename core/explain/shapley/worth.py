"""What coalitions of columns are worth: the shown output, the other columns from the background.

Columns outside a coalition are those of one background row (interventional, Strumbelj & Kononenko
2014, Lundberg & Lee 2017). A model is asked about mixed rows. Where its first layer is linear
(``layers``), coalitions are summed there instead of mixed, and only later layers are computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.shapley.layers import layers
from core.explain.shapley.method import Asked
from core.explain.shapley.players import backdrop, players
from core.models.family import Family, Floats, Matrix, Task, family
from core.models.network import Network, after_first, entered, of_inputs
from core.train.training import TrainedModel

CELLS_AT_ONCE = 1_000_000
CELLS_IN_CACHE = 100_000  # of a layer; larger ones wait for memory
KEPT_CELLS = 64_000_000  # of first-layer sums held between calls: 256 MB

Masks = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Worth:
    """A model against its background: what all rows share.

    ``background`` (b, width); ``of_cells`` (width,) each cell's player. With a ``network``,
    ``behind`` (b, players, first layer) is what each player of a background row adds to the first
    layer.
    """

    model: TrainedModel
    family: Family
    asked: Asked
    background: Matrix
    of_cells: NDArray[np.int64]
    players: int
    network: Network | None
    behind: NDArray[Any]


@dataclass(frozen=True, eq=False)
class Contest:
    """One row against the background: what all its coalitions share.

    ``prediction`` is its own output for class ``of``, ``behind`` (b,) the background rows'.
    ``apart`` (b, players, first layer) is how far each player moves the first layer from
    ``start`` (b, first layer); both empty without a network.
    """

    worth: Worth
    row: Matrix
    of: int
    prediction: float
    behind: Floats
    apart: NDArray[Any]
    start: NDArray[Any]


def worth(model: TrainedModel, asked: Asked) -> Worth:
    """What all rows share. Raises UnknownColumn for a family's column that is not the model's."""
    who, background = players(model, asked.together), backdrop(model, asked.background)
    network, count = layers(model.estimator), len(who.names)
    if network is not None and len(background) * count * network.weights[0].shape[1] > KEPT_CELLS:
        network = None
    behind = np.zeros((len(background), count, 0))
    if network is not None:
        behind = _first_layer(network, background, who.of_cells, count)
    kind = family(model.spec.family)
    return Worth(model, kind, asked, background, who.of_cells, count, network, behind)


def outputs(given: Worth, x: Matrix, of: int) -> Floats:
    """The shown outputs of rows x: (n,)."""
    scores = given.family.scores(given.model.estimator, x)
    return scores[:, of] if given.model.spec.task is Task.MULTICLASS else scores


def contests(given: Worth, x: Matrix, of: int) -> list[Contest]:
    """One for each of rows x (n, width), in order; predictions as the model gives them together.

    To the last bit, so that effects add up: float32 products depend a little on the rows beside.
    """
    behind, predictions = outputs(given, given.background, of), outputs(given, x, of)
    return [
        _contest(given, row, of, float(prediction), behind)
        for row, prediction in zip(x, predictions, strict=True)
    ]


def worths(contest: Contest, masks: Masks, some: slice) -> Floats:
    """Outputs with each coalition's columns the row's own: (some background rows, coalitions).

    ``masks`` is (coalitions, players), or (background rows, coalitions, players) with coalitions
    of its own for each of them.
    """
    given = contest.worth
    if given.network is None:
        return _mixed(contest, masks, some)
    apart, start = contest.apart[some], contest.start[some]
    first = masks.astype(apart.dtype) @ apart
    first += start[:, None]
    found = after_first(given.network, first.reshape(-1, first.shape[-1]))
    chosen = found[:, contest.of] if found.ndim == 2 else found
    return np.asarray(chosen.reshape(first.shape[:2]), "float64")


def pieces(given: Worth, coalitions: int) -> list[slice]:
    """The background rows, as many at once as so many coalitions of each leave memory for."""
    wide, most = given.background.shape[1], CELLS_AT_ONCE
    if given.network is not None:
        wide, most = max(w.shape[1] for w in given.network.weights), CELLS_IN_CACHE
    size = max(1, most // max(1, coalitions * wide))
    rows = len(given.background)
    return [slice(start, min(start + size, rows)) for start in range(0, rows, size)]


def unit(given: Worth) -> float:
    """What goals are measured in: 1 for chances, else the standard deviation of held-out scores."""
    if given.model.spec.task is not Task.REGRESSION:
        return 1.0
    return float(np.std(given.model.held_out_scores)) or 1.0


def _contest(given: Worth, row: Matrix, of: int, prediction: float, behind: Floats) -> Contest:
    apart, start = given.behind, np.zeros((len(behind), 0))
    if given.network is not None:
        own = _first_layer(given.network, row[None], given.of_cells, given.players)
        apart = own - given.behind
        start = given.behind.sum(axis=1) + given.network.biases[0]
    return Contest(given, row, of, prediction, behind, apart, start)


def _first_layer(
    network: Network, x: Matrix, of_cells: NDArray[np.int64], players: int
) -> NDArray[Any]:
    """What each player's cells add to the first layer: (n, players, first layer)."""
    weights, inputs = network.weights[0], entered(network, x)
    of_each = of_inputs(network, of_cells)
    found = np.empty((len(x), players, weights.shape[1]), weights.dtype)
    for player in range(players):
        own = np.flatnonzero(of_each == player)
        found[:, player] = inputs[:, own].astype(weights.dtype, copy=False) @ weights[own]
    return found


def _mixed(contest: Contest, masks: Masks, some: slice) -> Floats:
    background = contest.worth.background[some]
    own = masks[..., contest.worth.of_cells].astype(bool)
    mixed = np.where(own, contest.row, background[:, None, :])
    found = outputs(contest.worth, mixed.reshape(-1, mixed.shape[-1]), contest.of)
    return np.asarray(found.reshape(mixed.shape[:2]))
