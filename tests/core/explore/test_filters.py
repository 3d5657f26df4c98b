from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import BadValue, UnknownColumn
from core.explore.filters import Filter, kept


@pytest.fixture
def table() -> pd.DataFrame:
    days = ["2025-01-01 08:00", "2025-02-01 23:59", None, "2025-02-02 00:00"]
    found = pd.DataFrame(
        {
            "n": [1.0, 2.0, np.nan, 4.0],
            "c": pd.Series(["a", "b", "b", None], dtype=object),
            "d": pd.to_datetime(days).astype("datetime64[us]"),
        }
    )
    return found.set_index(pd.Index([10, 11, 12, 13]))


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        (Filter("n", low=2), [11, 13]),
        (Filter("n", low=2, high=2), [11]),
        (Filter("n", high=1, missing=True), [10, 12]),
        (Filter("n"), [10, 11, 13]),
        (Filter("c", levels=("b",)), [11, 12]),
        (Filter("c", levels=(), missing=True), [13]),
        (Filter("d", low="2025-02-01", high="2025-02-01"), [11]),
        (Filter("d", high="2025-02-02T00:00:00"), [10, 11, 13]),
    ],
)
def test_one_filter(table: pd.DataFrame, wanted: Filter, rows: list[int]) -> None:
    before = table.copy(deep=True)
    assert list(kept(table, (wanted,)).index) == rows
    pd.testing.assert_frame_equal(table, before)


def test_filters_hold_together(table: pd.DataFrame) -> None:
    assert list(kept(table, (Filter("n", low=2), Filter("c", levels=("b",)))).index) == [11]
    pd.testing.assert_frame_equal(kept(table, ()), table)


@pytest.mark.parametrize(
    "wrong", [Filter("n", low="much"), Filter("d", low="soon"), Filter("c", low=1)]
)
def test_a_bound_that_does_not_fit_is_said(table: pd.DataFrame, wrong: Filter) -> None:
    with pytest.raises(BadValue) as error:
        kept(table, (wrong,))
    assert error.value.column == wrong.column


def test_an_unknown_column_is_said(table: pd.DataFrame) -> None:
    with pytest.raises(UnknownColumn):
        kept(table, (Filter("z", low=1),))
