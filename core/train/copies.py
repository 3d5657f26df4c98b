"""Rows that are copies of each other: a file that was resampled, or customers entered twice.

A model that has learned a row knows the answer of its copy. With copies on both sides of a split
any model looks better than it is: figures above .96 on tables whose honest figure is .85 come from
copying rows of the rare class before splitting (Blagus & Lusa 2015, BMC Bioinformatics 16, 363).
So copies stay together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SINGLE = 0.5  # of the distinct rows; where fewer are, customers are alike for want of columns

Numbers = NDArray[np.int64]


def copies(table: pd.DataFrame, y: NDArray[Any]) -> Numbers | None:
    """A number for each of the n rows of the features and their truth (n,), the same for copies.

    None where no row is a copy, or where rows are alike because little is known of each.
    """
    cells = (*(table.iloc[:, place] for place in range(table.shape[1])), pd.Series(y))
    # numbers first: text that is half a character cannot be hashed
    told = {place: pd.factorize(each, use_na_sentinel=False)[0] for place, each in enumerate(cells)}
    numbers, distinct = pd.factorize(pd.util.hash_pandas_object(pd.DataFrame(told), index=False))
    if len(distinct) == len(y) or (np.bincount(numbers) == 1).mean() < SINGLE:
        return None
    return np.asarray(numbers, "int64")
