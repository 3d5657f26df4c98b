"""Machines of the Gaussian kernel: what an SVM is once it is fitted, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelDamaged
from core.models.family import Floats, Matrix, Task
from core.models.outputs import shown
from core.models.plane import Plane
from core.models.saving import damaged, load_arrays, save_arrays

CELLS_AT_ONCE = 4_000_000
LEAST_EIGENVALUE = 1e-8  # of the largest; smaller directions are rounding


@dataclass(frozen=True, eq=False)
class Machine:
    """Raw outputs ``k(x, points) @ alphas + bias`` of the kernel ``exp(-gamma |x - z|^2)``.

    ``points`` (points, columns) are support vectors or landmarks, ``alphas`` (points, outputs).
    Calibration is in the alphas: the outputs are log-odds, logits or values.
    """

    task: Task
    gamma: float
    points: Floats
    alphas: Floats
    bias: Floats


def gamma_of(x: Matrix, times: float) -> float:
    """``times`` scikit-learn's "scale": one over (columns times the variance of all cells)."""
    spread = float(x.var(dtype="float64"))
    return times / (x.shape[1] * spread) if spread > 0 else times


def kernel(x: NDArray[Any], points: Floats, gamma: float) -> Floats:
    """``exp(-gamma |x - z|^2)`` of every row and point: (rows, points)."""
    x = x.astype("float64")
    distance = x @ points.T
    distance *= -2.0
    distance += (x**2).sum(axis=1)[:, None]
    distance += (points**2).sum(axis=1)
    np.maximum(distance, 0.0, out=distance)
    distance *= -gamma
    return np.asarray(np.exp(distance, out=distance))


def whitening(points: Floats, gamma: float) -> Floats:
    """(points, directions) that make kernel values Nystroem features (Williams & Seeger 2000).

    ``kernel(x, points) @ whitening`` has inner products close to the kernel itself.
    """
    sizes, directions = np.linalg.eigh(kernel(points, points, gamma))
    kept = sizes > LEAST_EIGENVALUE * sizes[-1]
    return np.asarray(directions[:, kept] / np.sqrt(sizes[kept]))


def raw_outputs(machine: Machine, x: Matrix) -> Floats:
    """The outputs before the link: (rows, outputs), in blocks of rows."""
    rows = max(1, CELLS_AT_ONCE // len(machine.points))
    blocks = [
        kernel(x[start : start + rows], machine.points, machine.gamma) @ machine.alphas
        for start in range(0, len(x), rows)
    ]
    return np.concatenate(blocks) + machine.bias if blocks else np.zeros((0, len(machine.bias)))


def scores(machine: Machine, x: Matrix) -> Floats:
    """Chances or values of the rows of x."""
    return shown(machine.task, raw_outputs(machine, x))


def through(machine: Machine, plane: Plane) -> Machine:
    """The machine whose outputs are a plane of this one's: another machine."""
    bias = machine.bias @ plane.coefficients + plane.bias
    alphas = machine.alphas @ plane.coefficients
    return Machine(machine.task, machine.gamma, machine.points, alphas, bias)


def save(machine: Machine, folder: Path) -> None:
    """Write the machine as arrays."""
    save_arrays(
        folder,
        task=machine.task,
        gamma=machine.gamma,
        points=machine.points,
        alphas=machine.alphas,
        bias=machine.bias,
    )


def load(folder: Path) -> Machine:
    """Read it back. Raises ModelDamaged."""
    arrays = load_arrays(folder)
    try:
        machine = Machine(
            Task(str(arrays["task"])),
            float(arrays["gamma"]),
            arrays["points"],
            arrays["alphas"],
            arrays["bias"],
        )
    except (LookupError, ValueError, TypeError) as error:
        raise damaged(folder, error) from error
    if (machine.points.ndim, machine.alphas.ndim, machine.bias.ndim) != (2, 2, 1) or (
        machine.alphas.shape != (len(machine.points), len(machine.bias))
    ):
        raise ModelDamaged(folder.name, "alphas")
    return machine
