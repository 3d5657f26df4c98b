"""A table of any size as a frame that fits: whole where it is small, else an even draw of rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.data.dataset import Dataset
from core.data.table import frame

ROWS_AT_MOST = 100_000


def sampled(
    dataset: Dataset, columns: Sequence[str] | None = None, most: int = ROWS_AT_MOST, seed: int = 0
) -> pd.DataFrame:
    """At most ``most`` rows, typed, drawn by the seed; the index is the row number."""
    if dataset.rows <= most:
        return frame(dataset, columns)
    rows = np.random.default_rng(seed).choice(dataset.rows, most, replace=False)
    return frame(dataset, columns, rows.tolist())
