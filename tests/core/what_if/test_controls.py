"""How each field can be changed; what is left alone is no edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models.family import Task
from core.schema import Column, Kind
from core.train.field import Field, field
from core.what_if.controls import SLIDER_STEPS, Control, Sort, changes, control, controls
from core.what_if.scenario import Scenario, edited, typical
from core.what_if.support import plain_value
from tests.core.explain.models import table, trained
from tests.core.train.shop import FEATURES

NUMBER = Column("n", Kind.NUMBER)
LEVEL = Column("c", Kind.CATEGORY)
DATE = Column("d", Kind.DATE)
NAMES = [column.name for column in FEATURES]


def of_numbers(values: list[float], value: float | None) -> Control:
    return control(NUMBER, field(NUMBER, pd.Series(values, dtype="float64")), value)


def test_few_whole_numbers_are_slid() -> None:
    found = of_numbers([0, 3, 10], 3.0)
    assert found == Control("n", Sort.SLIDER, 3, 0, 10, 1)
    assert all(isinstance(v, int) for v in (found.value, found.low, found.high, found.step))


def test_many_whole_numbers_are_typed() -> None:
    assert of_numbers([0, 100], 3.0).sort is Sort.SLIDER
    found = of_numbers([0, 101], 3.0)
    assert found == Control("n", Sort.NUMBER, 3, 0, 101, 2)
    assert of_numbers([0, 52_000], 3.0).step == 1000


@pytest.mark.parametrize(
    ("high", "step"), [(1.5, 0.02), (1.0, 0.01), (0.05, 0.0005), (7.5, 0.1), (499.5, 5.0)]
)
def test_fractions_are_slid_in_round_steps(high: float, step: float) -> None:
    found = of_numbers([0.0, high / 3, high], high / 3)
    assert (found.sort, found.low, found.high) == (Sort.SLIDER, 0.0, high)
    assert found.step == pytest.approx(step)
    assert isinstance(found.low, float)
    assert isinstance(found.step, float)


@given(st.floats(1e-9, 1e12), st.floats(0.1, 1))
def test_a_slider_has_at_most_a_hundred_steps_of_a_round_size(span: float, part: float) -> None:
    found = of_numbers([0.0, span * 0.31, span], span * 0.31)
    if found.sort is not Sort.SLIDER or isinstance(found.step, int):
        return
    assert SLIDER_STEPS * 0.39 <= span / found.step <= SLIDER_STEPS * (1 + 1e-9)
    assert f"{found.step:.5e}"[:7] in {"1.00000", "2.00000", "5.00000"}


def test_a_number_with_gaps_may_be_emptied_and_is_typed() -> None:
    found = of_numbers([1, 2, np.nan], 2.0)
    assert (found.sort, found.gaps) == (Sort.NUMBER, True)
    assert of_numbers([1, 2, np.nan], None).value is None


def test_a_value_beyond_the_range_widens_it() -> None:
    found = of_numbers([0, 3, 10], 14.0)
    assert (found.low, found.high, found.value) == (0, 14, 14)
    assert of_numbers([0, 3, 10], -2.0).low == -2


def test_a_fraction_among_whole_numbers_stays_a_fraction() -> None:
    found = of_numbers([0, 3, 10], 2.5)
    assert (found.value, found.step) == (2.5, 1.0)
    assert isinstance(found.low, float)


@pytest.mark.parametrize("values", [[0.0, 2.0**60], [-(2.0**60), 0.0], [5e-324, 0.0], [4.5]])
def test_odd_ranges_are_typed(values: list[float]) -> None:
    found = of_numbers(values, values[0])
    assert found.sort is Sort.NUMBER
    assert isinstance(found.value, float)
    assert found.step > 0


def test_only_gaps() -> None:
    assert of_numbers([np.nan], None).sort is Sort.NUMBER
    empty = field(DATE, pd.Series([pd.NaT], dtype="datetime64[us]"))
    assert control(DATE, empty, None) == Control("d", Sort.DATE, None, gaps=True)
    empty = field(LEVEL, pd.Series([None], dtype=object))
    assert control(LEVEL, empty, None) == Control("c", Sort.CHOICE, None, gaps=True)


def test_levels_are_chosen_from_and_a_strange_one_stays() -> None:
    known = Field("c", Kind.CATEGORY, "b", levels=("b", "a"))
    assert control(LEVEL, known, "a") == Control("c", Sort.CHOICE, "a", levels=("b", "a"))
    assert control(LEVEL, known, "z").levels == ("z", "b", "a")
    assert control(Column("c", Kind.BOOLEAN), known, None).levels == ("b", "a")


def test_dates_are_days() -> None:
    moments = pd.Series(["1969-12-30 15:00", "2024-05-03 10:00"], dtype="datetime64[us]")
    known = field(DATE, moments)
    found = control(DATE, known, plain_value(DATE, moments[0]))
    ends = (date(1969, 12, 30), date(2024, 5, 3))
    assert found == Control("d", Sort.DATE, ends[0], *ends)


@pytest.mark.parametrize("place", range(0, 60))
def test_what_is_left_alone_is_no_edit(place: int) -> None:
    row = table()[NAMES].iloc[[place]]
    known = controls(trained("forest", Task.BINARY), row)
    assert list(known) == NAMES
    assert changes(known, {name: one.value for name, one in known.items()}) == {}


def test_the_average_customer_left_alone_has_no_edit() -> None:
    made = trained("forest", Task.BINARY)
    known = controls(made, typical(made))
    assert changes(known, {name: one.value for name, one in known.items()}) == {}


@given(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300))
def test_any_number_left_alone_is_no_edit(low: float, value: float) -> None:
    known = {"n": of_numbers([low, low + 1], value)}
    assert changes(known, {"n": known["n"].value}) == {}
    assert float(known["n"].value) == value


@given(st.datetimes(datetime(1801, 1, 1), datetime(2199, 1, 1)))
def test_any_date_left_alone_is_no_edit(moment: datetime) -> None:
    cells = pd.Series([moment], dtype="datetime64[us]")
    known = {"d": control(DATE, field(DATE, cells), plain_value(DATE, cells[0]))}
    assert known["d"].value == moment.date()
    assert changes(known, {"d": moment.date()}) == {}


CHANGES: list[tuple[str, Any, Any]] = [
    ("visits", 9, 9),
    ("visits", None, None),
    ("income", 12.5, 12.5),
    ("city", "Narvik", "Narvik"),
    ("city", None, None),
    ("since", date(2020, 2, 3), datetime(2020, 2, 3)),
]


@pytest.mark.parametrize(("name", "value", "edit"), CHANGES)
def test_what_is_changed_is_an_edit_that_can_be_made(name: str, value: Any, edit: Any) -> None:
    made = trained("forest", Task.BINARY)
    row = table()[NAMES].iloc[[5]]
    known = controls(made, row)
    now = {other: one.value for other, one in known.items()} | {name: value}
    found = changes(known, now)
    assert found == {name: edit}
    after = edited(Scenario(row, found), made)
    again = controls(made, after)[name].value
    assert again == value


def test_a_gap_that_is_filled_is_an_edit() -> None:
    row = table()[NAMES].iloc[[17]]
    known = controls(trained("forest", Task.BINARY), row)
    assert known["since"].value is None
    assert changes(known, {"since": date(2021, 1, 1)}) == {"since": datetime(2021, 1, 1)}
