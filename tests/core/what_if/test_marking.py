"""What may change and what follows: for a model, for a customer, for a search, in a table."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from core.errors import FormulaUnfinished, NotANumber, UnknownColumn
from core.explain.explaining import explain, explainer
from core.models.family import Task
from core.predict import scored
from core.text.phrases import phrases
from core.what_if import live
from core.what_if.controls import controls
from core.what_if.limits import Freedom, free, limits
from core.what_if.live import Ground, View, answer, scenario_of
from core.what_if.marking import Mark, Marked, allowed, following, held, marked, remarked
from core.what_if.marking_table import marks, table
from core.what_if.support import support
from tests.core.explain.models import table as shop
from tests.core.explain.models import trained
from tests.core.train.shop import FEATURES

MODEL = trained("forest", Task.BINARY)
NAMES = [column.name for column in FEATURES]
DERIVED = Mark("income", Freedom.DERIVED, "visits * 4000 + 1000")
FIXED = Mark("city", Freedom.FIXED)


def row(place: int = 7) -> pd.DataFrame:
    return shop().iloc[[place]][NAMES]


def of(*marking: Mark) -> Marked:
    return marked(marking, MODEL)


def ground(*marking: Mark) -> Ground:
    ready, who = explainer(MODEL), row()
    fields = controls(MODEL, who)
    return Ground(ready, support(MODEL), who, explain(ready, who), fields, of(*marking))


def test_without_a_mark_a_column_is_as_usual() -> None:
    assert dict(of().freedoms) == {n: limit.freedom for n, limit in limits(MODEL).items()}
    assert all(of().may_change(name) for name in NAMES)
    assert Marked().may_change("anything")


def test_marks_of_columns_that_a_model_does_not_know_are_nothing_to_it() -> None:
    assert "gone" not in of(Mark("gone", Freedom.FIXED)).freedoms


@pytest.mark.parametrize(
    ("mark", "fault"),
    [
        (Mark("income", Freedom.DERIVED), FormulaUnfinished),
        (Mark("income", Freedom.DERIVED, "gone * 2"), UnknownColumn),
        (Mark("income", Freedom.DERIVED, "income + 1"), UnknownColumn),
        (Mark("city", Freedom.DERIVED, "visits"), NotANumber),
    ],
)
def test_a_formula_that_cannot_be_worked_out_fixes_its_column(
    mark: Mark, fault: type[Exception]
) -> None:
    found = of(mark)
    assert isinstance(found.faults[mark.column], fault)
    assert found.freedoms[mark.column] is Freedom.FIXED
    assert not found.may_change(mark.column)
    assert not found.formulas
    assert dict(found.typed) == ({mark.column: mark.formula} if mark.formula else {})


def test_no_formula_is_made_of_another() -> None:
    found = of(DERIVED, Mark("visits", Freedom.DERIVED, "income / 4000"))
    assert set(found.faults) == {"income", "visits"}


def test_what_follows_is_the_formula_of_what_is_edited() -> None:
    known, who = of(DERIVED), row()
    assert following(known, who, {"visits": 9.0}, MODEL) == {"income": 37000.0}
    assert following(known, who, {"city": "Oslo"}, MODEL) == {}
    assert following(known, who, {"visits": None}, MODEL) == {"income": None}
    same = who.assign(income=37000.0)
    assert following(known, same, {"visits": 9.0}, MODEL) == {}
    empty = who.assign(income=math.nan)
    assert following(known, empty, {"visits": None}, MODEL) == {}
    by_nothing = of(Mark("income", Freedom.DERIVED, "1 / (visits - 9)"))
    assert following(by_nothing, who, {"visits": 9.0}, MODEL) == {"income": None}


def test_only_free_columns_are_edited() -> None:
    known = of(DERIVED, FIXED)
    edits = {"visits": 1.0, "city": "Oslo", "income": 5.0, "since": None}
    assert allowed(known, edits) == {"visits": 1.0, "since": None}


def test_an_answer_holds_to_the_marking_and_tells_what_follows() -> None:
    known, say = ground(DERIVED, FIXED), phrases()
    still = answer(known, scenario_of(known, {"city": "Oslo", "income": 5}), View(), say)
    assert still.title == say("live.unchanged")
    assert still.follows == {"income": float(row()["income"].iloc[0])}
    found = answer(known, scenario_of(known, {"visits": 9, "income": 5}), View(), say)
    assert found.follows == {"income": 37000.0}
    expected = scored(MODEL, row().assign(visits=9.0, income=37000.0))[0]
    assert found.after == f"{100 * expected:,.1f}%"
    empty = answer(known, scenario_of(known, {"visits": None}), View(), say)
    assert empty.follows == {"income": None}
    assert "income" in empty.warning


def test_a_search_holds_to_the_marking() -> None:
    found = held(limits(MODEL), of(DERIVED, FIXED, Mark("since", Freedom.FREE)))
    assert [limit.column for limit in free(found, "buys")] == ["visits", "member", "since"]
    assert found["income"].formula == DERIVED.formula
    assert found["income"].low == limits(MODEL)["income"].low
    faulty = held(limits(MODEL), of(Mark("income", Freedom.DERIVED, "gone")))
    assert (faulty["income"].freedom, faulty["income"].formula) == (Freedom.FIXED, "")


def test_a_mark_replaces_the_older_one_and_the_usual_is_not_kept() -> None:
    gone = Mark("gone", Freedom.FIXED)
    made = remarked((FIXED, gone), (DERIVED, Mark("city", Freedom.BY_HAND)), MODEL)
    assert made == (Mark("city", Freedom.BY_HAND), gone, DERIVED)
    assert remarked(made, (Mark("city", Freedom.FREE),), MODEL) == (gone, DERIVED)
    typed = Mark("income", Freedom.FREE, "visits")
    assert remarked(made, (typed,), MODEL)[-1] == typed


def test_a_table_and_its_edits() -> None:
    faulty = Mark("visits", Freedom.DERIVED, "gone")
    lines = table(of(DERIVED, FIXED, faulty), ["city", "income", "visits", "since"])
    assert lines.to_numpy().tolist() == [
        ["city", "fixed", ""],
        ["income", "derived", DERIVED.formula],
        ["visits", "derived", "gone"],
        ["since", "by_hand", ""],
    ]
    assert marks(lines, {}) == ()
    assert marks(lines, {3: {"freedom": "free"}, 0: {"freedom": "by_hand"}}) == (
        Mark("city", Freedom.BY_HAND),
        Mark("since", Freedom.FREE),
    )
    assert marks(lines, {0: {"formula": " visits "}}) == (Mark("city", Freedom.DERIVED, "visits"),)
    assert marks(lines, {1: {"formula": None}}) == (Mark("income", Freedom.FREE),)
    kept = marks(lines, {1: {"freedom": "fixed"}})
    assert kept == (Mark("income", Freedom.FIXED, DERIVED.formula),)


def test_without_marks_every_edit_is_made() -> None:
    assert live.scenario_of(ground(), {"income": 5}).edits == {"income": 5}
