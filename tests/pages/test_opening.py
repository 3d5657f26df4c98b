"""A kept scenario is opened again, and columns are marked, on the whole what-if page."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.explain.explanation import Scale
from core.explore.filters import Filter
from core.store import markings, models, projects, scenarios
from core.store.scenarios import Customer, Kept, Made
from core.what_if.lever import Lever, Move
from core.what_if.limits import Freedom
from core.what_if.marking import Mark
from core.what_if.segment import Among, Derived, Segment
from core.what_if.totals import Figures, Money
from pages.shared import segment_kept
from tests.pages.conftest import Open, button, words

ORDERS, SPEND = "orders", "spend"


@pytest.fixture
def forest(home: Path, project: str) -> str:
    """The model in use."""
    board = models.board(projects.folder(home, project))[0]
    return next(
        e.id for e in board if e.spec.target.name == "will_buy_again" and e.spec.family == "forest"
    )


def kept(home: Path, project: str, made: Made) -> Kept:
    return scenarios.keep(projects.folder(home, project), "Mine", made, "2026-01-01T00:00:00")


def made(model: str, **of: Any) -> Made:
    return Made(model, "will_buy_again", "yes", Scale.CHANCE, Figures(9, 0.2, 0.3), **of)


def opened(app: Open, project: str) -> AppTest:
    """The page after the scenario was opened from the tab of those that are kept."""
    at = app("what_if", project=project)
    at.session_state["what-if-tab"] = "Saved"
    at.run()
    assert not at.get("bidi_component")
    button(at, "Open in the fields").click()  # type: ignore[attr-defined]
    at.run()
    assert not at.exception
    assert not at.error, [each.value for each in at.error]
    return at


def given(at: AppTest) -> dict[str, Any]:
    """What the component of the first tab was given."""
    return json.loads(at.get("bidi_component")[0].proto.json)


@pytest.mark.parametrize("row", [-1, 41])
def test_a_customer_is_chosen_and_stands_at_the_edits(
    app: Open, home: Path, project: str, forest: str, row: int
) -> None:
    kept(home, project, made(forest, customer=Customer(row, {ORDERS: 7.0, "city": "Berlin"})))
    data = given(opened(app, project))
    assert data["whose"] == f"{project}/{forest}/{row}"
    assert data["edits"].get(ORDERS) == 7.0
    assert set(data["edits"]) <= {ORDERS, "city"}  # Berlin may be where the customer lives


def test_an_edit_of_what_is_derived_now_follows_its_formula(
    app: Open, home: Path, project: str, forest: str
) -> None:
    table = projects.load(home, project).table
    formula = f"{ORDERS} * 10"
    marking = (Mark(SPEND, Freedom.DERIVED, formula), Mark("city", Freedom.FIXED))
    markings.keep(projects.folder(home, project), table, marking)
    kept(home, project, made(forest, customer=Customer(-1, {ORDERS: 7.0, SPEND: 1.0})))
    at = opened(app, project)
    data = given(at)
    assert data["edits"] == {ORDERS: 7.0}
    assert data["answer"]["follows"] == {SPEND: 70.0}
    fields = {field["column"]: field for field in data["fields"]}
    assert fields[SPEND]["sort"] == fields["city"]["sort"] == "stands"
    assert formula in fields[SPEND]["hint"]
    assert "hint" not in fields[ORDERS]
    at.text_input(key="what-if-name").set_value("With what follows").run()
    button(at, "Save this scenario").click().run()  # type: ignore[attr-defined]
    newest = scenarios.listed(projects.folder(home, project))[0].made.customer
    assert newest == Customer(-1, {ORDERS: 7.0, SPEND: 70.0})


def test_a_segment_stands_in_its_fields_with_what_came_of_it(
    app: Open, home: Path, project: str, forest: str
) -> None:
    asked = Segment(
        Among.TABLE,
        (Filter(ORDERS, 2.0, 5.0), Filter("city", levels=("Berlin",))),
        (Lever(ORDERS, Move.ADD, 2.0), Lever("newsletter", Move.SET, "yes")),
        (Derived(SPEND, f"{ORDERS} * 10"),),
    )
    kept(home, project, made(forest, segment=asked, money=Money(20.0, 1.5)))
    at = opened(app, project)
    text = words(at)
    assert "The settings have changed since" not in text
    assert "It earns" in {each.label for each in at.metric}
    assert at.session_state["segment-asked"] == (forest, segment_kept.text(asked))
    assert at.multiselect(key="segment-filters").value == [ORDERS, "city"]
    assert at.toggle(key="segment-second").value is True


def test_a_scenario_of_a_model_that_is_gone_opens_with_the_one_in_use(
    app: Open, home: Path, project: str, forest: str
) -> None:
    gone = replace(made("0" * 12), customer=Customer(-1, {ORDERS: 7.0}))
    kept(home, project, gone)
    assert given(opened(app, project))["whose"] == f"{project}/{forest}/-1"


def test_a_segment_starts_with_the_formulas_of_the_marking(
    app: Open, home: Path, project: str, forest: str
) -> None:
    table, folder = projects.load(home, project).table, projects.folder(home, project)
    markings.keep(folder, table, (Mark(SPEND, Freedom.DERIVED, f"{ORDERS} * 10"),))
    at = app("what_if", project=project)
    at.session_state["what-if-tab"] = "A segment"
    at.run()
    assert not at.exception
    assert at.multiselect(key="segment-derived").value == [SPEND]
    assert at.text_input(key=f"segment-formula-{SPEND}").value == f"{ORDERS} * 10"
    at.multiselect(key="segment-derived").set_value([SPEND, "age"]).run()
    markings.keep(folder, table, ())
    at.run()
    assert at.multiselect(key="segment-derived").value == ["age"]
