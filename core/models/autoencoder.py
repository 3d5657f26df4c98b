"""A small network that gives customers back from a few numbers; whom it cannot is unusual.

Hawkins et al. (2002), replicator networks. Trained with Keras in a worker, answered by NumPy.
"""

from __future__ import annotations

import numpy as np

from core.models.family import Floats, Matrix, Task
from core.models.mlp import Params, compiled, imported, run
from core.models.network import Network, forward
from core.models.watching import Part, Watch, side_by_side
from core.progress import Report

WIDEST, NARROWEST = (32, 8), (4, 2)  # of the hidden layers and of the bottleneck
EPOCHS = 40
LEARNING_RATE = 0.003
WEIGHT_DECAY = 0.0001
INNER_SHARE = 0.15
ROWS_TO_FIT = 20_000


def fit(x: Matrix, seed: int, report: Report) -> tuple[Network, float]:
    """The network learned from at most 20,000 rows of a scaled matrix (rows, width).

    With it comes the share of the variance that it gives back for rows kept out of the learning,
    at most 1. The same seed gives the same network.
    """
    report(0.0, "models.stage.starting")
    keras = imported()
    keras.utils.set_random_seed(seed)
    drawn = np.random.default_rng(seed).permutation(len(x))[:ROWS_TO_FIT]
    inner = max(1, round(INNER_SHARE * len(drawn)))
    watched, learn = (_part(x[drawn[some]]) for some in (slice(0, inner), slice(inner, None)))
    params = Params(layers(x.shape[1]), 0.0, WEIGHT_DECAY, LEARNING_RATE, EPOCHS, 0, 1)
    model = compiled(keras, params, Task.REGRESSION, learn)
    watch = Watch(model, Task.REGRESSION, (watched,), EPOCHS, report)
    run(model, params, learn, [keras.callbacks.LambdaCallback(on_epoch_end=watch)])
    arrays = side_by_side(watch.kept())
    network = Network(Task.REGRESSION, tuple(arrays[::2]), tuple(arrays[1::2]))
    return network, _given_back(network, watched.x)


def layers(width: int) -> str:
    """The widths of the hidden layers for a matrix of that width, as the params name them."""
    outer = min(WIDEST[0], max(NARROWEST[0], width // 2))
    inner = min(WIDEST[1], max(NARROWEST[1], width // 4))
    return f"{outer}-{inner}-{outer}"


def rebuilt(network: Network, x: Matrix) -> Floats:
    """The rows as the network gives them back, (rows, width), by a forward pass without Keras."""
    return forward(network.weights, network.biases, x)


def _part(x: Matrix) -> Part:
    return Part(x, x, np.ones(len(x), "float32"))


def _given_back(network: Network, x: Matrix) -> float:
    wanted = np.asarray(x, "float64")
    spread = float(((wanted - wanted.mean(axis=0)) ** 2).sum())
    error = float(((wanted - rebuilt(network, x)) ** 2).sum())
    return 1.0 - error / spread if spread > 0 else 1.0
