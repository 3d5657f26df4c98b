"""Segments by hand on linear models, and who is left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import BadValue, LeverOnDerived, NotANumber, UnknownColumn
from core.explore.filters import Filter
from core.models.family import Task
from core.predict import scored
from core.progress import Cancelled
from core.schema import Column, Kind, Schema
from core.what_if.impossible import Left, left_out
from core.what_if.lever import Lever, Move
from core.what_if.outsiders import unlike
from core.what_if.segment import Among, Derived, Fit, Segment, Shifted, changed, columns_of
from core.what_if.support import Support, outside, support
from tests.core.explain.models import table, trained
from tests.core.train.shop import FEATURES

SCHEMA = Schema((*FEATURES, Column("household", Kind.NUMBER)))
ADD = Lever("visits", Move.ADD, 1.0)


def known(task: Task = Task.REGRESSION, family: str = "linear") -> Support:
    """Where nothing is unlike: rows are left out for what is asked about alone."""
    return replace(support(trained(family, task)), usual_distance=1e9)


def result(
    *levers: Lever,
    filters: tuple[Filter, ...] = (),
    derived: tuple[Derived, ...] = (),
    task: Task = Task.REGRESSION,
) -> Shifted:
    asked = Segment(Among.TABLE, filters, levers, derived)
    return changed(known(task), SCHEMA, table(), asked)


def slope() -> float:
    """What one visit more is worth to the linear model, from its coefficient and scale."""
    model = trained("linear", Task.REGRESSION)
    column = model.preparation.numbers["visits"]
    assert not column.log
    rows = table().iloc[[0, 0]].assign(visits=[3.0, 4.0])
    low, high = scored(model, rows)
    return float(high - low)


def test_one_visit_more_is_worth_its_coefficient_for_everyone() -> None:
    found = result(ADD)
    np.testing.assert_allclose(found.after - found.before, slope(), rtol=1e-4)
    assert found.touched.all()
    inside = table()["visits"] < table()["visits"].max()
    assert found.met == found.looked_at == len(table())
    assert len(found.rows) + found.left_out == found.met
    assert set(found.rows) <= set(table().index[inside])


def test_only_the_segment_is_changed() -> None:
    wanted = Filter("city", levels=("Bergen",))
    found = result(ADD, filters=(wanted,))
    assert found.met == (table()["city"] == "Bergen").sum()
    assert set(table().loc[found.rows, "city"]) == {"Bergen"}


def test_before_and_after_are_what_the_model_says() -> None:
    found = result(Lever("member", Move.SET, "yes"), ADD, task=Task.MULTICLASS)
    model = trained("linear", Task.MULTICLASS)
    rows = table().loc[found.rows]
    np.testing.assert_array_equal(found.before, scored(model, rows))
    edited = rows.assign(member="yes", visits=rows["visits"] + 1)
    np.testing.assert_array_equal(found.after, scored(model, edited))


def test_a_cap_that_binds_nobody_touches_nobody() -> None:
    found = result(Lever("visits", Move.AT_MOST, 1000.0))
    assert not found.touched.any()
    np.testing.assert_array_equal(found.before, found.after)


def test_impossible_customers_are_counted_and_left_out() -> None:
    cells = table()["visits"]
    found = result(Lever("visits", Move.ADD, -3.0))
    assert dict(found.left)[Left.NEGATIVE] == (cells < 3).sum()
    found = result(Lever("visits", Move.ADD, 0.5))
    assert dict(found.left) == {Left.FRACTION: len(cells)}
    assert len(found.rows) == 0
    assert found.before.shape == found.after.shape == (0,)
    assert not dict(result(Lever("visits", Move.ADD, 0.4, whole=True)).left).get(Left.FRACTION)
    found = result(Lever("city", Move.SET, "Atlantis"), task=Task.BINARY)
    assert dict(found.left) == {Left.LEVEL: len(cells)}
    highest = next(f.high for f in known().model.fields if f.column == "visits")
    found = result(Lever("visits", Move.ADD, 2.0))
    assert highest is not None
    assert dict(found.left)[Left.BEYOND] == (cells + 2 > highest).sum()


def test_a_level_that_was_there_before_is_not_held_against_anyone() -> None:
    rows = table().assign(city="Atlantis")
    found = changed(known(), SCHEMA, rows, Segment(Among.TABLE, (), (ADD,)))
    assert Left.LEVEL not in dict(found.left)
    assert len(found.rows) > 0


def test_who_was_outside_already_is_told_apart() -> None:
    rows = table().copy()
    rows.loc[rows.index[:7], "income"] = 1e9
    asked = Segment(Among.TABLE, (), (Lever("member", Move.SET, "yes"),))
    found = changed(known(), SCHEMA, rows, asked)
    usual = changed(known(), SCHEMA, table(), asked)
    before = dict(usual.left).get(Left.ALREADY, 0)
    assert before <= dict(found.left)[Left.ALREADY] <= before + 7
    assert not set(found.rows) & set(rows.index[:7])


def test_derived_columns_follow_where_something_changed() -> None:
    rows = table().assign(household=table()["visits"] * 10)
    rows.loc[rows.index[0], "household"] = 5.0
    rows["income"] = 2 * rows["visits"] + rows["household"]
    asked = Segment(
        Among.TABLE,
        (),
        (Lever("visits", Move.AT_LEAST, 3.0),),
        (Derived("income", "2 * visits + household"),),
    )
    fields = tuple(
        replace(f, low=0.0, high=1e9) if f.column == "income" else f for f in known().model.fields
    )
    base = known()
    wide = replace(base, model=replace(base.model, fields=fields))
    found = changed(wide, SCHEMA, rows, asked)
    kept = rows.loc[found.rows]
    low = kept["visits"] < 3
    edited = kept.assign(
        visits=kept["visits"].clip(lower=3.0),
        income=kept["income"].where(~low, 6 + kept["household"]),
    )
    np.testing.assert_allclose(found.after, scored(base.model, edited))
    assert found.touched.tolist() == low.tolist()
    assert found.fits == (Fit("income", len(rows), len(rows)),)
    assert columns_of(base.model, asked, SCHEMA) == (*(c.name for c in FEATURES), "household")


def test_a_formula_that_does_not_fit_the_table_is_said() -> None:
    found = result(ADD, derived=(Derived("income", "visits * 0"),))
    known_income = int(table()["income"].notna().sum())
    assert found.fits == (Fit("income", int((table()["income"] == 0).sum()), known_income),)


def test_an_undefined_formula_leaves_customers_out() -> None:
    found = result(Lever("visits", Move.SET, 2.0), derived=(Derived("income", "1 / (visits - 2)"),))
    changed_rows = (table()["visits"] != 2) & table()["income"].notna()
    assert dict(found.left)[Left.UNDEFINED] == changed_rows.sum()


@pytest.mark.parametrize(
    ("lever", "derived", "error"),
    [
        (ADD, Derived("visits", "household"), LeverOnDerived),
        (ADD, Derived("city", "visits"), NotANumber),
        (ADD, Derived("income", "income + 1"), UnknownColumn),
        (ADD, Derived("nobody", "visits"), UnknownColumn),
        (Lever("household", Move.ADD, 1.0), Derived("income", "visits"), UnknownColumn),
        (Lever("visits", Move.ADD, "x"), Derived("income", "visits"), BadValue),
    ],
)
def test_what_cannot_be_done_is_said(
    lever: Lever, derived: Derived, error: type[Exception]
) -> None:
    with pytest.raises(error):
        result(lever, derived=(derived,))


def test_the_same_wish_has_the_same_id() -> None:
    one = Segment(Among.TABLE, (Filter("city", levels=("Oslo",)),), (ADD,))
    assert one.id == replace(one).id
    assert one.id != replace(one, among=Among.HELD_OUT).id
    assert one.id != replace(one, levers=(Lever("visits", Move.ADD, 2.0),)).id


def test_the_table_is_left_alone_and_work_can_be_stopped() -> None:
    rows = table().copy()
    asked = Segment(Among.TABLE, (), (ADD,))
    changed(known(), SCHEMA, rows, asked)
    pd.testing.assert_frame_equal(rows, table())

    def stop(share: float, stage: str) -> None:
        if stage == "segment.stage.predicting":
            raise Cancelled

    with pytest.raises(Cancelled):
        changed(known(), SCHEMA, rows, asked, stop)


@pytest.mark.parametrize("usual", [None, 0.0])
def test_many_are_judged_as_one_is(usual: float | None) -> None:
    model = trained("linear", Task.BINARY)
    where = support(model)
    if usual is not None:
        where = replace(where, usual_distance=usual)
    chance = np.random.default_rng(3)
    rows = pd.concat([table(), model.background]).reset_index(drop=True)
    rows = rows.assign(
        visits=rows["visits"]
        + chance.integers(-3, 12, len(rows)) * (chance.random(len(rows)) < 0.5)
    )
    found = unlike(where, rows)
    assert found.tolist() == [outside(where, rows.iloc[[i]]).combination for i in range(len(rows))]
    assert 0 < found.sum() < len(rows)


def test_reasons_come_in_order() -> None:
    where = known()
    before = table().iloc[:2]
    after = before.assign(visits=[-0.5, -2.0])
    assert left_out(where, before, after).tolist() == [Left.NEGATIVE, Left.NEGATIVE]
