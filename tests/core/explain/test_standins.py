"""Stand-ins against scipy's rank correlation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.explain.standins import GOES_ALONG, standins
from core.explore.correlations import Measured
from core.schema import Column, Kind

COLUMNS = (
    Column("a", Kind.NUMBER),
    Column("b", Kind.NUMBER),
    Column("c", Kind.NUMBER),
    Column("d", Kind.CATEGORY, levels=("x", "y")),
)


def background(rows: int = 200) -> pd.DataFrame:
    chance = np.random.default_rng(0)
    a = chance.normal(size=rows)
    return pd.DataFrame(
        {
            "a": a,
            "b": -np.exp(a + chance.normal(0, 0.2, rows)),
            "c": chance.normal(size=rows),
            "d": np.where(a > 0, "x", "y").astype(object),
        }
    )


def test_pairs_that_go_along_are_told_both_ways_by_rank() -> None:
    table = background()
    found = standins(table, COLUMNS, ("b", "c", "a", "d", "a family"))
    pairs = {(one.column, one.other): one for one in found}
    rank = stats.spearmanr(table["a"], table["b"]).statistic
    assert rank < -GOES_ALONG
    assert pairs["b", "a"].strength == pytest.approx(-rank)
    assert pairs["a", "b"].measure is Measured.SPEARMAN
    assert pairs["a", "d"].measure is Measured.CORRELATION_RATIO
    assert not any("c" in pair for pair in pairs)
    assert [one.column for one in found] == sorted(
        (one.column for one in found), key=("b", "c", "a", "d").index
    )
    of_a = [one.strength for one in found if one.column == "a"]
    assert of_a == sorted(of_a, reverse=True)


def test_nothing_to_compare() -> None:
    assert standins(background(), COLUMNS, ("a",)) == ()
    assert standins(background(1), COLUMNS, ("a", "b")) == ()
    assert standins(background(), COLUMNS, ("family one", "family two")) == ()
