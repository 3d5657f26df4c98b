"""Slopes of a network against each background row: a first picture, hundreds of times as quick.

DeepLIFT's rescale rule (Shrikumar et al. 2017), averaged over the background as in
``shap.DeepExplainer``: each ReLU and the link pass on the slope of the line between the two rows.
Adds up exactly; equals Shapley values only where the network is straight between the two rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.shapley.layers import layers
from core.explain.shapley.method import Asked, Effects, Method
from core.explain.shapley.players import backdrop, players
from core.explain.shapley.slopes import slopes
from core.models.family import Floats, Matrix, Task
from core.models.network import Network, entered, of_inputs, scores
from core.progress import Report
from core.train.training import TrainedModel

CELLS_AT_ONCE = 2_000_000
NEAR = 1e-6  # closer than this, the slope between two points is the slope at one
STAGE = "explain.stage.reasons"
NOTES = ("first_picture",)

Layers = list[NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Slopes:
    """A network against its background.

    ``behind`` are the background's inputs to each ReLU and its raw outputs, (b, width of the
    layer) each; ``members`` (inputs, players) is 1 for each input's player.
    """

    network: Network
    background: Matrix
    behind: Layers
    members: Floats


def prepare(model: TrainedModel, asked: Asked) -> Slopes:
    """What all rows share: the background's way through the network."""
    network, background = layers(model.estimator), backdrop(model, asked.background)
    if network is None:
        raise TypeError(f"no layers in {type(model.estimator).__name__}")
    who = players(model, asked.together)
    members = np.eye(len(who.names))[of_inputs(network, who.of_cells)]
    return Slopes(network, background, _through(network, background), members)


def effects(state: Slopes, x: Matrix, of: int, report: Report) -> Effects:
    """Effects (rows, players) on the shown output; no estimate, so that the errors are 0."""
    values = np.zeros((len(x), state.members.shape[1]))
    wide = max(max(w.shape) for w in state.network.weights)
    rows = max(1, CELLS_AT_ONCE // (len(state.background) * wide))
    for start in range(0, len(x), rows):
        report(start / len(x), STAGE)
        values[start : start + rows] = _cells(state, x[start : start + rows], of) @ state.members
    report(1.0, STAGE)
    base = float(_of(scores(state.network, state.background), of).mean())
    # what is shown is computed in float32: its rounding is given to each by its size
    lacking = _of(scores(state.network, x), of) - base - values.sum(axis=1)
    sizes = np.abs(values) + np.finfo(float).tiny
    values += lacking[:, None] * sizes / sizes.sum(axis=1, keepdims=True)
    return Effects(base, values, np.zeros_like(values), NOTES)


def _of(shown: Floats, of: int) -> Floats:
    return shown[:, of] if shown.ndim == 2 else shown


def _cells(state: Slopes, x: Matrix, of: int) -> Floats:
    """What each input adds, averaged over the background: (n, inputs)."""
    network, own = state.network, _through(state.network, x)
    raw, worth = (_raw(network, at[-1]) for at in (own, state.behind))
    output = of if network.task is Task.MULTICLASS else 0
    slope = slopes(network.task, raw, worth)[:, :, output, :] * network.scale  # (n, b, outputs)
    for place in range(len(network.weights) - 1, 0, -1):
        slope = slope @ network.weights[place].astype("float64").T
        slope *= _rescaled(own[place - 1][:, None], state.behind[place - 1][None])
    slope = slope @ network.weights[0].astype("float64").T  # (n, b, width)
    apart = _inputs(network, x)[:, None, :] - _inputs(network, state.background)
    return np.asarray(np.einsum("nbw,nbw->nw", slope, apart) / len(state.background))


def _rescaled(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """The slope of ReLU's line between two inputs; where they meet, ReLU's own slope."""
    apart = one - other
    near = np.abs(apart) < NEAR
    line = (np.maximum(one, 0.0) - np.maximum(other, 0.0)) / np.where(near, 1.0, apart)
    return np.asarray(np.where(near, one > 0, line))


def _through(network: Network, x: Matrix) -> Layers:
    """What comes into each ReLU, and the last layer's outputs; in float64, to add up."""
    found: Layers = []
    at = _inputs(network, x)
    for matrix, bias in zip(network.weights, network.biases, strict=True):
        found.append(at @ matrix.astype("float64") + bias)
        at = np.maximum(found[-1], 0.0)
    return found


def _inputs(network: Network, x: Matrix) -> NDArray[Any]:
    return entered(network, x).astype("float64")


def _raw(network: Network, last: NDArray[Any]) -> Floats:
    return np.asarray(last * network.scale + network.shift)


def suits(model: TrainedModel) -> bool:
    """True for networks with a layer between."""
    network = layers(model.estimator)
    return network is not None and len(network.weights) > 1


METHOD = Method("gradient", prepare, effects, lambda state: len(state.background), suits)
