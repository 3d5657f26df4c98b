"""A whole comparison: of the same shop, of a shop that changed, of what cannot be compared."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pandas as pd
import pytest

from core import wire
from core.drift import telling
from core.drift.columns import Read
from core.drift.comparing import Now, compare
from core.drift.comparison import Comparison, Verdict
from core.models.family import Task
from core.progress import Cancelled, silent
from core.schema import Kind
from tests.core.drift.made import COLUMNS, months, now, then
from tests.core.train.shop import shop


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "SETTINGS", {"trees": 10, "min_samples_leaf": 10})


@pytest.mark.parametrize("task", list(Task))
def test_a_month_like_the_others_keeps_the_model(task: Task) -> None:
    found = compare(then(task), now(task), silent)
    assert found.advice.verdict is Verdict.KEEP
    assert not any(one.moved for one in found.columns)
    assert found.answers is not None
    assert found.telling is not None
    assert found.telling.low <= 0.55
    assert found.performance is not None
    assert found.performance.rows[1] == 900
    assert (found.missing, found.new, found.course) == ((), (), None)
    assert {one.name for one in found.columns} == set(COLUMNS)


def test_what_comes_of_it_can_be_written_and_read() -> None:
    table = now(rows=300)
    day = months(300, "2024-01-01", 2)
    dated = replace(table, time="day", dates=day)
    found = compare(then(), dated, silent)
    assert found.course is not None
    assert wire.read(msgspec.json.encode(found), Comparison) == found


def test_a_shop_whose_answers_changed_is_learned_again() -> None:
    table = now()
    turned = table.rows["buys"].map({"yes": "no", "no": "yes"})
    found = compare(then(), replace(table, rows=table.rows.assign(buys=turned)), silent)
    assert found.advice.verdict is Verdict.RETRAIN
    assert found.advice.reasons[0].key == "worse"


def test_what_matters_to_the_model_comes_first() -> None:
    chance = np.random.default_rng(0)
    table = now(visits=shop(900, 1)["visits"] + 3.0, income=chance.lognormal(12, 1, 900))
    one = replace(then(), importance={"visits": 0.6, "income": 0.05, "city": 0.35})
    found = compare(one, table, silent)
    assert [c.name for c in found.columns[:3]] == ["visits", "income", "city"]
    assert [c.moved for c in found.columns[:3]] == [True, True, False]
    other = replace(then(), importance={"visits": 0.02, "income": 0.6, "city": 0.35})
    assert compare(other, table, silent).columns[0].name == "income"
    assert found.columns[0].importance == 0.6


def test_missing_new_and_few() -> None:
    table = now()
    rows = table.rows.drop(columns=["city"])
    lacking = replace(table, rows=rows, names=(*rows, "coupon"))
    found = compare(then(), lacking, silent)
    assert found.advice.verdict is Verdict.CANNOT
    assert (found.missing, found.new) == (("city",), ("coupon",))
    assert found.spreads == ()
    assert found.telling is not None  # the other columns are still compared
    few = compare(then(), replace(table, rows=table.rows.head(29), rows_of_table=29), silent)
    assert few.advice.verdict is Verdict.UNKNOWN
    assert (few.columns, few.telling, few.spreads) == ((), None, ())
    nobody = compare(then(), Now(pd.DataFrame(index=range(50)), ("x",), 50), silent)
    assert nobody.advice.verdict is Verdict.CANNOT
    assert nobody.copies is None


def test_rows_that_it_learned_from_are_told_and_not_judged() -> None:
    known = then()
    own = known.rows
    rows = pd.concat([own.head(300), shop(200, 5)[list(own)]], ignore_index=True)
    found = compare(known, Now(rows, tuple(rows), 500, Read()), silent)
    assert found.copies is not None
    assert found.copies.rows == 300
    assert found.copies.more_than_chance
    assert found.performance is not None
    assert (found.performance.rows[1], found.performance.without_copies) == (200, 300)
    whole = pd.concat([own, known.held_out])
    same = compare(known, Now(whole, tuple(whole), len(whole), Read()), silent)
    assert same.performance is not None
    assert same.performance.rows == (300, 300)  # those held out, of both
    assert same.performance.changes[0].change[0] == pytest.approx(0.0)


def test_rows_of_one_customer_count_once() -> None:
    """Each new customer four times: intervals as if each were there once."""
    known, once = then(), now()
    rows = once.rows.loc[np.repeat(once.rows.index, 4)].reset_index(drop=True)
    many = replace(once, rows=rows, rows_of_table=len(rows))
    owned = replace(many, owners=pd.Series(np.repeat(np.arange(len(once.rows)), 4)))
    one, rows_alone, same = (compare(known, each, silent) for each in (once, many, owned))
    for found, times in ((rows_alone, 2.0), (same, 1.0)):
        assert found.performance is not None
        assert one.performance is not None
        for ours, theirs in zip(found.performance.changes, one.performance.changes, strict=True):
            assert ours.now[0] == pytest.approx(theirs.now[0])
        wide = [
            (of.performance.changes[0].now[2] or 0) - (of.performance.changes[0].now[1] or 0)
            for of in (one, found)
            if of.performance is not None
        ]
        assert wide[0] / wide[1] == pytest.approx(times, rel=0.02)
        means = [of.spreads[0].means[1] for of in (one, found)]
        halves = [mean.high - mean.value for mean in means]
        assert halves[0] / halves[1] == pytest.approx(times, rel=0.02)


def test_customers_who_are_alike_by_chance_are_no_copies() -> None:
    """Few levels: most rows are in both tables, and of the held-out rows as many."""
    known = then()

    def few(rows: pd.DataFrame) -> pd.DataFrame:
        return rows[["member", "city"]]

    assert known.held_out is not None
    lean = replace(known, rows=few(known.rows), held_out=few(known.held_out))
    found = compare(lean, replace(now(), rows=few(now().rows)), silent)
    assert found.copies is not None
    assert found.copies.share > 0.9
    assert not found.copies.more_than_chance


def test_without_its_table_the_rows_that_lie_with_the_model_are_compared() -> None:
    known = then()
    alone = replace(known, rows=known.model.background, is_whole=False, held_out=None)
    found = compare(alone, now(), silent)
    assert found.rows[0] == 500
    assert not found.is_whole
    assert found.answers is None  # no answers lie there
    assert found.performance is not None
    assert found.advice.verdict is Verdict.KEEP


def test_without_answers_there_is_no_performance() -> None:
    table = now()
    for rows in (
        table.rows.drop(columns=["buys"]),
        table.rows.assign(buys=pd.Series([None] * 900, dtype=object)),
    ):
        found = compare(then(), replace(table, rows=rows), silent)
        assert found.performance is None
        assert found.advice.reasons[-1].key == "no_outcomes"
        assert len(found.spreads) == 1


def test_a_number_that_became_text_is_told() -> None:
    table = now(visits=np.nan)
    read = Read({"visits": Kind.TEXT}, {"visits": 900})
    found = compare(then(), replace(table, read=read), silent)
    assert found.columns[0].name == "visits"
    assert found.columns[0].changed_kind
    assert found.columns[0].note == "all_missing"
    assert "unread" in [each.key for each in found.advice.reasons]


def test_it_reports_and_stops() -> None:
    shares = []

    def report(share: float, stage: str) -> None:
        shares.append(share)

    compare(then(), now(), report)
    assert shares == sorted(shares)

    def stops(share: float, stage: str) -> None:
        if share > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        compare(then(), now(), stops)


def test_what_was_given_is_left_as_it_was() -> None:
    known, table = then(), now()
    before = known.rows.copy(), table.rows.copy()
    compare(known, table, silent)
    pd.testing.assert_frame_equal(known.rows, before[0])
    pd.testing.assert_frame_equal(table.rows, before[1])
