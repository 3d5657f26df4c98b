"""Segments, unusual customers and cohorts on screen, by AppTest."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from streamlit.testing.v1 import AppTest

from core.explore.clusters import Wish
from core.explore.filters import Filter
from core.progress import silent
from core.store import cohorts, projects, segmentation, tables
from tests.pages.conftest import Open, button, charts, words

SCRIPT = """
from pages.shared import frame, segments_part, session

say = session.words()
with frame.guarded(say):
    segments_part.part(say)
"""
AT = "2026-11-22T10:00:00+00:00"


@pytest.fixture
def part(project: str) -> AppTest:
    """The part alone."""
    at = AppTest.from_string(SCRIPT, default_timeout=60)
    at.session_state["project"] = project
    return at


def folder_of(home: Path, project: str) -> Path:
    return projects.folder(home, project)


def test_segments_are_shown_and_one_becomes_a_cohort(
    home: Path, project: str, part: AppTest
) -> None:
    folder, asked = folder_of(home, project), projects.load(home, project)
    at = part.run()
    assert "Find segments" in [each.label for each in at.button]
    question = {"target": asked.target, "outcome": asked.outcome}
    wish = msgspec.to_builtins(Wish(segments=3))
    segmentation.find_segments(home, silent, project, asked.table, question, wish)
    at.selectbox(key="segments-number").set_value(3).run()
    assert not at.exception
    assert charts(at) == 1
    said = words(at)
    assert "3 segments, as you asked." in said
    assert all(f"Segment {number}: " in said for number in (1, 2, 3))
    at.session_state["segment-rule-1"] = True
    at.run()
    at.text_input(key="segment-called-1").set_value("The second")
    button(at, "Save as a cohort").click()  # type: ignore[attr-defined]
    at.run()
    (kept,) = cohorts.listed(folder)
    assert kept.name == "The second"
    (told,) = at.toast
    assert told.value == "Saved as “The second”. Every later page offers it."
    assert kept.origin is not None
    assert kept.origin.segment == "Segment 2"
    at.segmented_control(key="segments-view").set_value("cohorts").run()
    assert "The second" in words(at)
    at.button(key=f"cohort-remove-{kept.id}").click().run()
    assert cohorts.listed(folder) == ()
    at.segmented_control(key="segments-view").set_value("unusual").run()
    assert "Look for unusual customers" in [each.label for each in at.button]


def test_a_cohort_narrows_every_later_page(home: Path, project: str, app: Open) -> None:
    folder = folder_of(home, project)
    dataset = tables.load(folder, projects.load(home, project).table)
    column = next(c for c in dataset.schema.features if len(c.levels) > 1)
    kept = cohorts.keep(folder, "Mine", (Filter(column.name, levels=column.levels[:1]),), AT)
    at = app("evaluate", project=project)
    whole = at.metric[0].value
    at.selectbox(key=f"cohort-{project}").set_value(kept.id).run()
    assert not at.exception
    assert "Only customers of “Mine”:" in words(at)
    assert at.metric[0].value != whole
    at.switch_page("pages/what_if.py").run()
    at.session_state["what-if-tab"] = "A segment"
    at.run()
    assert at.selectbox(key=f"cohort-{project}").value == kept.id
