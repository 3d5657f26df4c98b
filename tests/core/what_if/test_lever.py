"""Levers by hand, and taken back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadValue, UnknownColumn
from core.schema import Column, Kind
from core.text.phrases import phrases
from core.train.field import Field
from core.what_if.lever import MOVES, Lever, Move, lever_words, moved, pulled, starting_amount

VISITS = Column("visits", Kind.NUMBER)
CITY = Column("city", Kind.CATEGORY, levels=("Oslo", "Hamar"))
SINCE = Column("since", Kind.DATE)
NUMBERS = pd.Series([1.0, 4.0, np.nan, -2.5], index=[7, 3, 5, 1])


@pytest.mark.parametrize(
    ("move", "amount", "whole", "expected"),
    [
        (Move.SET, 3.0, False, [3.0, 3.0, 3.0, 3.0]),
        (Move.ADD, 2.0, False, [3.0, 6.0, np.nan, -0.5]),
        (Move.MULTIPLY, 1.1, False, [1.1, 4.4, np.nan, -2.75]),
        (Move.MULTIPLY, 1.1, True, [1.0, 4.0, np.nan, -3.0]),
        (Move.AT_MOST, 2.0, False, [1.0, 2.0, np.nan, -2.5]),
        (Move.AT_LEAST, 2.0, False, [2.0, 4.0, np.nan, 2.0]),
        (Move.ADD, 0.5, True, [2.0, 4.0, np.nan, -2.0]),
    ],
)
def test_a_number_is_changed(move: Move, amount: float, whole: bool, expected: list[float]) -> None:
    before = NUMBERS.copy()
    found = pulled(Lever("visits", move, amount, whole), VISITS, NUMBERS)
    np.testing.assert_allclose(found.to_numpy(), expected)
    assert list(found.index) == [7, 3, 5, 1]
    pd.testing.assert_series_equal(NUMBERS, before)


def test_a_level_is_set_for_everyone() -> None:
    cells = pd.Series(["Oslo", None, "Hamar"], dtype=object)
    found = pulled(Lever("city", Move.SET, "Hamar"), CITY, cells)
    assert found.tolist() == ["Hamar"] * 3
    assert found.dtype == object


def test_a_date_moves_by_days() -> None:
    cells = pd.Series(pd.to_datetime(["2024-02-28", None]).astype("datetime64[us]"))
    later = pulled(Lever("since", Move.LATER, 2.0), SINCE, cells)
    assert later.tolist() == [pd.Timestamp("2024-03-01"), pd.NaT]
    assert later.dtype == cells.dtype
    with pytest.raises(BadValue):
        pulled(Lever("since", Move.LATER, 1e12), SINCE, cells)


@pytest.mark.parametrize(
    ("lever", "column"),
    [
        (Lever("visits", Move.ADD, float("nan")), VISITS),
        (Lever("visits", Move.ADD, "two"), VISITS),
        (Lever("visits", Move.LATER, 1.0), VISITS),
        (Lever("city", Move.ADD, 1.0), CITY),
        (Lever("since", Move.SET, 1.0), SINCE),
        (Lever("note", Move.SET, "x"), Column("note", Kind.TEXT)),
    ],
)
def test_what_does_not_fit_is_refused(lever: Lever, column: Column) -> None:
    with pytest.raises(BadValue):
        pulled(lever, column, pd.Series([1.0]))


def test_a_lever_is_for_its_own_column() -> None:
    with pytest.raises(UnknownColumn):
        pulled(Lever("other", Move.ADD, 1.0), VISITS, NUMBERS)


EIGHTHS = st.integers(-80_000, 80_000).map(lambda n: n / 8)


@given(st.lists(EIGHTHS | st.just(float("nan"))), EIGHTHS)
def test_adding_is_taken_back(values: list[float], amount: float) -> None:
    cells = pd.Series(values, dtype="float64")
    there = pulled(Lever("visits", Move.ADD, amount), VISITS, cells)
    back = pulled(Lever("visits", Move.ADD, -amount), VISITS, there)
    assert not moved(cells, back).any()
    assert moved(cells, there).tolist() == [v == v and amount != 0 for v in values]  # noqa: PLR0124


@given(st.lists(EIGHTHS), st.integers(-5, 5))
def test_multiplying_is_taken_back(values: list[float], power: int) -> None:
    cells = pd.Series(values, dtype="float64")
    there = pulled(Lever("visits", Move.MULTIPLY, 2.0**power), VISITS, cells)
    back = pulled(Lever("visits", Move.MULTIPLY, 2.0**-power), VISITS, there)
    assert not moved(cells, back).any()


@given(st.lists(EIGHTHS), EIGHTHS)
def test_a_cap_is_pulled_once(values: list[float], cap: float) -> None:
    cells = pd.Series(values, dtype="float64")
    once = pulled(Lever("visits", Move.AT_MOST, cap), VISITS, cells)
    assert (once <= cap).all()
    assert not moved(once, pulled(Lever("visits", Move.AT_MOST, cap), VISITS, once)).any()
    assert moved(cells, once).tolist() == [v > cap for v in values]


def test_levers_are_said() -> None:
    say = phrases("en")
    assert lever_words(Lever("visits", Move.ADD, 2.0), say) == "visits + 2"
    assert lever_words(Lever("visits", Move.ADD, -2.5), say) == "visits − 2.50"
    words = lever_words(Lever("visits", Move.MULTIPLY, 1.1, True), say)
    assert words == "visits × 1.10, in whole numbers"
    assert lever_words(Lever("city", Move.SET, "Hamar"), say) == "city set to “Hamar”"
    assert lever_words(Lever("since", Move.LATER, -3.0), say) == "since 3 days earlier"
    for moves in MOVES.values():
        assert all(f"segment.lever.{move}" in say for move in moves)


def test_a_lever_starts_where_it_can_be_pulled() -> None:
    visits = Field("visits", Kind.NUMBER, 4.0, 0.0, 9.0, whole=True)
    city = Field("city", Kind.CATEGORY, "Oslo", levels=("Oslo", "Hamar"))
    assert starting_amount(Move.SET, visits) == 4.0
    assert starting_amount(Move.MULTIPLY, visits) == 1.1
    assert starting_amount(Move.ADD, visits) == 1.0
    assert starting_amount(Move.SET, city) == "Oslo"
    assert starting_amount(Move.AT_MOST, Field("x", Kind.NUMBER)) == 0.0
    assert starting_amount(Move.LATER, Field("since", Kind.DATE)) == 7.0
