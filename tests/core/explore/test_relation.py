from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.errors import TargetMissing, UnknownOutcome
from core.explore.groups import Sort
from core.explore.relation import Measure, clearest, information, relation, strongest
from core.intervals import student, wilson
from core.schema import Column, Kind, Schema

Y = Column("y", Kind.BOOLEAN, levels=("no", "yes"))
C = Column("c", Kind.CATEGORY)


@pytest.mark.parametrize(("hits", "rows"), [(0, 7), (7, 7), (3, 10), (499, 1_000), (1, 1)])
def test_wilson_is_scipys(hits: int, rows: int) -> None:
    from scipy.stats import binomtest

    expected = binomtest(hits, rows).proportion_ci(0.95, method="wilson")
    low, high = wilson(hits, rows)
    assert (float(low), float(high)) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_student_is_scipys_and_unknown_for_one_row() -> None:
    from scipy.stats import t

    x = np.array([1.0, 4.0, 9.0, 2.0])
    expected = t.interval(0.95, 3, loc=x.mean(), scale=x.std(ddof=1) / 2)
    assert np.allclose(student(x.mean(), x.std(ddof=1), 4), expected)
    assert all(np.isnan(side) for side in student(1.0, 0.0, 1))


def test_rates_by_hand() -> None:
    table = pd.DataFrame(
        {"c": ["a"] * 4 + ["b"] * 2 + [None, "a"], "y": ["yes", "yes", "yes", "no"] + ["no"] * 2
         + ["yes", None]}, dtype=object
    )  # fmt: skip
    found = relation(table, C, Y, "yes")
    assert found.measure is Measure.RATE
    assert found.rows == 7
    assert found.overall == pytest.approx((4 / 7,))
    assert [(p.group.level, p.rows, p.value) for p in found.parts] == [
        ("a", 4, 0.75), ("b", 2, 0.0), ("", 1, 1.0)
    ]  # fmt: skip
    assert found.parts[-1].group.sort is Sort.MISSING
    assert found.parts[0].lows[0] == pytest.approx(float(wilson(3, 4)[0]))
    assert relation(table, C, Y, "no").parts[0].value == 0.25


