"""The smallest change on screen, by AppTest."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.predict import scored
from core.progress import Report
from core.store import markings, models, projects
from core.what_if import searching
from core.what_if.limits import Freedom
from core.what_if.marking import Mark
from core.what_if.scenario import Scenario, edited, typical
from core.what_if.smallest import Ask, Found, found_for
from core.what_if.support import Support
from pages.shared import smallest_tab
from tests.pages.conftest import button, words

SCRIPT = """
import streamlit as st
from pages.shared import cached, frame, marking_part, session, smallest_tab

say = session.words()
with frame.guarded(say):
    saved = cached.saved(str(session.folder()), session.model_id())
    row, of = st.session_state.get("row", -1), st.session_state.get("of", "")
    order = cached.order(str(session.folder()), session.model_id(), row, of)
    marking_part.part(order, say)
    smallest_tab.tab(saved, row, of, say)
"""
GO = "Find the smallest change"
OpenTab = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search is waited for, however slow the machine."""
    monkeypatch.setattr(smallest_tab, "PATIENCE", 60.0)


@pytest.fixture
def opened(home: Path, project: str) -> OpenTab:
    """Opens the tab alone for a target of the sample."""

    def at(target: str = "will_buy_again", of: str = "") -> AppTest:
        projects.aimed(home, project, target, "yes" if target == "will_buy_again" else "")
        page = AppTest.from_string(SCRIPT, default_timeout=60)
        page.session_state["project"] = project
        page.session_state["of"] = of
        return page.run()

    return at


def pressed(at: AppTest, label: str) -> AppTest:
    button(at, label).click()  # type: ignore[attr-defined]
    return at.run()


def test_an_answer_is_found_and_used(opened: OpenTab, home: Path, project: str) -> None:
    at = opened()
    assert not at.exception
    assert "Say what should come of it" in words(at)
    at.slider(key="smallest-to-binary").set_value(60).run()
    pressed(at, GO)
    assert not at.exception
    assert "would do it" in words(at), words(at)
    assert "With “" in words(at)
    lines = at.dataframe[-1].value
    assert list(lines.columns)[:5] == ["Answer", "Column", "From", "To", "The model then says"]
    pressed(at, "Use answer 1")
    edits = at.session_state["what-if-edits"]
    assert "The fields now stand at answer 1" in words(at)
    folder = projects.folder(home, project)
    ids = [e.id for e in models.board(folder)[0] if e.spec.target.name == "will_buy_again"]
    after = []
    for one in ids:
        model = models.load(models.place(folder, one)).model
        row = edited(Scenario(typical(model), edits), model)
        after.append(float(scored(model, row)[0]))
    assert max(after) >= 0.6


def test_a_newer_wish_waits_for_the_button(opened: OpenTab) -> None:
    at = pressed(opened(), GO)
    assert "as they were" not in words(at)
    at.slider(key="smallest-to-binary").set_value(33).run()
    assert "as they were" in words(at)
    pressed(at, GO)
    assert "as they were" not in words(at)


def test_under_a_chance_and_already_there(opened: OpenTab) -> None:
    at = opened()
    at.segmented_control(key="smallest-side").set_value("under").run()
    at.slider(key="smallest-to-binary").set_value(99).run()
    assert "Nothing has to change" in words(pressed(at, GO))


def limits_of(at: AppTest) -> str:
    """The key of the table of limits."""
    known = [str(key) for key in at.session_state if str(key).startswith("smallest-limits-")]
    return known[-1]


def limited(at: AppTest, edits: dict[int, dict[str, object]]) -> AppTest:
    """Lines of the table of limits edited, as the browser would tell."""
    at.session_state[limits_of(at)] = {"edited_rows": edits, "added_rows": [], "deleted_rows": []}
    return at.run()


def marked(at: AppTest, edits: dict[str, dict[str, object]]) -> AppTest:
    """Columns marked in the table of what may change, as the browser would tell."""
    at.session_state["marking-fold"] = True
    at.run()
    columns = list(at.dataframe[0].value["column"])
    key = next(
        str(k) for k in at.session_state if str(k).startswith("marking-") and k[-5:] != "-fold"
    )
    lines = {columns.index(column): edit for column, edit in edits.items()}
    at.session_state[key] = {"edited_rows": lines, "added_rows": [], "deleted_rows": []}
    at.run()
    at.session_state["marking-fold"] = False
    return at.run()


