"""Answers ready to be drawn: numbers that add up, an axis that stays, words that fit."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, datetime
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import BadValue
from core.explain.explaining import explain, explainer
from core.models.family import Task
from core.predict import scored
from core.text.phrases import phrases
from core.what_if import live, pairs
from core.what_if.controls import controls
from core.what_if.live import Ground, View, answer, cells, plain
from core.what_if.pairs import strongest
from core.what_if.scenario import Scenario, edited
from core.what_if.sparks import sparks
from core.what_if.support import support
from tests.core.explain.models import FAMILIES, table, trained
from tests.core.train.shop import FEATURES

NAMES = [column.name for column in FEATURES]
SAY = phrases()


@cache
def ground(family: str = "forest", task: Task = Task.BINARY, of: str = "") -> Ground:
    model, row = trained(family, task), table().iloc[[5]][NAMES]
    ready = explainer(model)
    return Ground(ready, support(model), row, explain(ready, row, of), controls(model, row))


def percent(value: float) -> str:
    return f"{100 * value:,.1f}%"


@pytest.mark.parametrize("family", FAMILIES)
def test_both_numbers_are_what_the_model_says(family: str) -> None:
    known = ground(family)
    found = answer(known, live.scenario_of(known, {"visits": 7.0}), View(), SAY)
    row = known.row.assign(visits=7.0)
    was, now = (float(scored(known.ready.model, each)[0]) for each in (known.row, row))
    assert (found.before, found.after) == (percent(was), percent(now))
    written = sum(float(each.change) for each in found.rows)
    assert f"{written:+.1f} points" in (found.difference, found.difference.replace("0.0", "+0.0"))


def test_of_several_classes_the_one_that_is_looked_at_is_answered() -> None:
    model = trained("forest", Task.MULTICLASS)
    last = model.classes[-1]
    known = ground("forest", Task.MULTICLASS, last)
    found = answer(known, live.scenario_of(known, {"visits": 7.0}), View(), SAY)
    expected = scored(model, known.row.assign(visits=7.0))[0, len(model.classes) - 1]
    assert found.after == percent(float(expected))


def test_rows_are_the_strongest_and_those_that_are_asked_for_stay_in_place() -> None:
    known = ground()
    first = answer(known, live.scenario_of(known, {}), View(), SAY)
    assert tuple(row.column for row in first.rows if row.column)[:8] == strongest(known.known)
    weakest = strongest(known.known, len(NAMES))[-1]
    asked = (weakest, strongest(known.known)[0])
    found = answer(known, live.scenario_of(known, {"visits": 7.0}), View(rows=asked), SAY)
    assert tuple(row.column for row in found.rows[:2]) == asked
    assert any(row.column == "visits" and row.edited for row in found.rows)
    after = explain(known.ready, known.row.assign(visits=7.0))
    assert math.isclose(
        sum(row.after for row in found.rows), 100 * (after.prediction[0] - after.base), abs_tol=1e-6
    )


def test_the_axis_holds_every_reason_and_never_shrinks_by_itself() -> None:
    found = answer(
        ground(), live.scenario_of(ground(), {"visits": 7.0}), View(span=(-45.0, 80.0)), SAY
    ).axis
    assert found.low <= -45 < 80 <= found.high
    usual = answer(ground(), live.scenario_of(ground(), {"visits": 7.0}), View(), SAY)
    ends = [end for row in usual.rows for end in (row.before, row.after)]
    assert usual.axis.low <= min(ends) <= max(ends) <= usual.axis.high
    assert usual.axis.high < 80
    assert (0.0, "0") in usual.axis.ticks


@given(
    st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=5),
    st.none() | st.tuples(st.floats(), st.floats()),
)
@example([5e-324], None)
@example([1.0], (-1.7e308, 1.7e308))
@example([1.0], (-8e307, 8e307))
def test_an_axis_is_finite_and_has_few_marks(
    effects: list[float], span: tuple[float, float] | None
) -> None:
    one = ground("forest", Task.REGRESSION).known
    some = pairs.points(one, one)
    made = [pairs.Pair("a", (1, 1), (e, e), some.pairs[0].shown, False) for e in effects]
    found = live._axis(replace(some, pairs=tuple(made), rest=None), span, SAY)
    assert found.low < found.high
    assert 1 <= len(found.ticks) <= 9
    assert all(found.low - 1e-6 * abs(found.low) <= at for at, _ in found.ticks)


def test_outside_the_data_is_said_and_no_change_is_said() -> None:
    assert (
        "visits"
        in answer(ground(), live.scenario_of(ground(), {"visits": 1e6}), View(), SAY).warning
    )
    still = answer(ground(), live.scenario_of(ground(), {}), View(), SAY)
    assert (still.warning, still.sentence, still.way) == ("", "", "same")
    assert still.before == still.after
    assert still.title == SAY("live.unchanged")


def test_what_cannot_be_a_value_is_an_error() -> None:
    known = ground()
    edits = cells(known.controls, {"visits": "soon"})
    with pytest.raises(BadValue):
        answer(known, Scenario(known.row, edits), View(), SAY)


def test_edits_go_to_json_and_back() -> None:
    known = ground().controls
    stands = known["since"].value
    assert isinstance(stands, date)
    given_ = {"visits": 3, "city": "Atlantis", "since": "2024-05-03", "nothing": 1}
    edits = cells(known, given_)
    assert edits == {"visits": 3, "city": "Atlantis", "since": datetime(2024, 5, 3)}
    assert plain(edits) == {"visits": 3.0, "city": "Atlantis", "since": "2024-05-03"}
    assert cells(known, {"since": stands.isoformat()}) == {}
    assert cells(known, {"since": datetime(stands.year, stands.month, stands.day, 7)}) == {}
    assert plain({"a": None, "b": math.nan, "c": np.float64(2)}) == {"a": None, "b": None, "c": 2.0}


def test_a_spark_is_the_answer_on_one_scale_with_its_turn() -> None:
    known = ground()
    model = known.ready.model
    row = edited(Scenario(known.row, {"city": "Hamar"}), model)
    numeric = [c for c in NAMES if pd.api.types.is_float_dtype(known.row[c])]
    found = sparks(model, row, numeric, "", SAY)
    assert [each.column for each in found] == [n for n in numeric if len(table()[n].unique()) > 1]
    ys = [y for each in found for _, y in each.points]
    assert min(ys) >= 0
    assert max(ys) <= 1
    for each in found:
        field = next(f for f in model.fields if f.column == each.column)
        assert field.low is not None
        assert field.high is not None
        xs = [x for x, _ in each.points]
        ends = [field.low + x * (field.high - field.low) for x in (xs[0], xs[-1])]
        says = [float(scored(model, row.assign(**{each.column: end}))[0]) for end in ends]
        drawn = each.points[-1][1] - each.points[0][1]
        assert np.sign(round(drawn, 3)) == np.sign(round(says[1] - says[0], 6)) or abs(drawn) < 2e-3
        assert bool(each.words) == bool(each.marks)


def test_no_numbers_have_no_lines() -> None:
    assert sparks(ground().ready.model, ground().row, [], "", SAY) == ()
