"""Whose the rows of a table are, read from it."""

from __future__ import annotations

import pandas as pd

from core.data.dataset import Dataset
from core.data.table import frame
from core.train.copies import owners_of


def owners_among(dataset: Dataset, rows: list[int], column: str = "") -> pd.Series | None:
    """A number for each of the rows, the same for rows of one owner (``owners_of``), by row number.

    The owner is named in ``column``, by default the one that the schema knows; None where there is
    none. Raises UnknownColumn.
    """
    name = column or dataset.schema.owner
    if not name:
        return None
    named = frame(dataset, [name], rows)[name]
    return pd.Series(owners_of(named), named.index)
