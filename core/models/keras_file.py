"""A network in Keras's own format: written once beside the weights, read back only to check it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import ModelDamaged
from core.models.family import Matrix, Task
from core.models.network import KERAS_FILE, Network, save_network, scores

SAME = 1e-5  # Keras and our forward pass differ by less, relative to the size of the scores
PROBES = 64


def save(network: Network, folder: Path) -> None:
    """Write the weights and the same network in Keras's own format.

    Keras is imported only for a network fresh from ``fit``; a loaded one carries its file along,
    and one whose weights take a byte each has none.
    Raises ModelDamaged where the file, read back in safe mode, does not give the same scores.
    """
    save_network(network if network.archive or network.scales else archived(network), folder)


def archived(network: Network) -> Network:
    """The network with its Keras file, checked by reading it in safe mode. Imports Keras."""
    import keras

    columns = len(network.weights[0]) - len(network.pieces.cell)
    probe = np.random.default_rng(0).normal(size=(PROBES, columns)).astype("float32")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / KERAS_FILE
        _rebuilt(keras, network).save(file)
        again = keras.saving.load_model(file, compile=False, safe_mode=True)
        kept = file.read_bytes()
    ours = scores(network, probe)
    theirs = np.asarray(again(probe), "float64").reshape(ours.shape)
    if not np.allclose(ours, theirs, rtol=SAME, atol=SAME * max(1.0, float(np.abs(ours).max()))):
        raise ModelDamaged(KERAS_FILE, "scores")
    return replace(network, archive=kept)


def _rebuilt(keras: Any, network: Network) -> Any:
    """A Keras model that gives the scores themselves: the link or the scale is its last layer."""
    widths = [weights.shape[1] for weights in network.weights]
    ends = {
        Task.BINARY: keras.layers.Activation("sigmoid"),
        Task.MULTICLASS: keras.layers.Activation("softmax"),
        Task.REGRESSION: keras.layers.Rescaling(network.scale, network.shift),
    }
    cells = keras.Input((len(network.weights[0]) - len(network.pieces.cell),))
    at = _entered(keras, cells, network)
    for width in widths[:-1]:
        at = keras.layers.Dense(width, "relu")(at)
    model = keras.Model(cells, ends[network.task](keras.layers.Dense(widths[-1])(at)))
    pairs = [*_straight(network), *zip(network.weights, network.biases, strict=True)]
    model.set_weights([array for pair in pairs for array in pair])
    return model


def _entered(keras: Any, cells: Any, network: Network) -> Any:
    """The cells and the pieces: a straight line each, cut at 0 and 1."""
    if not len(network.pieces.cell):
        return cells
    along = keras.layers.Dense(len(network.pieces.cell))(cells)
    return keras.layers.Concatenate()([cells, keras.layers.ReLU(max_value=1.0)(along)])


def _straight(network: Network) -> list[tuple[Matrix, Matrix]]:
    """Weights and biases of the pieces' lines."""
    pieces = network.pieces
    if not len(pieces.cell):
        return []
    steep = np.zeros((len(network.weights[0]) - len(pieces.cell), len(pieces.cell)), "float32")
    slope = 1.0 / (pieces.stop - pieces.start)
    steep[pieces.cell, np.arange(len(pieces.cell))] = slope
    return [(steep, (-pieces.start * slope).astype("float32"))]
