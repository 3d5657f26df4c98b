"""Two groups by hand, and their differences adding up."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from core.errors import BadValue, GroupEmpty, UnknownColumn
from core.explain.cohorts import By, Cohort, among, compared, members
from core.explain.grouping import Levels, Span, choices, cohort, of_levels
from core.explore.filters import Filter
from tests.core.explain.conftest import Make, made

INPUTS = {
    "visits": [1.0, 2.0, 2.0, 7.0, np.nan],
    "city": ["Oslo", "Oslo", "Bergen", None, "Oslo"],
    "since": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01", "2024-03-01", None]),
}
EFFECTS = [[0.1, 0, 0], [0.2, 0, 0], [0.3, 0.1, 0], [-0.1, 0.2, 0.1], [0, 0, 0.4]]
TRUTH = {0: "yes", 1: "no", 2: "yes", 4: "no"}


def test_differences_by_hand(make: Make) -> None:
    found = make(INPUTS, EFFECTS)
    first = np.array([True, True, False, False, False])
    sides = compared(found, first, ~first)
    assert (sides.first.rows, sides.second.rows, sides.shared) == (2, 3, 0)
    assert sides.first.prediction.value == pytest.approx(0.35)
    assert sides.second.prediction.value == pytest.approx(0.2 + (0.4 + 0.2 + 0.4) / 3)
    by_name = {c.column: c for c in sides.columns}
    assert by_name["visits"].difference.value == pytest.approx(0.15 - 0.2 / 3)
    assert by_name["city"].difference.value == pytest.approx(-0.1)
    assert [c.column for c in sides.columns] == ["since", "city", "visits"]


@given(st.integers(0, 10_000), st.integers(1, 29))
def test_differences_add_up_to_that_of_the_predictions(seed: int, size: int) -> None:
    chance = np.random.default_rng(seed)
    found = made({"a": [0] * 30, "b": [0] * 30}, chance.normal(size=(30, 2)))
    first = np.zeros(30, bool)
    first[chance.permutation(30)[:size]] = True
    sides = compared(found, first, ~first)
    total = sum(c.difference.value for c in sides.columns)
    assert total == pytest.approx(sides.difference.value, abs=1e-12)
    assert total == pytest.approx(found.prediction[first].mean() - found.prediction[~first].mean())


def test_intervals_are_near_welchs(make: Make) -> None:
    chance = np.random.default_rng(0)
    effects = np.concatenate([chance.normal(0.3, 0.2, 200), chance.normal(0.1, 0.4, 300)])[:, None]
    first = np.arange(500) < 200
    gap = compared(make({"a": [0] * 500}, effects), first, ~first).difference
    known = stats.ttest_ind(effects[first, 0], effects[~first, 0], equal_var=False)
    low, high = known.confidence_interval()
    assert (gap.low, gap.high) == pytest.approx((low, high), abs=0.006)


def test_a_group_of_nobody_is_told(make: Make) -> None:
    nobody = np.zeros(5, bool)
    with pytest.raises(GroupEmpty) as told:
        compared(make(INPUTS, EFFECTS), ~nobody, nobody)
    assert told.value.group == 2


def test_members_by_column_prediction_and_outcome(make: Make) -> None:
    found = make(INPUTS, EFFECTS)

    def chosen(by: By, **wanted: object) -> list[int]:
        asked = Cohort(by, Filter(**wanted))  # type: ignore[arg-type]
        return np.flatnonzero(members(found, asked, TRUTH)).tolist()

    assert chosen(By.COLUMN, column="visits", low=2) == [1, 2, 3]
    assert chosen(By.COLUMN, column="city", levels=("Oslo",)) == [0, 1, 4]
    assert chosen(By.COLUMN, column="since", high="2024-02-01") == [0, 1]
    assert chosen(By.PREDICTION, column="prediction", low=0.45) == [2, 4]
    assert chosen(By.OUTCOME, column="buys", levels=("yes",)) == [0, 2]
    assert chosen(By.OUTCOME, column="buys", levels=("yes", "no")) == [0, 1, 2, 4]
    with pytest.raises(UnknownColumn):
        chosen(By.COLUMN, column="income", low=1)
    with pytest.raises(BadValue):
        chosen(By.COLUMN, column="city", low=1)


def test_choices_split_customers_in_two(make: Make) -> None:
    found = make(INPUTS, EFFECTS)
    assert choices(found, By.COLUMN, "city", {}) == Levels(("Oslo", "Bergen"))
    assert choices(found, By.OUTCOME, "buys", TRUTH) == Levels(("yes", "no"))
    span = choices(found, By.COLUMN, "visits", {})
    assert span == Span(1.0, 7.0, 7.0, pytest.approx(0.06))
    days = choices(found, By.COLUMN, "since", {})
    assert isinstance(days, Span)
    assert days.low == datetime.date(2024, 1, 1)
    assert days.middle == days.high == datetime.date(2024, 3, 1)
    assert choices(make({"a": [3, 3]}, [[0], [0]]), By.COLUMN, "a", {}) is None
    assert choices(found, By.OUTCOME, "spend", {0: 1.0, 1: 4.0}) == Span(1.0, 4.0, 4.0, 0.03)


@example([0.0, 0.0, 0.0, 0.94, 218.4])
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40))
def test_the_first_choice_leaves_somebody_on_both_sides(values: list[float]) -> None:
    found = made({"a": values}, [[0.0]] * len(values))
    among = choices(found, By.COLUMN, "a", {})
    if among is None:
        assert len(set(values)) == 1
        return
    assert isinstance(among, Span)
    inside = members(found, cohort(By.COLUMN, "a", among, among.middle, among.high), {})
    assert inside.any()
    assert not inside.all()


def test_ends_of_the_span_are_open(make: Make) -> None:
    among = Span(0.1, 0.9, 0.5, 0.008)
    assert cohort(By.PREDICTION, "p", among, 0.5, 0.899).wanted == Filter("p", 0.5, None)
    assert cohort(By.PREDICTION, "p", among, 0.1, 0.7).wanted == Filter("p", None, 0.7)
    near = Span(0.0, 218.4, 0.94, 2.184)  # half of the customers are at the low end
    assert cohort(By.COLUMN, "p", near, 0.94, 218.4).wanted == Filter("p", 0.94, None)
    days = [datetime.date(2024, 1, day) for day in (1, 9, 5)]
    held = cohort(By.COLUMN, "since", Span(*days, None), days[2], days[1])
    assert held.wanted == Filter("since", "2024-01-05", None)
    assert of_levels(By.COLUMN, "city", ("Oslo",)).wanted.levels == ("Oslo",)


def test_who_is_among_some_rows(make: Make) -> None:
    found = make(INPUTS, EFFECTS)
    wanted = np.array([found.rows[3], found.rows[1], 999])
    assert among(found, wanted).tolist() == [False, True, False, True, False]
