"""Copies of rows stay on one side of a split at random.

A model that has learned a row knows the answer of its copy. With copies on both sides of a split
any model looks better than it is: figures above .96 on tables whose honest figure is .85 come from
copying rows of the rare class before splitting (Blagus & Lusa 2015, BMC Bioinformatics 16, 363).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

COLUMN = "\0copies"  # a name that nobody gives a column

Numbers = NDArray[np.int64]


def with_copies(table: pd.DataFrame, numbers: pd.Series | None) -> pd.DataFrame:
    """The table with the number of each of its rows, by row number; as it is where none are."""
    return table if numbers is None else table.assign(**{COLUMN: numbers.reindex(table.index)})


def numbers_of(table: pd.DataFrame) -> Numbers | None:
    """A number for each of the n rows, the same for copies; None where no two are copies."""
    if COLUMN not in table:
        return None
    numbers, distinct = pd.factorize(table[COLUMN])
    return None if len(distinct) == len(table) else np.asarray(numbers, "int64")
