"""The means of a tree's splits, from those of its leaves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.models.family import Floats
from core.models.packed.compiled import compiled


@compiled()
def fill(left: NDArray[np.int64], right: NDArray[np.int64], rows: Floats, mean: Floats) -> None:
    """Gives each split the mean of what is below it; children come after their parents.

    All are (nodes,): the children (-1 at leaves), the rows that a node covers, its mean.
    """
    for n in range(len(left) - 1, -1, -1):
        if left[n] >= 0:
            a, b = left[n], right[n]
            mean[n] = (rows[a] * mean[a] + rows[b] * mean[b]) / rows[n]
