"""Counts of few people are not shown: they would tell who is meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

K = 10


def few(rows: Sequence[int] | NDArray[Any], k: int = K) -> NDArray[np.bool_]:
    """Which groups are too small to be shown beside the others (as ``suppressed`` says)."""
    table = pd.DataFrame({"rows": np.asarray(rows, np.float64)})
    return suppressed(table, "rows", k)[0]["rows"].isna().to_numpy()


def suppressed(
    table: pd.DataFrame, count: str, k: int = K, keep: Sequence[str] = ()
) -> tuple[pd.DataFrame, int]:
    """The table with every figure emptied in rows whose ``count`` is 1 to k-1, and how many rows.

    Columns named in ``keep``, and those that hold no numbers, stay. Where only one row would be
    emptied the next smallest goes too: with a total, one gap can be worked out (secondary
    suppression, Statistics Netherlands' Handbook on Statistical Disclosure Control, 4.2).
    """
    counts = table[count].to_numpy(dtype=np.float64)
    small = (counts > 0) & (counts < k)
    others = np.flatnonzero(~small & (counts > 0))
    if small.sum() == 1 and len(others):
        small[others[np.argmin(counts[others])]] = True
    figures = [
        name
        for name in table.columns
        if name not in keep and pd.api.types.is_numeric_dtype(table[name])
    ]
    hidden = table.copy()
    for name in figures:
        hidden[name] = hidden[name].astype(np.float64).where(~small)
    return hidden, int(small.sum())
