from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import NoRule
from core.explore.filters import Filter, kept
from core.explore.rule import leaves, rule
from core.schema import Column, Kind

COLUMNS = (
    Column("age", Kind.NUMBER),
    Column("spend", Kind.NUMBER),
    Column("city", Kind.CATEGORY),
    Column("since", Kind.DATE),
    Column("note", Kind.TEXT),
)


def table(rows: int = 400) -> pd.DataFrame:
    chance = np.random.default_rng(2)
    days = np.datetime64("2024-01-01") + chance.integers(0, 300, rows) * np.timedelta64(1, "D")
    city = chance.choice(["Oslo", "Rome", "Wien"], rows).astype(object)
    return pd.DataFrame(
        {
            "age": chance.integers(18, 80, rows).astype(float),
            "spend": np.where(chance.random(rows) < 0.2, np.nan, chance.exponential(100, rows)),
            "city": np.where(chance.random(rows) < 0.1, None, city),
            "since": days.astype("datetime64[us]"),
            "note": "n",
        },
        index=pd.Index(np.arange(rows) * 3),
    )


def test_planted_conditions_are_found_exactly() -> None:
    rows = table()
    inside = ((rows["age"] >= 40) & (rows["city"] == "Oslo")).to_numpy(bool)
    found = rule(rows, COLUMNS, inside, 1)
    by_column = {wanted.column: wanted for wanted in found.filters}
    assert by_column["age"] == Filter("age", low=40.0)
    assert by_column["city"] == Filter("city", levels=("Oslo",))
    assert (found.met, found.right, found.rows) == (inside.sum(),) * 3
    assert (found.precision, found.recall) == (1.0, 1.0)


def test_a_level_that_is_not_wanted_leaves_the_others() -> None:
    rows = table().dropna(subset=["city"])
    found = rule(rows, COLUMNS, (rows["city"] != "Rome").to_numpy(bool), 1)
    assert found.filters[0].column == "city"
    assert set(found.filters[0].levels or ()) == {"Oslo", "Wien"}


def test_a_level_of_a_few_is_not_named() -> None:
    rows = table().dropna(subset=["city"])
    few = rows.index[:9]
    rows.loc[few, "city"] = "Åby"
    found = rule(rows, COLUMNS, (rows["city"] != "Rome").to_numpy(bool), 1)
    assert set(found.filters[0].levels or ()) == {"Oslo", "Wien"}
    assert found.recall == pytest.approx(found.right / (found.right + len(few)))
    amounts = np.where(rows["city"] == "Rome", 3.0, 0.0)
    for filters in leaves(rows, COLUMNS, amounts, 30):
        for wanted in filters:
            assert "Åby" not in (wanted.levels or ())


def test_dates_are_said_as_days() -> None:
    rows = table()
    inside = (rows["since"] < "2024-03-01").to_numpy(bool)
    found = rule(rows, COLUMNS, inside, 1)
    last = rows["since"][inside].max()
    assert found.filters == (Filter("since", high=str(last.date())),)
    assert (found.precision, found.recall) == (1.0, 1.0)


def test_gaps_can_be_the_rule_and_can_be_left_out() -> None:
    rows = table()
    gaps = rows["spend"].isna().to_numpy(bool)
    found = rule(rows, COLUMNS, gaps, 1)
    assert found.filters == (Filter("spend", levels=(), missing=True),)
    assert found.precision == found.recall == 1.0
    known = rule(rows, COLUMNS, ~gaps, 1)
    assert (known.met, known.right) == ((~gaps).sum(),) * 2


def test_bounds_are_round() -> None:
    rows = pd.DataFrame({"x": np.r_[np.linspace(0, 41.234, 60), np.linspace(56.78, 90, 60)]})
    found = rule(rows, (Column("x", Kind.NUMBER),), (rows["x"] > 50).to_numpy(bool), 1)
    assert found.filters == (Filter("x", low=50.0),)


def test_nothing_to_tell_by_is_said() -> None:
    rows = table()
    with pytest.raises(NoRule):
        rule(rows, (Column("note", Kind.TEXT),), np.arange(len(rows)) < 100, 2)
    with pytest.raises(NoRule) as nobody:
        rule(rows, COLUMNS, np.zeros(len(rows), bool), 2)
    assert nobody.value.facts == {"segment": 2}


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_what_it_says_of_itself_is_counted_on_the_table(seed: int) -> None:
    rows = table(150)
    chance = np.random.default_rng(seed)
    signal = rows["age"].to_numpy() + chance.normal(0, 25, len(rows))
    inside = signal > np.quantile(signal, chance.uniform(0.2, 0.8))
    found = rule(rows, COLUMNS, inside, 1)
    met = rows.index.isin(kept(rows, found.filters).index)
    assert found.met == met.sum() >= 10
    assert found.right == (met & inside).sum()
    assert found.rows == inside.sum()
