"""The what-if page: one customer's component, what it tells back, and what stands under it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.store import scenarios
from tests.pages.conftest import Open, button, charts, words

DAYS = "days_since_last_visit"


def given(at: AppTest) -> dict[str, Any]:
    """What the component was given."""
    return json.loads(at.get("bidi_component")[0].proto.json)


def test_a_customer_stands_unchanged_at_first(app: Open, project: str) -> None:
    at = app("what_if", project=project)
    data = given(at)
    assert data["edits"] == {}
    assert data["answer"]["before"] == data["answer"]["after"]
    assert "Nothing is changed yet" in data["answer"]["title"]
    assert data["route"] == ""  # started without routes, as by streamlit run app.py
    shown = [row["column"] for row in data["answer"]["rows"]]
    assert shown[:3] == [field["column"] for field in data["fields"][:3]]


def test_edits_of_the_session_are_answered_with_a_warning_outside(app: Open, project: str) -> None:
    at = app("what_if", project=project)
    before = given(at)["answer"]["before"]
    at.session_state["what-if-edits"] = {DAYS: 3000}
    at.run()
    data = given(at)
    assert data["edits"] == {DAYS: 3000.0}
    assert data["answer"]["before"] == before != data["answer"]["after"]
    assert "Outside the data" in data["answer"]["warning"]
    assert any(row["column"] == DAYS and row["edited"] for row in data["answer"]["rows"])


def test_what_differs_from_the_customer_is_an_edit_and_nothing_else(
    app: Open, project: str
) -> None:
    at = app("what_if", project=project)
    stands = next(f["value"] for f in given(at)["fields"] if f["column"] == DAYS)
    at.session_state["what-if-edits"] = {DAYS: stands, "no such column": 1}
    at.run()
    assert given(at)["edits"] == {}


def test_another_customer_starts_unchanged(app: Open, project: str) -> None:
    at = app("what_if", project=project)
    at.session_state["what-if-edits"] = {DAYS: 1}
    at.run()
    assert given(at)["edits"] == {DAYS: 1.0}
    at.segmented_control[0].set_value("surest").run()
    assert not at.exception
    assert given(at)["edits"] == {}


def test_a_change_is_kept_under_a_name(app: Open, project: str, home: Path) -> None:
    at = app("what_if", project=project)
    assert button(at, "Save this scenario").disabled  # type: ignore[attr-defined]
    at.session_state["what-if-edits"] = {DAYS: 1}
    at.run()
    at.text_input[0].set_value("Came back").run()
    button(at, "Save this scenario").click().run()  # type: ignore[attr-defined]
    (kept,) = scenarios.listed(home / "projects" / project)
    assert kept.name == "Came back"
    assert kept.made.customer == scenarios.Customer(-1, {DAYS: 1.0})
    assert "Saved as" in "\n".join(each.value for each in at.success)


def test_a_change_without_a_name_is_not_kept_but_said(app: Open, project: str) -> None:
    at = app("what_if", project=project)
    at.session_state["what-if-edits"] = {DAYS: 1}
    at.run()
    button(at, "Save this scenario").click().run()  # type: ignore[attr-defined]
    assert at.error
    assert not at.exception


@pytest.mark.parametrize("fold", ["what-if-chart", "what-if-nearest"])
def test_a_fold_is_made_when_it_opens(app: Open, project: str, fold: str) -> None:
    at = app("what_if", project=project)
    assert charts(at) == 0
    assert len(at.dataframe) == 0
    at.session_state[fold] = True
    at.run()
    assert not at.exception
    assert not at.error
    assert charts(at) == (fold == "what-if-chart")
    assert len(at.dataframe) == (3 if fold == "what-if-nearest" else 0)
    assert "guess" not in words(at)
