from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.explore.groups import Sort, label
from core.explore.profile import BINS_AT_MOST, binned, profile
from core.schema import Column, Kind
from core.text.phrases import phrases

NUMBER = Column("x", Kind.NUMBER)


def test_numbers_by_hand() -> None:
    found = profile(pd.Series([1.0, 2.0, 2.0, 3.0, 10.0, np.nan, np.inf]), NUMBER)
    assert (found.rows, found.missing, found.distinct) == (7, 2, 4)
    assert found.missing_share == pytest.approx(2 / 7)
    assert found.spread is not None
    assert found.spread.mean == pytest.approx(3.6)
    assert found.spread.sd == pytest.approx(np.std([1, 2, 2, 3, 10], ddof=1))
    assert found.spread.median == 2
    assert (found.spread.usual, found.spread.usual_rows) == (2.0, 2)
    assert sum(bar.rows for bar in found.bars) == 7


@given(
    st.lists(
        st.one_of(st.floats(-1e7, 1e7), st.integers(-50, 50).map(float), st.just(float("nan"))),
        min_size=1,
        max_size=200,
    ).filter(lambda v: bool(np.isfinite(v).any()))
)
def test_every_number_is_in_the_bin_whose_bounds_hold_it(numbers: list[float]) -> None:
    values = np.array(numbers)
    found = binned(values)
    assert len(found.groups) <= BINS_AT_MOST + 5
    for value, code in zip(values, found.codes, strict=True):
        group = found.groups[code]
        if np.isnan(value):
            assert group.sort is Sort.MISSING
            continue
        slack = 1e-9 * max(1.0, abs(value))
        assert group.low is None or value > group.low or (group.closed and value >= group.low)
        assert group.high is None or value <= group.high + slack


def test_a_heavy_tail_is_in_one_outer_bin() -> None:
    values = np.append(np.linspace(0, 100, 1_000), [1e6, 5e6])
    found = binned(values)
    last = found.groups[-1]
    assert last.high is None
    assert found.counts[-1] == 2
    assert last.low == 100
    assert len(found.groups) > 8


def test_the_width_is_that_of_freedman_and_diaconis_made_round() -> None:
    values = np.random.default_rng(0).normal(50.5, 10, 1_000)
    widths = {g.high - g.low for g in binned(values).groups if g.low is not None and g.high}
    quarter, most = np.quantile(values, (0.25, 0.75))
    wanted = 2 * (most - quarter) / 10
    assert {round(width, 9) for width in widths} == {2.5}
    assert 2.5 <= wanted <= 2.5 / 0.8


def test_whole_numbers_have_bins_of_equally_many_values() -> None:
    found = profile(pd.Series(np.arange(0.0, 100.0)), NUMBER)
    say = phrases("en")
    assert [label(bar.group, say) for bar in found.bars] == [
        f"{10 * i} to {10 * i + 9}" for i in range(10)
    ]  # fmt: skip
    few = profile(pd.Series([1.0, 2.0, 2.0, 4.0]), NUMBER)
    assert [(label(b.group, say), b.rows) for b in few.bars] == [
        ("1", 1), ("2", 2), ("3", 0), ("4", 1)
    ]  # fmt: skip


def test_a_constant_is_one_bar() -> None:
    found = profile(pd.Series([3.0] * 5), NUMBER)
    assert [bar.rows for bar in found.bars if bar.rows] == [5]
    assert found.distinct == 1


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_but_gaps(kind: Kind) -> None:
    dtype = {Kind.NUMBER: "float64", Kind.DATE: "datetime64[us]"}.get(kind, "object")
    found = profile(pd.Series([None, None], dtype=dtype), Column("x", kind))
    assert (found.rows, found.missing, found.distinct) == (2, 2, 0)
    assert [bar.group.sort for bar in found.bars] == [Sort.MISSING]


def test_dates_keep_the_periods_without_a_row() -> None:
    days = pd.Series(pd.to_datetime(["2025-01-05", "2025-03-01", None]).astype("datetime64[us]"))
    found = profile(days, Column("d", Kind.DATE))
    assert found.first == pd.Timestamp("2025-01-05")
    assert found.last == pd.Timestamp("2025-03-01")
    assert len(found.bars) == 57  # 56 days and missing
    assert sum(bar.rows for bar in found.bars) == 3


def test_levels_most_frequent_first() -> None:
    found = profile(pd.Series(["b", "a", "b", None], dtype=object), Column("c", Kind.CATEGORY))
    assert [(bar.group.level, bar.rows) for bar in found.bars] == [("b", 2), ("a", 1), ("", 1)]
    assert found.distinct == 2
