from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.data.dataset import Dataset, Provenance
from core.data.source import FOUND_OUT, Options
from core.data.totals import totals_of
from core.data.understanding import (
    as_said,
    dates_of,
    decimals_of,
    said,
    understood,
    wished,
)
from core.schema import Column, Kind, Schema

Loaded = Callable[..., Dataset]


def test_decimals_and_dates_as_said(loaded: Loaded) -> None:
    rows = "".join(f"{i % 9 + 1:02}/{i % 8 + 1:02}/2024;1.{i + 100};{i}.5;{i}\n" for i in range(40))
    dataset = loaded("seen;either;point;whole\n" + rows)
    said_so = as_said(dataset.source, dataset.schema, Options(decimals="comma", dates="day"))
    assert said_so["either"].pattern == "comma"
    assert said_so["point"].pattern == dataset.schema["point"].pattern == ""
    assert said_so["seen"].pattern == "%d/%m/%Y"
    other = as_said(dataset.source, said_so, Options(dates="month", decimals="point"))
    assert other["seen"].pattern == "%m/%d/%Y"
    assert (dates_of(other), dates_of(said_so)) == ("month", "day")
    assert as_said(dataset.source, dataset.schema, FOUND_OUT) == dataset.schema


def test_a_date_that_can_be_in_one_order_only_keeps_it(loaded: Loaded) -> None:
    rows = "".join(f"{i % 28 + 1:02}.{i % 12 + 1:02}.2024;{i}\n" for i in range(60))
    dataset = loaded("seen;n\n" + rows)
    assert dates_of(dataset.schema) == "day"
    assert as_said(dataset.source, dataset.schema, Options(dates="month")) == dataset.schema


@pytest.mark.parametrize(
    ("columns", "decimals", "dates"),
    [
        ([Column("a", Kind.TEXT)], "", ""),
        ([Column("a", Kind.NUMBER)], "point", ""),
        ([Column("a", Kind.NUMBER), Column("b", Kind.NUMBER, pattern="comma")], "comma", ""),
        ([Column("a", Kind.DATE, pattern="%Y-%m-%d")], "", ""),
        ([Column("a", Kind.DATE, pattern="%d %B %Y")], "", ""),
        ([Column("a", Kind.DATE, pattern="%m/%d/%y %H:%M")], "", "month"),
    ],
)
def test_what_a_schema_tells(columns: list[Column], decimals: str, dates: str) -> None:
    schema = Schema(tuple(columns))
    assert (decimals_of(schema), dates_of(schema)) == (decimals, dates)


FOUND = Provenance("t.csv", 9, "delimited", "cp949", ",", header_row=3, skipped=2, decimals="point")


def test_what_was_left_alone_is_found_again() -> None:
    form = understood(FOUND)
    assert wished(FOUND, form) == FOUND_OUT
    other = wished(FOUND, replace(form, encoding="big5hkscs"))
    assert other == Options(encoding="big5hkscs")
    assert said(other) == ("encoding",)


def test_what_was_chosen_before_stays_chosen() -> None:
    known = replace(FOUND, chosen=("separator", "header_row"))
    assert wished(known, understood(known)) == Options(separator=",", header_row=3)
    none = replace(understood(known), header_row=0, skipped=2)
    assert wished(known, none) == Options(separator=",", header_row=0, skipped=2)


def test_rows_of_totals_are_found_and_kept(loaded: Loaded) -> None:
    rows = "".join(f"c{i},{i}\n" for i in range(9))
    dataset = loaded(f"name,n\n{rows}Total:,36\nGesamt,36\n")
    assert (dataset.rows, dataset.provenance.totals, dataset.provenance.total) == (11, 2, "Total:")
    assert totals_of(loaded(f"name,n\n{rows}").source) == (0, "")
