"""Weights as whole numbers from -127 to 127 and a scale for each output column.

Symmetric quantisation per channel (Jacob et al. 2018; Krishnamoorthi 2018): the largest weight of
a column becomes 127, and none is off by more than half of its column's scale.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.models.family import Matrix

Codes = NDArray[np.int8]
MOST = 127


def scale(weights: Matrix) -> Matrix:
    """What a step of one is worth in each column of (inputs, outputs) weights: (outputs,).

    1 in a column of zeros, and of what is so small that a step would not be a number of its own.
    """
    steps = np.abs(weights).max(axis=0).astype("float32") / np.float32(MOST)
    return np.where(steps >= np.finfo("float32").tiny, steps, np.float32(1)).astype("float32")


def codes(weights: Matrix, steps: Matrix) -> Codes:
    """The weights in steps of their columns, to the nearest: (inputs, outputs)."""
    return np.clip(np.rint(weights / steps), -MOST, MOST).astype("int8")


def weights(of: Codes, steps: Matrix) -> Matrix:
    """The weights that the codes stand for: (inputs, outputs), float32."""
    return np.asarray(of.astype("float32") * steps, "float32")
