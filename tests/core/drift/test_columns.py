"""Columns that moved are found and named, and those that did not are not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.drift.columns import MATTERS, STRONG, Read, compared, one_column
from core.drift.comparison import ColumnDrift, Strength
from core.progress import silent
from core.schema import Column, Kind

NUMBER, CATEGORY = Column("spend", Kind.NUMBER), Column("city", Kind.CATEGORY)
DATE, TEXT = Column("since", Kind.DATE), Column("note", Kind.TEXT)
WORDS = ["good", "bad", "late", "early", "red", "blue", "small", "large", "warm", "cold"]


def texts(rows: int, chance: np.random.Generator, words: list[str]) -> pd.Series:
    return pd.Series([" ".join(chance.choice(words, 6)) for _ in range(rows)], dtype=object)


def cells(values: Any) -> pd.Series:
    return pd.Series(values, dtype=object)


def table(rows: int, chance: np.random.Generator) -> pd.DataFrame:
    """Numbers, few numbers, levels, rare levels, dates, texts, and gaps."""
    days = np.datetime64("2024-01-01") + chance.integers(0, 200, rows) * np.timedelta64(1, "D")
    made = pd.DataFrame(
        {
            "spend": np.where(chance.random(rows) < 0.1, np.nan, chance.lognormal(3, 1, rows)),
            "visits": chance.poisson(2, rows).astype(float),
            "city": cells(chance.choice(["Wien", "Graz", "Linz"], rows, p=[0.6, 0.3, 0.1])),
            "code": cells([f"c{i}" for i in chance.zipf(1.5, rows) % 400]),
            "since": days.astype("datetime64[us]"),
            "note": texts(rows, chance, WORDS),
        }
    )
    made.loc[chance.random(rows) < 0.05, "city"] = None
    return made


COLUMNS = (NUMBER, Column("visits", Kind.NUMBER), CATEGORY, Column("code", Kind.CATEGORY), DATE,
           TEXT)  # fmt: skip


def found(then: pd.DataFrame, now: pd.DataFrame) -> dict[str, ColumnDrift]:
    return {each.name: each for each in compared(COLUMNS, then, now, Read(), silent)}


@pytest.mark.parametrize("rows", [(600, 200), (300, 40)])
def test_two_samples_of_the_same_customers_are_rarely_told_apart(rows: tuple[int, int]) -> None:
    """Of 200 pairs, one column or more is significant in at most 5 % (and what luck adds)."""
    alarms = moved = 0
    for seed in range(200):
        chance = np.random.default_rng(seed)
        told = found(table(rows[0], chance), table(rows[1], chance)).values()
        alarms += any(one.q is not None and one.q <= 0.05 for one in told)
        moved += any(one.moved for one in told)
    assert alarms <= stats.binom.ppf(0.99, 200, 0.05)
    assert moved <= alarms


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("spend", lambda t: t["spend"] * 2),
        ("spend", lambda t: t["spend"].where(t.index % 3 > 0)),  # gaps alone
        ("visits", lambda t: t["visits"] + 1),
        ("city", lambda t: t["city"].replace({"Wien": "Graz", "Graz": "Wien"})),
        ("city", lambda t: t["city"].where(t.index % 4 > 0, "Salzburg")),
        ("since", lambda t: t["since"] + pd.Timedelta(days=90)),
        ("note", lambda t: texts(len(t), np.random.default_rng(9), ["alpha", "beta", "good"])),
        ("note", lambda t: t["note"] + " " + t["note"]),  # twice as long
    ],
)
def test_what_moved_is_found_and_nothing_else(name: str, change: Any) -> None:
    chance = np.random.default_rng(1)
    then, now = table(2000, chance), table(1000, chance)
    told = found(then, now.assign(**{name: change(now)}))
    assert told[name].moved
    assert told[name].beyond >= MATTERS
    assert [one.name for one in told.values() if one.moved] == [name]


def test_with_many_rows_only_what_matters_counts() -> None:
    chance = np.random.default_rng(0)
    then, now = (pd.Series(chance.normal(shift, 1, 200_000)) for shift in (0.0, 0.05))
    frames = pd.DataFrame({"spend": then}), pd.DataFrame({"spend": now})
    (one,) = compared((NUMBER,), *frames, Read(), silent)
    assert one.q is not None
    assert one.q < 1e-6
    assert one.strength is Strength.NONE
    (large,) = compared((NUMBER,), frames[0], frames[1] + 1, Read(), silent)
    assert large.strength is Strength.STRONG
    assert large.beyond > STRONG


def test_a_numbers_figures() -> None:
    then = pd.Series([1.0, 2.0, 3.0, 4.0, np.nan] * 20)
    now = pd.Series([2.0, 3.0, 9.0, 0.0, np.nan] * 10)
    one = one_column(NUMBER, then, now)
    assert (one.filled, one.gaps) == ((80, 40), (20, 10))
    assert one.middle == (2.5, 2.5)
    assert one.average == (2.5, 3.5)
    assert one.outside == 20
    first, second = then.dropna(), now.dropna()
    assert one.distance == pytest.approx(stats.wasserstein_distance(first, second))
    assert one.deviations == pytest.approx(one.distance / first.std(ddof=0))
    assert [(bar.low, bar.then, bar.now) for bar in one.bars] == [
        (0, 0, 10), (1, 20, 0), (2, 20, 10), (3, 20, 10), (4, 20, 0), (9, 0, 10),
    ]  # fmt: skip


def test_new_levels_are_told_apart_and_few_peoples_own_are_not_named() -> None:
    then = cells(["Wien"] * 60 + ["Graz"] * 37 + ["Linz", "Steyr", "Wels"])
    now = cells(["Wien"] * 40 + ["Graz"] * 30 + ["Salzburg"] * 20 + ["Anna's place"] * 3)
    one = one_column(CATEGORY, then, now)
    assert (one.unseen, one.unseen_levels) == (23, ("Salzburg",))
    assert one.unseen_usual == pytest.approx(0.03)
    groups = np.array([[60, 37, 0, 3], [40, 30, 20, 3]])
    assert one.test == "chi_squared"
    known = stats.chi2_contingency(groups, correction=False)
    assert one.statistic == pytest.approx(known.statistic)
    assert one.p == pytest.approx(known.pvalue)
    assert one.variation == pytest.approx(np.abs(groups[0] / 100 - groups[1] / 93).sum() / 2)
    assert [bar.level for bar in one.bars] == ["Wien", "Graz", "Salzburg", ""]
    assert (one.bars[-1].then, one.bars[-1].now) == (3, 3)


@pytest.mark.parametrize("kind", list(Kind))
def test_empty_constant_and_vanished_columns_have_a_note(kind: Kind) -> None:
    column = Column("c", kind)
    values: dict[Kind, Any] = {Kind.NUMBER: 3.0, Kind.DATE: pd.Timestamp("2024-01-01")}
    dtype = {Kind.NUMBER: "float64", Kind.DATE: "datetime64[us]"}.get(kind, "object")
    full = pd.Series([values.get(kind, "a b")] * 40, dtype=dtype)
    none = pd.Series([None] * 40, dtype=dtype)
    notes = [
        one_column(column, *pair).note
        for pair in ((none, none), (none, full), (full, none), (full, full))
    ]
    assert notes == ["empty", "empty_now_filled", "all_missing", "constant"]
    (gone,) = compared((column,), full.to_frame("c"), none.to_frame("c"), Read(), silent)
    assert gone.q is not None
    assert gone.q < 1e-9


def test_a_kind_that_changed_is_told() -> None:
    then = pd.DataFrame({"spend": np.arange(50.0)})
    now = pd.DataFrame({"spend": [np.nan] * 45 + [1.0] * 5})
    read = Read({"spend": Kind.TEXT}, {"spend": 45})
    (one,) = compared((NUMBER,), then, now, read, silent)
    assert one.changed_kind
    (kept,) = compared((NUMBER,), then, then, Read({"spend": Kind.CATEGORY}), silent)
    assert not kept.changed_kind