def test_shares_add_up_and_rare_classes_are_folded() -> None:
    y = [f"k{i:02d}" for i in range(14) for _ in range(20 - i)]
    table = pd.DataFrame({"c": ["a", "b"] * (len(y) // 2) + ["a"] * (len(y) % 2), "y": y})
    found = relation(table, C, Column("y", Kind.CATEGORY))
    assert found.measure is Measure.SHARES
    assert [g.level for g in found.classes[:9]] == [f"k{i:02d}" for i in range(9)]
    assert (found.classes[9].sort, found.classes[9].levels) == (Sort.OTHER, 5)
    for part in found.parts:
        assert sum(part.values) == pytest.approx(1)
        rows = table.query("c == @part.group.level")
        assert part.values[0] == pytest.approx(rows["y"].eq("k00").mean())
    assert sum(found.overall) == pytest.approx(1)


def test_means_are_pandas_and_strength_is_epsilon_squared() -> None:
    chance = np.random.default_rng(1)
    table = pd.DataFrame({"c": chance.choice(list("abc"), 300), "y": chance.normal(size=300)})
    table["y"] += table["c"].map({"a": 0.0, "b": 1.0, "c": 2.0})
    table.loc[0, "y"] = np.nan
    found = relation(table, C, Column("y", Kind.NUMBER))
    by = table.groupby("c")["y"].agg(["mean", "std", "count"])
    for part in found.parts:
        mean, sd, rows = by.loc[part.group.level]
        assert part.rows == rows
        assert part.value == pytest.approx(mean)
        assert part.highs[0] == pytest.approx(float(student(mean, sd, rows)[1]))
    from scipy.stats import f_oneway

    f = f_oneway(*(group["y"].dropna() for _, group in table.groupby("c"))).statistic
    # Epsilon squared from F with 2 and 296 degrees of freedom.
    assert found.strength == pytest.approx(2 * (f - 1) / (2 * f + 296))


def test_information_is_scikit_learns_less_chance() -> None:
    from sklearn.metrics import mutual_info_score

    cells = np.array([[30, 10], [5, 25], [8, 8]])
    of_target = -sum(p * np.log(p) for p in (43 / 86, 43 / 86))
    expected = (mutual_info_score(None, None, contingency=cells) - 2 / (2 * 86)) / of_target
    assert information(cells) == pytest.approx(expected)
    assert information(np.array([[20, 20], [20, 20]])) == 0
    assert information(np.array([[500, 0], [0, 500]])) == pytest.approx(1, abs=0.002)
    assert information(np.array([[20, 0], [20, 0]])) == 0


def test_strongest_puts_the_column_that_matters_first_and_noise_at_nought() -> None:
    chance = np.random.default_rng(2)
    x = chance.normal(size=3_000)
    table = pd.DataFrame(
        {
            "noise": chance.normal(size=3_000),
            "many": chance.choice([f"l{i}" for i in range(11)], 3_000),
            "x": x,
            "y": np.where(x + chance.normal(size=3_000) > 0.5, "yes", "no"),
        }
    )
    schema = Schema(
        (Column("noise", Kind.NUMBER), Column("many", Kind.CATEGORY), Column("x", Kind.NUMBER), Y)
    )
    before = table.copy(deep=True)
    found = strongest(table, schema, "y", "yes")
    assert found[0].column.name == "x"
    assert "y" not in [r.column.name for r in found]
    assert all(r.strength < 0.005 for r in found[1:])
    assert len(strongest(table, schema, "y", "yes", how_many=2)) == 2
    pd.testing.assert_frame_equal(table, before)


def test_a_finding_is_claimed_only_where_there_is_one() -> None:
    chance = np.random.default_rng(3)
    noise = pd.DataFrame({"c": chance.choice(list("abcdefghij"), 2_000), "y": "no"})
    noise["y"] = chance.choice(["yes", "no"], 2_000)
    assert clearest(relation(noise, C, Y, "yes")) is None
    told = noise.assign(y=np.where(noise["c"] == "d", "yes", noise["y"]))
    found = clearest(relation(told, C, Y, "yes"))
    assert found is not None
    assert found[0].group.level == "d"


def test_what_cannot_be_asked_is_said() -> None:
    table = pd.DataFrame({"c": ["a", "b"], "y": ["no", "yes"], "gone": [None, None]})
    with pytest.raises(UnknownOutcome) as unknown:
        relation(table, C, Y, "maybe")
    assert unknown.value.known == ("no", "yes")
    with pytest.raises(TargetMissing):
        relation(table, C, Column("gone", Kind.CATEGORY), "x")


def test_online_shoppers_against_sql(shared: Path) -> None:
    import duckdb

    file = shared / "online-shoppers" / "online_shoppers_intention.csv"
    table = pd.read_csv(file, dtype={"Revenue": str})[["PageValues", "Revenue"]]
    target = Column("Revenue", Kind.BOOLEAN)
    outcome = next(v for v in table["Revenue"].unique() if v.lower() == "true")
    found = relation(table, Column("PageValues", Kind.NUMBER), target, outcome)
    for part in found.parts:
        low = -np.inf if part.group.low is None else part.group.low
        high = np.inf if part.group.high is None else part.group.high
        first = ">=" if low == high else ">"
        rows, hits = duckdb.execute(
            f"""SELECT count(*), count(*) FILTER (lower(Revenue::text) = 'true')
            FROM read_csv(?) WHERE PageValues {first} ?::double AND PageValues <= ?::double""",  # noqa: S608
            [file.as_posix(), low, high],
        ).fetchone()  # type: ignore[misc]
        assert (part.rows, part.value) == (rows, pytest.approx(hits / rows))
    assert sum(part.rows for part in found.parts) == 12_330
