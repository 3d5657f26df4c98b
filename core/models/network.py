"""A trained network as weights, answered by NumPy: what is left of Keras after training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelDamaged
from core.models import diagonal, int8
from core.models.family import Floats, Matrix, Task
from core.models.outputs import shown
from core.models.saving import damaged, load_arrays, save_arrays

KERAS_FILE = "model.keras"
FLOAT32, INT8 = "float32", "int8"
ROWS_AT_ONCE = 65_536
MEMBERS_AT_MOST = 64


@dataclass(frozen=True, eq=False)
class Pieces:
    """How far along stretches of a cell's range its value is, from 0 to 1: further inputs (p,).

    Piecewise linear encoding (Gorishniy, Rubachev & Babenko 2022): input i is
    ``clip((x[cell[i]] - start[i]) / (stop[i] - start[i]), 0, 1)``.
    """

    cell: NDArray[np.int64]
    start: Matrix
    stop: Matrix

    def of(self, x: Matrix) -> Matrix:
        """The inputs of rows x: (rows, p), float32."""
        along = (x[:, self.cell] - self.start) / (self.stop - self.start)
        return np.asarray(np.clip(along, 0.0, 1.0), "float32")


def no_pieces() -> Pieces:
    """The cells alone."""
    return Pieces(np.zeros(0, "int64"), np.zeros(0, "float32"), np.zeros(0, "float32"))


@dataclass(frozen=True, eq=False)
class Network:
    """Dense layers with ReLU between them; the last gives log-odds, logits or a value.

    ``weights[i]`` is (inputs, outputs) and ``biases[i]`` (outputs,), float32. The first layer's
    inputs are the cells and after them the ``pieces``. Several ``members`` are networks of one
    shape whose raw outputs are averaged: their hidden layers stand side by side, a layer's weights
    being blocks on the diagonal. A value is put on the target's scale: ``raw * scale + shift``.
    ``archive`` holds the bytes of the same network in Keras's own format once it was written, so
    that a copy is kept where Keras is not. Where there are ``scales``, (outputs,) a layer, each
    weight is a whole number of its column's: it is kept in a byte, and without Keras's file.
    """

    task: Task
    weights: tuple[Matrix, ...]
    biases: tuple[Matrix, ...]
    scale: float = 1.0
    shift: float = 0.0
    archive: bytes = b""
    pieces: Pieces = field(default_factory=no_pieces)
    members: int = 1
    scales: tuple[Matrix, ...] = ()


def entered(network: Network, x: Matrix) -> Matrix:
    """The first layer's inputs: (rows, cells and pieces)."""
    if not len(network.pieces.cell):
        return x
    return np.concatenate([x, network.pieces.of(x).astype(x.dtype, copy=False)], axis=1)


def of_inputs(network: Network, of_cells: NDArray[Any]) -> NDArray[Any]:
    """What is known of each cell, for each of the first layer's inputs."""
    return np.concatenate([of_cells, of_cells[network.pieces.cell]])


