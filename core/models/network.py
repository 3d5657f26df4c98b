"""A trained network as weights, answered by NumPy: what is left of Keras after training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelDamaged
from core.models.family import Floats, Matrix, Task
from core.models.outputs import shown
from core.models.saving import damaged, load_arrays, save_arrays

KERAS_FILE = "model.keras"
ROWS_AT_ONCE = 65_536


@dataclass(frozen=True, eq=False)
class Network:
    """Dense layers with ReLU between them; the last gives log-odds, logits or a value.

    ``weights[i]`` is (inputs, outputs) and ``biases[i]`` (outputs,), float32. A value is put on the
    target's scale: ``raw * scale + shift``. ``archive`` holds the bytes of the same network in
    Keras's own format once it was written, so that a copy is kept where Keras is not.
    """

    task: Task
    weights: tuple[Matrix, ...]
    biases: tuple[Matrix, ...]
    scale: float = 1.0
    shift: float = 0.0
    archive: bytes = b""


def scores(network: Network, x: Matrix) -> Floats:
    """Chances or values of the rows of x, by a forward pass without Keras."""
    raw = forward(network.weights, network.biases, x)
    return shown(network.task, raw * network.scale + network.shift)


def forward(weights: Sequence[Matrix], biases: Sequence[Matrix], x: Matrix) -> Floats:
    """The last layer's raw outputs: (rows, outputs), in blocks of rows."""
    raw = np.empty((len(x), len(biases[-1])))
    for start in range(0, len(x), ROWS_AT_ONCE):
        at = x[start : start + ROWS_AT_ONCE]
        for matrix, bias in zip(weights[:-1], biases[:-1], strict=True):
            at = np.maximum(at @ matrix + bias, 0.0)
        raw[start : start + ROWS_AT_ONCE] = at @ weights[-1] + biases[-1]
    return raw


def after_first(network: Network, first: NDArray[Any]) -> Floats:
    """The scores of what comes out of the first layer before its ReLU: (rows, its width).

    ``first`` is written over. Gives what ``scores`` gives of rows whose cells made it.
    """
    at = first
    for matrix, bias in zip(network.weights[1:], network.biases[1:], strict=True):
        np.maximum(at, 0.0, out=at)
        at = at @ matrix
        at += bias
    return shown(network.task, at.astype("float64") * network.scale + network.shift)


def save_network(network: Network, folder: Path) -> None:
    """Write the weights as arrays, and the archive as it is."""
    names = {f"weights_{i}": values for i, values in enumerate(network.weights)}
    names |= {f"biases_{i}": values for i, values in enumerate(network.biases)}
    save_arrays(folder, task=network.task, scale=network.scale, shift=network.shift, **names)
    (folder / KERAS_FILE).write_bytes(network.archive)


def load(folder: Path) -> Network:
    """Read the weights back; Keras's file is carried along unread. Raises ModelDamaged."""
    arrays = load_arrays(folder)
    layers = sum(name.startswith("weights_") for name in arrays)
    try:
        network = Network(
            Task(str(arrays["task"])),
            tuple(arrays[f"weights_{i}"] for i in range(layers)),
            tuple(arrays[f"biases_{i}"] for i in range(layers)),
            float(arrays["scale"]),
            float(arrays["shift"]),
            (folder / KERAS_FILE).read_bytes(),
        )
    except (LookupError, ValueError, TypeError, OSError) as error:
        raise damaged(folder, error) from error
    if not _fits_together(network):
        raise ModelDamaged(folder.name, "weights")
    return network


def _fits_together(network: Network) -> bool:
    wide = [w.shape for w in network.weights]
    return bool(
        wide
        and all(len(shape) == 2 for shape in wide)
        and all(b.shape == shape[1:] for b, shape in zip(network.biases, wide, strict=True))
        and all(one[1] == other[0] for one, other in pairwise(wide))
    )
