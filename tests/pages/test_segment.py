"""The segment and the kept scenarios on screen, by AppTest."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.store import models, projects, scenarios
from pages.shared import segment_kept
from tests.pages.conftest import button, charts, words

SCRIPT = """
import streamlit as st
from pages.shared import cached, frame, scenarios_tab, segment_tab, session

say = session.words()
with frame.guarded(say):
    saved = cached.saved(str(session.folder()), session.model_id())
    of = st.session_state.get("of", "")
    {tab}.tab(saved, of, say)
"""
OpenTab = Callable[..., AppTest]


@pytest.fixture
def opened(home: Path, project: str) -> OpenTab:
    """Opens a tab alone: ``opened("segment_tab", "will_buy_again")``."""

    def at(tab: str, target: str = "will_buy_again", of: str = "") -> AppTest:
        outcome = "yes" if target == "will_buy_again" else ""
        projects.aimed(home, project, target, outcome)
        page = AppTest.from_string(SCRIPT.format(tab=tab), default_timeout=60)
        page.session_state["project"] = project
        page.session_state["of"] = of
        return page.run()

    return at


def press(at: AppTest, label: str) -> AppTest:
    button(at, label).click()  # type: ignore[attr-defined]
    return at.run()


def pull(at: AppTest, column: str, move: str, amount: float) -> AppTest:
    at.selectbox(key="segment-column-one").set_value(column).run()
    at.selectbox(key=f"segment-move-one-{column}").set_value(move).run()
    at.number_input(key=f"segment-amount-one-{move}-{column}").set_value(amount).run()
    return at


def first_number(at: AppTest) -> str:
    """The first numeric column that is offered."""
    for column in at.selectbox(key="segment-column-one").options:
        at.selectbox(key="segment-column-one").set_value(column).run()
        if "Add" in at.selectbox(key=f"segment-move-one-{column}").options:
            return column
    raise AssertionError("no number")


def test_a_segment_is_changed_and_what_comes_of_it_is_shown(opened: OpenTab) -> None:
    at = opened("segment_tab")
    assert not at.exception
    assert "Choose who and what" in words(at)
    assert "not proof of cause" in words(at)
    pull(at, first_number(at), "at_least", 2.0)
    press(at, "See what changes")
    assert not at.error, words(at)
    labels = [metric.label for metric in at.metric]
    assert labels == ["Expected before", "Expected after", "Difference"]
    assert charts(at) == 1
    assert "What really happened without the change" in words(at)
    assert "do not cover that the model may be wrong" in words(at)
    assert "not proof of cause" in words(at)


def test_money_is_a_fourth_number(opened: OpenTab) -> None:
    at = opened("segment_tab")
    pull(at, first_number(at), "at_least", 2.0)
    press(at, "See what changes")
    at.number_input(key="segment-margin").set_value(50.0).run()
    assert [metric.label for metric in at.metric][-1] == "It earns"
    assert "0 for" in words(at)
    at.number_input(key="segment-cost").set_value(3.0).run()
    assert re.search(r"less \S+ for \S+ changed customer", words(at))


def test_the_old_answer_stays_until_the_button(opened: OpenTab) -> None:
    at = opened("segment_tab")
    column = first_number(at)
    pull(at, column, "at_least", 2.0)
    press(at, "See what changes")
    before = [metric.value for metric in at.metric]
    pull(at, column, "at_least", 3.0)
    assert [metric.value for metric in at.metric] == before
    assert "The settings have changed" in words(at)


def test_everyone_left_out_is_said(opened: OpenTab) -> None:
    at = opened("segment_tab")
    pull(at, first_number(at), "set", -5.0)
    press(at, "See what changes")
    assert "Nobody is left" in words(at)
    assert not at.metric


def test_a_formula_that_cannot_be_read_is_said(opened: OpenTab) -> None:
    at = opened("segment_tab")
    column = first_number(at)
    other = next(c for c in at.multiselect(key="segment-derived").options if c != column)
    at.multiselect(key="segment-derived").set_value([other]).run()
    at.text_input(key=f"segment-formula-{other}").set_value("2 +* 3").run()
    press(at, "See what changes")
    assert "cannot be read from character 4" in at.error[0].value.replace("\\", "")
    at.text_input(key=f"segment-formula-{other}").set_value("1 + 1").run()
    press(at, "See what changes")
    assert not at.error
    assert "The formula of" in words(at)


def test_several_classes_have_a_chart_each_and_a_second_lever(opened: OpenTab, home: Path) -> None:
    folder = next((home / "projects").iterdir())
    entry = next(e for e in models.board(folder)[0] if e.spec.target.name == "next_category")
    at = opened("segment_tab", "next_category", entry.spec.target.levels[0])
    assert not at.exception
    at.toggle(key="segment-second").set_value(True).run()
    assert len([s for s in at.selectbox if str(s.key).startswith("segment-column")]) == 2
    pull(at, first_number(at), "at_least", 2.0)
    press(at, "See what changes")
    assert charts(at) == 2


def test_a_value_is_summed(opened: OpenTab) -> None:
    at = opened("segment_tab", "spend_next_60_days")
    pull(at, first_number(at), "at_least", 2.0)
    press(at, "See what changes")
    assert [metric.label for metric in at.metric][:2] == ["Sum before", "Sum after"]


def test_a_scenario_is_saved_compared_and_deleted(opened: OpenTab, home: Path) -> None:
    at = opened("scenarios_tab")
    assert "No scenario of this question" in words(at)
    at = opened("segment_tab")
    pull(at, first_number(at), "at_least", 2.0)
    press(at, "See what changes")
    at.text_input(key="segment-name").set_value("Two at least")
    press(at, "Save this scenario")
    assert "Saved as “Two at least”" in at.success[0].value.replace("\\", "")
    at.text_input(key="segment-name").set_value("two AT least")
    press(at, "Save this scenario")
    assert "already something called" in at.error[0].value
    folder = next((home / "projects").iterdir())
    assert [kept.name for kept in scenarios.listed(folder)] == ["Two at least"]
    at = opened("scenarios_tab")
    assert charts(at) == 1
    assert "Two at least" in words(at)
    press(at, "Delete for good")
    assert scenarios.listed(folder) == ()
    assert "No scenario of this question" in words(at)


def test_many_customers_are_worked_out_beside_the_app(
    opened: OpenTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[str, str]] = []
    monkeypatch.setattr(segment_kept, "ROWS_AT_ONCE", 10)
    monkeypatch.setattr(
        "pages.shared.working.start", lambda slot, task, **facts: started.append((slot, task))
    )
    at = opened("segment_tab")
    pull(at, first_number(at), "at_least", 2.0)
    press(at, "See what changes")
    assert started == [("segment", "segment")]
    assert not at.metric
