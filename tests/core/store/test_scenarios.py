"""Scenarios survive a restart; a damaged one is set aside."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from core.errors import NotThere, SameName, Unnamed
from core.explain.explaining import explainer
from core.explain.explanation import Scale
from core.explore.filters import Filter
from core.models.family import Task
from core.schema import Schema
from core.store import scenarios, segments
from core.store.scenarios import Customer, Made
from core.what_if.lever import Lever, Move
from core.what_if.scenario import Scenario, compare, edited
from core.what_if.segment import Among, Derived, Segment, Shifted, changed
from core.what_if.support import support
from core.what_if.totals import Money, earned, totals
from tests.core.explain.models import table, trained
from tests.core.train.shop import FEATURES

WHEN = "2026-01-05T10:00:00+00:00"
ASKED = Segment(
    Among.TABLE,
    (Filter("city", levels=("Bergen",)), Filter("since", "2020-01-01", "2024-01-01")),
    (Lever("visits", Move.AT_LEAST, 3.0), Lever("member", Move.SET, "yes")),
    (Derived("income", "visits * 1000"),),
)


def worked_out(task: Task = Task.BINARY) -> Shifted:
    known = replace(support(trained("linear", task)), usual_distance=1e9)
    return changed(known, Schema(FEATURES), table(), replace(ASKED, derived=()))


def of_segment(task: Task = Task.BINARY, money: Money | None = None) -> Made:
    found = worked_out(task)
    gained = earned(found, money) if money else None
    return scenarios.of_segment("0123456789ab", ASKED, found, totals(found)[0], gained)


def test_a_segment_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    money = Money(40.0, 1.5)
    kept = scenarios.keep(tmp_path, "  Two more\nvisits ", of_segment(money=money), WHEN)
    assert scenarios.listed(tmp_path) == (kept,)
    assert kept.name == "Two more visits"
    assert kept.made.segment == ASKED
    found = worked_out()
    (total,), gained = totals(found), earned(found, money)
    figures = kept.made.figures
    assert (figures.customers, figures.before, figures.after) == (
        len(found.rows), total.before, total.after,
    )  # fmt: skip
    assert (figures.low, figures.high) == (total.difference.low, total.difference.high)
    assert (figures.money, figures.money_low) == (gained.gain.value, gained.gain.low)
    assert figures.difference == pytest.approx(total.difference.value)
    assert (kept.made.of, kept.made.scale) == ("yes", Scale.CHANCE)


def test_a_customers_edits_come_back_and_can_be_made_again(tmp_path: Path) -> None:
    model = trained("linear", Task.REGRESSION)
    row = table().iloc[[4]]
    scenario = Scenario(row, {"visits": 9.0, "city": None, "since": datetime(2024, 5, 3)})
    found = compare(explainer(model), scenario)
    kept = scenarios.keep(tmp_path, "one", scenarios.of_customer("m", "spend", 4, found), WHEN)
    (again,) = scenarios.listed(tmp_path)
    assert again == kept
    edits = {"visits": 9.0, "city": None, "since": "2024-05-03T00:00:00"}
    assert again.made.customer == Customer(4, edits)
    figures = again.made.figures
    assert (figures.before, figures.after) == (
        found.before.prediction[0], found.after.prediction[0],
    )  # fmt: skip
    assert (again.made.scale, figures.low, figures.money) == (Scale.VALUE, None, None)
    one, other = (edited(Scenario(row, e), model) for e in (scenario.edits, dict(edits)))
    assert one.equals(other)


def test_newest_first_and_names_are_told_apart(tmp_path: Path) -> None:
    made = of_segment()
    old = scenarios.keep(tmp_path, "a", made, "2025-01-05T10:00:00+00:00")
    new = scenarios.keep(tmp_path, "b", made, WHEN)
    assert scenarios.listed(tmp_path) == (new, old)
    with pytest.raises(SameName):
        scenarios.keep(tmp_path, " A ", made, WHEN)
    with pytest.raises(Unnamed):
        scenarios.keep(tmp_path, " \n", made, WHEN)
    assert len(scenarios.keep(tmp_path, "x" * 500, made, WHEN).name) == 80


def test_removed_is_gone(tmp_path: Path) -> None:
    kept = scenarios.keep(tmp_path, "a", of_segment(), WHEN)
    scenarios.remove(tmp_path, kept.id)
    assert scenarios.listed(tmp_path) == ()
    for wrong in (kept.id, "../../x", ""):
        with pytest.raises(NotThere):
            scenarios.remove(tmp_path, wrong)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b'{"id": "0123456789ab", "name": 3}'])
def test_a_damaged_file_is_set_aside_and_the_rest_stays(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    good = scenarios.keep(tmp_path, "good", of_segment(), WHEN)
    bad = scenarios.keep(tmp_path, "bad", of_segment(), WHEN)
    file = tmp_path / scenarios.FOLDER / f"{bad.id}.json"
    file.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert scenarios.listed(tmp_path) == (good,)
    assert "set aside" in caplog.text
    assert file.with_name(file.name + ".damaged").read_bytes() == content
    caplog.clear()
    assert scenarios.listed(tmp_path) == (good,)
    assert caplog.text == ""


def test_nothing_kept_is_nothing_listed(tmp_path: Path) -> None:
    assert scenarios.listed(tmp_path) == ()


def test_without_anyone_left_there_is_no_interval() -> None:
    nobody = replace(
        worked_out(), rows=np.zeros(0, "int64"), before=np.zeros(0), after=np.zeros(0),
        touched=np.zeros(0, bool),
    )  # fmt: skip
    gained = earned(nobody, Money(1.0))
    made = scenarios.of_segment("m", ASKED, nobody, totals(nobody)[0], gained)
    assert (made.figures.customers, made.figures.low, made.figures.money) == (0, None, None)


@pytest.mark.parametrize("task", list(Task))
def test_a_result_comes_back_as_it_was_kept(tmp_path: Path, task: Task) -> None:
    found = replace(worked_out(task), rows_of_table=999)
    where = segments.place(tmp_path, "0123456789ab", ASKED.id)
    assert segments.load(where) is None
    segments.keep(where, found)
    again = segments.load(where)
    assert again is not None
    for name in ("rows", "before", "after", "touched"):
        np.testing.assert_array_equal(getattr(again, name), getattr(found, name))
    for name in ("task", "target", "classes", "looked_at", "rows_of_table", "met", "left", "fits"):
        assert getattr(again, name) == getattr(found, name)


@pytest.mark.parametrize("file", ["about.json", "rows.parquet"])
def test_a_damaged_result_is_made_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, file: str
) -> None:
    where = segments.place(tmp_path, "0123456789ab", ASKED.id)
    segments.keep(where, worked_out())
    (where / file).write_bytes(b"PAR1 nothing")
    assert segments.load(where) is None
    assert "cannot be read" in caplog.text
