from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.explore.groups import Group, Sort, condition, grouped, in_ranges, label
from core.schema import Column, Kind
from core.text.phrases import phrases

SAY = phrases("en")
NUMBER = Column("x", Kind.NUMBER)
CATEGORY = Column("c", Kind.CATEGORY)
DATE = Column("d", Kind.DATE)


def named(values: pd.Series, column: Column) -> dict[str, int]:
    found = grouped(values, column)
    return {
        label(group, SAY): int(count)
        for group, count in zip(found.groups, found.counts, strict=True)
    }


@given(
    st.lists(
        st.one_of(
            st.floats(-1e9, 1e9), st.integers(-20, 20).map(float), st.just(float("nan")),
            st.just(0.0), st.sampled_from([float("inf"), float("-inf")]),
        ),
        min_size=1, max_size=300,
    )
)  # fmt: skip
def test_every_number_is_in_the_one_group_whose_bounds_hold_it(numbers: list[float]) -> None:
    values = np.array(numbers)
    found = in_ranges(values)
    assert found.counts.min() > 0
    for value, code in zip(values, found.codes, strict=True):
        group = found.groups[code]
        if not np.isfinite(value):
            assert group.sort is Sort.MISSING
        elif group.low is not None and group.low == group.high:
            assert value == group.low
        else:
            assert group.low is None or value > group.low
            assert group.high is None or value <= group.high


def test_quantile_ranges_have_round_bounds_and_about_equal_counts() -> None:
    values = pd.Series(np.arange(1.0, 601.0))
    assert named(values, NUMBER) == {
        "100 or less": 100, "101 to 200": 100, "201 to 300": 100, "301 to 400": 100,
        "401 to 500": 100, "over 500": 100,
    }  # fmt: skip


def test_a_value_that_many_share_is_a_group_of_its_own() -> None:
    values = pd.Series([0.0] * 800 + list(np.linspace(0.5, 100, 200)))
    groups = named(values, NUMBER)
    assert groups["0"] == 800
    assert len(groups) == 6
    inside = pd.Series([-5.0, -3.0, -4.5] * 20 + [1.0] * 100 + list(np.linspace(2, 9, 60)))
    assert named(inside, NUMBER)["1"] == 100


def test_few_numbers_stand_each_for_itself() -> None:
    values = pd.Series([1.5, 1.5, 2.0, np.nan, np.inf])
    assert named(values, NUMBER) == {"1.50": 2, "2": 1, "missing": 2}


def test_rare_levels_are_folded_and_missing_is_a_level() -> None:
    values = pd.Series(["b"] * 5 + ["a"] * 5 + [f"rare {i}" for i in range(15)] + [None] * 3)
    groups = named(values, CATEGORY)
    assert list(groups)[:2] == ["a", "b"]
    assert groups["other (6 levels)"] == 6
    assert groups["missing"] == 3
    assert sum(groups.values()) == 28
    assert len(groups) == 13


def test_a_twelfth_level_is_not_folded_alone() -> None:
    groups = named(pd.Series([f"l{i}" for i in range(12)]), CATEGORY)
    assert len(groups) == 12
    assert not any("other" in name for name in groups)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (["2025-01-01", "2025-12-31", None], {"2025-01": 1, "2025-12": 1, "missing": 1}),
        (["2025-03-03", "2025-03-04"], {"2025-03-03": 1, "2025-03-04": 1}),
        (["2025-03-04", "2025-06-01"], {"week of 2025-03-03": 1, "week of 2025-05-26": 1}),
        (["2020-02-01", "2024-12-01"], {"2020 Q1": 1, "2024 Q4": 1}),
        (["1990-02-01", "2010-12-01"], {"1990": 1, "2010": 1}),
    ],
)  # fmt: skip
def test_dates_by_the_finest_period_that_fits(
    days: list[str | None], expected: dict[str, int]
) -> None:
    assert named(pd.Series(pd.to_datetime(days).astype("datetime64[us]")), DATE) == expected


def test_all_missing_is_one_group() -> None:
    assert named(pd.Series([np.nan, np.nan]), NUMBER) == {"missing": 2}
    assert named(pd.Series([None, None], dtype=object), CATEGORY) == {"missing": 2}
    assert named(pd.Series(pd.to_datetime([None, None])), DATE) == {"missing": 2}


@pytest.mark.parametrize(
    ("group", "words"),
    [
        (Group(Sort.RANGE, 11.0, None), "is over 11"),
        (Group(Sort.RANGE, None, 11.0), "is 11 or less"),
        (Group(Sort.RANGE, 5.0, 11.0, whole=True), "is 6 to 11"),
        (Group(Sort.RANGE, 5.0, 6.0, whole=True), "is 6"),
        (Group(Sort.RANGE, 5.0, 11.0), "is 5 to 11"),
        (Group(Sort.LEVEL, level="red"), "is “red”"),
        (Group(Sort.PERIOD, level="2025-03"), "is in 2025-03"),
        (Group(Sort.WEEK, level="2025-03-03"), "is in the week of 2025-03-03"),
        (Group(Sort.OTHER, levels=7), "is one of 7 rarer values"),
        (Group(Sort.MISSING), "is missing"),
    ],
)
def test_a_condition_reads_after_a_column(group: Group, words: str) -> None:
    assert condition(group, SAY) == words


def test_the_values_stay_as_they_were() -> None:
    values = pd.Series(["a", None, "b"], dtype=object)
    before = values.copy(deep=True)
    grouped(values, CATEGORY)
    pd.testing.assert_series_equal(values, before)


def test_ordered_levels_stand_in_their_order() -> None:
    column = Column("age", Kind.CATEGORY, levels=("<18", "18-24", "25+"), ordered=True)
    values = pd.Series(["25+", "25+", "<18", "18-24", "18-24", "25+", None], dtype=object)
    found = grouped(values, column)
    assert [group.level for group in found.groups[:3]] == ["<18", "18-24", "25+"]
    assert found.counts.tolist() == [1, 2, 3, 1]
    folded = grouped(values, column, levels=2)
    assert [group.level for group in folded.groups[:1]] == ["25+"]
