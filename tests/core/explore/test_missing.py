from __future__ import annotations

import numpy as np
import pandas as pd

from core.explore.missing import Gap, missingness
from core.schema import Column, Kind, Schema


def test_gaps_by_hand() -> None:
    table = pd.DataFrame(
        {
            "n": [1.0, np.nan, np.inf, 2.0],
            "whole": list("abcd"),
            "c": pd.Series(["a", None, "b", "c"], dtype=object),
        }
    )
    schema = Schema(
        (Column("c", Kind.CATEGORY), Column("whole", Kind.TEXT), Column("n", Kind.NUMBER))
    )
    found = missingness(table, schema)
    assert found.gaps == (Gap("n", 2), Gap("c", 1))
    assert (found.rows, found.columns, found.whole_rows) == (4, 3, 2)
