from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.explore.correlations import (
    ROWS_AT_MOST,
    Measured,
    associations,
    correlation_ratio,
    cramers_v,
    spearman,
)
from core.schema import Column, Kind, Role, Schema


def test_spearman_is_scipys_over_the_rows_both_know() -> None:
    chance = np.random.default_rng(0)
    a = chance.integers(0, 9, 200).astype(float)
    b = a + chance.normal(0, 3, 200)
    a[:20], b[10:40] = np.nan, np.nan
    expected = stats.spearmanr(a, b, nan_policy="omit").statistic
    assert spearman(a, b) == pytest.approx(expected)
    assert spearman(a, -b) == pytest.approx(-expected)


def test_the_correlation_ratio_by_hand() -> None:
    numbers = np.array([1.0, 3.0, 5.0, 7.0, np.nan, 99.0])
    codes = np.array([0, 0, 1, 1, 1, -1])
    assert correlation_ratio(numbers, codes) == pytest.approx(np.sqrt(16 / 20))
    assert correlation_ratio(np.array([1.0, 1.0, 2.0, 2.0]), np.array([0, 0, 3, 3])) == 1


def test_cramers_v_is_bergsmas() -> None:
    a = np.repeat([0, 0, 1, 1, 2, 2, -1], [30, 10, 5, 25, 8, 8, 4])
    b = np.repeat([0, 1, 0, 1, 0, 1, 1], [30, 10, 5, 25, 8, 8, 4])
    chi = stats.chi2_contingency([[30, 10], [5, 25], [8, 8]], correction=False).statistic
    phi = max(0, chi / 86 - 2 * 1 / 85)
    expected = np.sqrt(phi / min(3 - 4 / 85 - 1, 2 - 1 / 85 - 1))
    assert cramers_v(a, b) == pytest.approx(expected)
    assert cramers_v(a, a) == pytest.approx(1)
    assert cramers_v(np.repeat([0, 1], 50), np.tile([0, 1], 50)) == 0


@pytest.mark.parametrize("few", [0, 2])
def test_too_little_is_unknown(few: int) -> None:
    numbers, codes = np.arange(float(few)), np.arange(few)
    for value in (
        spearman(numbers, numbers),
        correlation_ratio(numbers, codes),
        cramers_v(codes, codes),
        spearman(np.ones(9), np.arange(9.0)),
        correlation_ratio(np.ones(9), np.arange(9)),
        cramers_v(np.zeros(9, int), np.arange(9)),
    ):
        assert np.isnan(value)


@pytest.fixture
def table() -> tuple[pd.DataFrame, Schema]:
    chance = np.random.default_rng(4)
    x = chance.normal(size=400)
    found = pd.DataFrame(
        {
            "id": [f"C{i}" for i in range(400)],
            "household": [f"H{i // 2}" for i in range(400)],
            "noise": chance.normal(size=400),
            "x": x,
            "when": pd.Timestamp("2025-01-01") + pd.to_timedelta(np.round(x * 30), unit="D"),
            "band": np.where(x > 0, "high", "low"),
            "note": "words",
            "y": np.where(x + chance.normal(0, 0.5, 400) > 0, "yes", "no"),
        }
    )
    kinds = {"noise": Kind.NUMBER, "x": Kind.NUMBER, "when": Kind.DATE, "note": Kind.TEXT}
    roles = {"id": Role.ID, "household": Role.GROUP}
    columns = (Column(n, kinds.get(n, Kind.CATEGORY), roles.get(n, Role.FEATURE)) for n in found)
    return found, Schema(tuple(columns))


def test_the_target_is_first_then_what_goes_with_it(table: tuple[pd.DataFrame, Schema]) -> None:
    found = associations(*table, "y")
    assert found.columns[0] == "y"
    assert set(found.columns) == {"y", "x", "when", "band", "noise"}
    assert found.columns[-1] == "noise"
    assert np.array_equal(found.values, found.values.T)
    place = {name: i for i, name in enumerate(found.columns)}
    assert found.measures[place["x"]][place["when"]] is Measured.SPEARMAN
    assert found.measures[place["y"]][place["x"]] is Measured.CORRELATION_RATIO
    assert found.measures[place["y"]][place["band"]] is Measured.CRAMERS_V
    days = table[0]["when"].astype("int64")
    expected = stats.spearmanr(table[0]["x"], days).statistic
    assert found.values[place["x"], place["when"]] == pytest.approx(expected)
    few = associations(*table, "y", at_most=3)
    assert (few.columns, few.left_out) == (found.columns[:3], 2)


def test_a_large_table_is_drawn_from_and_says_so() -> None:
    rows = ROWS_AT_MOST + 5_000
    large = pd.DataFrame({"a": np.arange(float(rows)), "b": np.arange(float(rows)) ** 2})
    schema = Schema((Column("a", Kind.NUMBER), Column("b", Kind.NUMBER)))
    found = associations(large, schema, "a")
    assert found.rows == ROWS_AT_MOST
    assert found.values[0, 1] == pytest.approx(1)
