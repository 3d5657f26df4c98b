"""Which rows of a table meet conditions, asked of the table on disk."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.data.table import frame
from core.explore.filters import Filter, columns, kept

Rows = NDArray[np.int64]


def meeting(dataset: Dataset, filters: tuple[Filter, ...], rows: Sequence[int]) -> Rows:
    """Those of ``rows`` (numbers from 0) that meet every filter, in the table's order.

    Raises UnknownColumn and BadValue.
    """
    if not filters:
        return np.unique(np.asarray(rows, np.int64))
    table = frame(dataset, columns(filters), rows)
    return kept(table, filters).index.to_numpy(np.int64)
