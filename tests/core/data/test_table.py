from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import duckdb
import numpy as np
import pandas as pd
import pytest

from core.data.dataset import Dataset
from core.data.table import frame, row_name, typed, typed_sql, view
from core.errors import UnknownColumn
from core.schema import Column, Kind, Schema

Loaded = Callable[..., Dataset]
CONTENT = (
    'n,"c""d",day,flag,row\n'
    '1.5,x,2020-01-02,Yes,a\n ?, y ,NA,yes,b\n" ",,2020-01-03,no,c\n7, ,2020-13-01,No,d\n'
)


@pytest.fixture
def dataset(loaded: Loaded) -> Dataset:
    made = loaded(CONTENT)
    kinds = {
        "n": Column("n", Kind.NUMBER),
        'c"d': Column('c"d', Kind.CATEGORY, levels=("x", "y")),
        "day": Column("day", Kind.DATE, pattern="%Y-%m-%d"),
        "flag": Column("flag", Kind.BOOLEAN, levels=("Yes", "no")),
        "row": Column("row", Kind.TEXT),
    }
    return replace(made, schema=Schema(tuple(kinds.values())))


def test_the_table_is_typed_as_the_schema_says(dataset: Dataset) -> None:
    table = frame(dataset)
    assert list(table.columns) == ["n", 'c"d', "day", "flag", "row"]
    assert list(table.index) == [0, 1, 2, 3]
    assert [str(kind) for kind in table.dtypes] == [
        "float64",
        "object",
        "datetime64[us]",
        "object",
        "object",
    ]
    np.testing.assert_array_equal(table["n"], [1.5, np.nan, np.nan, 7])
    assert list(table['c"d']) == ["x", "y", None, None]
    assert list(table["flag"]) == ["Yes", "Yes", "no", "no"]
    assert list(table["day"].isna()) == [False, True, False, True]
    assert table["day"][0] == datetime(2020, 1, 2)


def test_some_columns_and_rows(dataset: Dataset) -> None:
    table = frame(dataset, ["row", "n"], [3, 1, 1])
    assert list(table.columns) == ["row", "n"]
    assert list(table.index) == [1, 3]
    assert list(table["row"]) == ["b", "d"]
    assert frame(dataset, ["n"], []).shape == (0, 1)
    assert frame(dataset, []).shape == (4, 0)
    with pytest.raises(UnknownColumn):
        frame(dataset, ["none"])


def test_rows_of_text_in_memory_are_typed_alike(dataset: Dataset) -> None:
    text = pd.DataFrame(
        {
            "flag": ["Yes", "yes", "no", "No"],
            "n": ["1.5", " ?", " ", "7"],
            'c"d': ["x", " y ", None, " "],
            "day": ["2020-01-02", "NA", "2020-01-03", "2020-13-01"],
            "row": list("abcd"),
            "more": list("1234"),
        },
    )
    pd.testing.assert_frame_equal(typed(text, dataset.schema.columns), frame(dataset))
    some = typed(text.iloc[[2, 0]], dataset.schema.columns[:1])
    assert list(some.index) == [2, 0]
    assert some["n"][0] == 1.5
    assert typed(text.iloc[:0], dataset.schema.columns).shape == (0, 5)


def test_numbers_are_typed_by_their_pattern() -> None:
    cases = {
        "": {
            "5": 5,
            " 5 ": 5,
            "\u00a05": 5,
            "1_000": None,
            "inf": None,
            "1e309": None,
            "1,5": None,
            "x": None,
        },
        "comma": {"1,5": 1.5, "1.234,5": 1234.5, "1.5": None, "7": 7, "-,5": -0.5},
        "thousands": {"1,234.5": 1234.5, "1 234": 1234, "1'234": 1234, "1,23": None, "12": 12},
        "money": {"$84,835.00 ": 84835, "($3.10)": -3.1, "USD 5": 5, "€7": 7, "x": None},
        "money comma": {"1.234,50 €": 1234.5, "12 kr": 12},
        "percent": {"12.5%": 12.5, "3 %": 3, "%": None},
    }
    for pattern, texts in cases.items():
        table = pd.DataFrame({"x": list(texts)})
        found = typed(table, (Column("x", Kind.NUMBER, pattern=pattern),))["x"]
        assert [None if np.isnan(v) else v for v in found] == list(texts.values()), pattern


def test_a_view_can_be_asked_in_sql(dataset: Dataset) -> None:
    with duckdb.connect() as connection:
        view(connection, dataset, "t")
        number = row_name(dataset)
        assert number == "row_"
        found = connection.execute('SELECT row_, n, "c""d" FROM t ORDER BY row_').fetchall()
    assert found == [(0, 1.5, "x"), (1, None, "y"), (2, None, None), (3, 7.0, None)]


def test_names_and_levels_cannot_break_the_sql() -> None:
    name = "'\"; DROP TABLE x; --"
    table = pd.DataFrame({name: ["o'clock", "no"]})
    column = Column(name, Kind.BOOLEAN, levels=("o'clock", "no"))
    assert list(typed(table, (column,))[name]) == ["o'clock", "no"]
    assert '""; DROP' in typed_sql(column)