def scores(network: Network, x: Matrix) -> Floats:
    """Chances or values of the rows of x, by a forward pass without Keras."""
    raw = np.empty((len(x), len(network.biases[-1])))
    for start in range(0, len(x), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        inputs = entered(network, x[rows])
        raw[rows] = forward(network.weights, network.biases, inputs, network.members)
    return shown(network.task, raw * network.scale + network.shift)


def forward(
    weights: Sequence[Matrix], biases: Sequence[Matrix], inputs: Matrix, members: int = 1
) -> Floats:
    """The last layer's raw outputs: (rows, outputs)."""
    first = inputs @ weights[0] + biases[0]
    return np.asarray(_after(weights, biases, first, members), "float64")


def after_first(network: Network, first: NDArray[Any]) -> Floats:
    """The scores of what comes out of the first layer before its ReLU: (rows, its width).

    ``first`` is written over. Gives what ``scores`` gives of rows whose cells made it.
    """
    raw = _after(network.weights, network.biases, first, network.members)
    return shown(network.task, raw.astype("float64") * network.scale + network.shift)


def _after(
    weights: Sequence[Matrix], biases: Sequence[Matrix], first: NDArray[Any], members: int
) -> NDArray[Any]:
    at = first
    for place in range(1, len(weights)):
        np.maximum(at, 0.0, out=at)
        hidden = place < len(weights) - 1
        at = _side_by_side(at, weights[place], members) if hidden else at @ weights[place]
        at += biases[place]
    return at


def _side_by_side(at: NDArray[Any], matrix: Matrix, members: int) -> NDArray[Any]:
    """``at @ matrix`` where nothing of one member goes to another."""
    if members == 1:
        return at @ matrix
    of_each = diagonal.blocks(matrix, members)
    _, wide, narrow = of_each.shape
    found = at.reshape(len(at), members, wide).transpose(1, 0, 2) @ of_each
    return found.transpose(1, 0, 2).reshape(len(at), members * narrow)


def save_network(network: Network, folder: Path) -> None:
    """Write the weights as arrays, and the archive as it is."""
    names = dict(_weights(network))
    names |= {f"biases_{i}": values for i, values in enumerate(network.biases)}
    pieces = network.pieces
    known = {"task": network.task, "scale": network.scale, "shift": network.shift}
    more = {"piece_cell": pieces.cell, "piece_start": pieces.start, "piece_stop": pieces.stop}
    save_arrays(folder, **known, members=network.members, **more, **names)
    if not network.scales:
        (folder / KERAS_FILE).write_bytes(network.archive)


def _weights(network: Network) -> Iterator[tuple[str, NDArray[Any]]]:
    """Each layer's weights as they are; in bytes without the zeros between members."""
    for place, matrix in enumerate(network.weights):
        if not network.scales:
            yield f"weights_{place}", matrix
            continue
        steps = network.scales[place]
        between = 0 < place < len(network.weights) - 1
        codes = int8.codes(matrix, steps)
        yield f"weights_{place}", diagonal.blocks(codes, network.members) if between else codes
        yield f"scales_{place}", steps


def load(folder: Path) -> Network:
    """Read the weights back; Keras's file is carried along unread. Raises ModelDamaged."""
    arrays = load_arrays(folder)
    layers = range(sum(name.startswith("weights_") for name in arrays))
    in_bytes = "scales_0" in arrays
    try:
        network = Network(
            Task(str(arrays["task"])),
            tuple(_read(arrays, i) if in_bytes else arrays[f"weights_{i}"] for i in layers),
            tuple(arrays[f"biases_{i}"] for i in layers),
            float(arrays["scale"]),
            float(arrays["shift"]),
            b"" if in_bytes else (folder / KERAS_FILE).read_bytes(),
            *_more(arrays),
            tuple(arrays[f"scales_{i}"] for i in layers if in_bytes),
        )
    except (LookupError, ValueError, TypeError, OSError) as error:
        raise damaged(folder, error) from error
    if not _fits_together(network):
        raise ModelDamaged(folder.name, "weights")
    return network


def _read(arrays: dict[str, Any], place: int) -> Matrix:
    """A layer's weights out of bytes. Raises ValueError where its arrays are of another kind."""
    codes, steps = arrays[f"weights_{place}"], arrays[f"scales_{place}"]
    if codes.dtype != np.int8 or steps.dtype != np.float32 or not (steps > 0).all():
        raise ValueError(f"weights_{place}")
    if codes.ndim == 3 and len(codes) > MEMBERS_AT_MOST:  # the zeros between them would fill memory
        raise ValueError(f"weights_{place}: {len(codes)}")
    return int8.weights(diagonal.whole(codes) if codes.ndim == 3 else codes, steps)


def _more(arrays: dict[str, Any]) -> tuple[Pieces, int]:
    """What networks of an older version lack: they have cells alone, and one member."""
    if "piece_cell" not in arrays:
        return no_pieces(), 1
    cell, start, stop = (arrays[f"piece_{name}"] for name in ("cell", "start", "stop"))
    return Pieces(np.asarray(cell, "int64"), start, stop), int(arrays["members"])


def _pieces_fit(network: Network) -> bool:
    pieces, cells = network.pieces, len(network.weights[0]) - len(network.pieces.cell)
    return bool(
        pieces.cell.ndim == pieces.start.ndim == pieces.stop.ndim == 1
        and len(pieces.cell) == len(pieces.start) == len(pieces.stop)
        and cells > 0
        and ((pieces.cell >= 0) & (pieces.cell < cells)).all()
        and (pieces.stop > pieces.start).all()
    )


def _fits_together(network: Network) -> bool:
    wide = [w.shape for w in network.weights]
    return bool(
        wide
        and _pieces_fit(network)
        and network.members >= 1
        and all(size % network.members == 0 for shape in wide[:-1] for size in shape[1:])
        and all(len(shape) == 2 for shape in wide)
        and all(b.shape == shape[1:] for b, shape in zip(network.biases, wide, strict=True))
        and all(one[1] == other[0] for one, other in pairwise(wide))
    )
