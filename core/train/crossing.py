"""Training rows in parts that speak of each other: nobody's own answer is told to a model.

A level's code is the mean answer of its rows. Where a level has few rows, a training row's own
answer shines through, and a model learns to read it there, where new rows have nothing of the
kind. A training row's code is therefore made of the other parts' rows alone (cross fitting, as
scikit-learn's ``TargetEncoder.fit_transform``; the codes are Micci-Barreca's, 2001).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

PARTS = 5

Parts = NDArray[np.int64]


def crossed(y: NDArray[Any], seed: int, groups: pd.Series | None = None) -> Parts:
    """The part, 0 to 4, of each of n training rows with the answers ``y`` (n,), drawn by the seed.

    Classes in equal shares; where ``groups`` are held out whole, each is whole in one part, as
    new rows come from groups that training never saw.
    """
    chance = np.random.default_rng(seed)
    if groups is not None:
        numbers, names = pd.factorize(groups, use_na_sentinel=False)
        if len(names) > 1:
            return np.asarray((chance.permutation(len(names)) % PARTS)[numbers], np.int64)
    order = chance.permutation(len(y))
    if y.dtype.kind == "i":
        order = order[np.argsort(y[order], kind="stable")]
    found = np.empty(len(y), np.int64)
    found[order] = np.arange(len(y)) % PARTS
    return found