def test_only_what_is_free_changes(opened: OpenTab) -> None:
    at = opened()
    columns = list(at.dataframe[0].value["column"])
    marked(at, {column: {"freedom": "fixed"} for column in columns[1:]})
    assert list(at.dataframe[0].value["column"]) == columns[:1]
    found = words(pressed(at, GO))
    assert "would do it" in found or "No such change within these limits" in found
    for column in columns[1:]:
        assert f"“{column}” from" not in found


def test_a_marking_is_kept_and_a_formula_that_cannot_be_is_said(
    opened: OpenTab, home: Path, project: str
) -> None:
    at = marked(opened(), {"spend": {"formula": "orders * gone"}})
    assert not at.exception
    assert "“spend” stays as it is. There is no column called “gone”" in warned(at)
    assert "spend" not in set(at.dataframe[0].value["column"])
    at = marked(at, {"spend": {"formula": "orders * average_order"}})
    assert warned(at) == ""
    assert "spend" in set(at.dataframe[0].value["column"])
    folder = projects.folder(home, project)
    table = projects.load(home, project).table
    derived = Mark("spend", Freedom.DERIVED, "orders * average_order")
    assert markings.kept(folder, table) == (derived,)


def warned(at: AppTest) -> str:
    return "\n".join(each.value for each in at.warning).replace("\\", "")


def test_a_search_that_takes_long_shows_its_bar_and_stops(
    opened: OpenTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = threading.Event()

    def held_up(known: Support, row: object, asked: Ask, report: Report) -> Found:
        def slowly(share: float, stage: str) -> None:
            assert on.wait(60)
            report(share, stage)

        return found_for(known, row, asked, slowly)  # type: ignore[arg-type]

    monkeypatch.setattr(searching, "found_for", held_up)
    monkeypatch.setattr(smallest_tab, "PATIENCE", 0.0)
    at = pressed(opened(), GO)
    assert not at.exception
    assert "would do it" not in words(at)
    button(at, "Stop").click()  # type: ignore[attr-defined]
    at.run()
    on.set()
    monkeypatch.setattr(smallest_tab, "PATIENCE", 60.0)
    assert "Stopped after 0 changes" in words(at.run())
    assert "Stopped" not in words(pressed(at, GO))


def test_nothing_free_and_bad_limits_are_said(opened: OpenTab) -> None:
    at = opened()
    lines = at.dataframe[0].value
    numeric = [line for line, known in enumerate(lines["low"].notna()) if known]
    limited(at, {numeric[0]: {"low": 9e9}})
    assert "lies above the highest" in words(at)
    limited(at, {numeric[0]: {"low": None}})
    assert "lies above the highest" not in words(at)
    marked(at, {column: {"freedom": "fixed"} for column in lines["column"]})
    assert "No column may change" in words(pressed(at, GO))


def test_a_class_and_a_value(opened: OpenTab, home: Path, project: str) -> None:
    board = models.board(projects.folder(home, project))[0]
    classes = next(e.spec.target.levels for e in board if e.spec.target.name == "next_category")
    at = opened("next_category", classes[-1])
    at.segmented_control(key="smallest-side").set_value("likeliest").run()
    found = words(pressed(at, GO))
    assert not at.exception
    assert f"the chance of “next_category = {classes[-1]}”" in found
    at = opened("spend_next_60_days")
    assert not at.exception
    at.number_input(key="smallest-to-regression").set_value(1e9).run()
    assert "No such change" in words(pressed(at, GO))


def test_levels_may_be_narrowed(opened: OpenTab) -> None:
    at = opened()
    at.session_state["smallest-fold"] = True
    at.run()
    levels = at.multiselect[0]
    one = levels.value[0]
    levels.set_value([one]).run()
    assert not at.exception
    assert at.multiselect[0].value == [one]
    at.session_state["smallest-fold"] = False
    at.run()
    assert not at.multiselect
    assert not at.exception
