"""Rows of the new table that are rows of the training data: they tell nothing new."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.drift.comparison import Copies

Said = NDArray[np.uint64]


def said(table: pd.DataFrame, names: Sequence[str]) -> Said:
    """What each row of a typed table says in these columns, as a 64-bit number."""
    found = pd.util.hash_pandas_object(table[list(names)], index=False)
    return np.asarray(found, np.uint64)


def copies(learned: Said, held_out: Said, now: Said) -> tuple[Copies, NDArray[np.bool_]]:
    """How many of the new rows were learned from, and which (n,).

    Where rows have few columns of few levels customers are alike by chance: how often is told by
    the held-out rows, none of which was learned from.
    """
    among = np.isin(now, learned)
    usual = float(np.isin(held_out, learned).mean()) if len(held_out) else 0.0
    return Copies(int(among.sum()), len(now), usual), among
