"""What each column held in the training rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.schema import Column, Kind
from core.train.field import Field, days_since_1970, field

NUMBER = Column("n", Kind.NUMBER)


def test_numbers() -> None:
    found = field(NUMBER, pd.Series([3.0, 1.0, np.nan, 8.0, 2.0]))
    assert found == Field("n", Kind.NUMBER, 2.0, 1.0, 8.0, whole=True, gaps=True)
    assert not field(NUMBER, pd.Series([3.0, 1.5])).whole


@pytest.mark.parametrize(
    ("value", "held"), [(1.0, True), (8.0, True), (4.4, True), (0.99, False), (8.01, False)]
)
def test_a_range_holds_what_training_rows_reached(value: float, held: bool) -> None:
    found = field(NUMBER, pd.Series([1.0, 8.0]))
    assert found.holds(value) is held
    assert not found.holds(None)
    assert not found.holds("a level")


def test_levels_by_frequency() -> None:
    cells = pd.Series(["b", "a", "b", None, "c", "b", "c"], dtype=object)
    found = field(Column("c", Kind.CATEGORY), cells)
    assert found == Field("c", Kind.CATEGORY, "b", levels=("b", "c", "a"), gaps=True)
    assert [found.holds(value) for value in ("a", "d", None)] == [True, False, True]


def test_dates_in_days_hold_their_own_ends() -> None:
    chance = np.random.default_rng(0)
    moments = pd.Series(
        np.datetime64("1970-01-01", "us") + chance.integers(-(10**15), 2 * 10**15, 500)
    )
    found = field(Column("d", Kind.DATE), moments)
    assert all(found.holds(days_since_1970(moment)) for moment in moments)
    assert found.middle in {days_since_1970(moment) for moment in moments}
    assert not found.holds(days_since_1970(moments.max() + pd.Timedelta(hours=1)))
    assert days_since_1970(pd.Timestamp("1970-01-03 06:00")) == 2.25


@pytest.mark.parametrize("kind", [Kind.NUMBER, Kind.DATE, Kind.CATEGORY, Kind.BOOLEAN])
def test_nothing_but_gaps(kind: Kind) -> None:
    dtype = {Kind.NUMBER: "float64", Kind.DATE: "datetime64[us]"}.get(kind, "object")
    found = field(Column("x", kind), pd.Series([None, None], dtype=dtype))
    assert found == Field("x", kind, gaps=True)
    assert found.holds(None)
    assert not found.holds(0.0)


def test_ordered_levels_keep_their_order() -> None:
    column = Column("age", Kind.CATEGORY, levels=("<18", "18-24", "25+"), ordered=True)
    found = field(column, pd.Series(["25+", "25+", "<18", None], dtype=object))
    assert (found.middle, found.levels, found.gaps) == ("25+", ("<18", "25+"), True)
