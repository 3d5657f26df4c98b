"""What was done in a project, as a page shows it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.store import projects, trail
from core.store.trail import FILE, What
from core.store.who import Who, acting_as

ENTRIES = 23


def page() -> None:
    """A page with nothing but that part."""
    from pages.shared import session, trail_part

    trail_part.part(session.words())


def made(home: Path) -> Path:
    """A project with a table in use."""
    known = projects.create(home, "shop", "2026-01-02T00:00:00+00:00")
    projects.save(home, replace(known, table="0123456789abcdef"))
    return projects.folder(home, known.id)


@pytest.fixture
def told(home: Path) -> Path:
    """A project of which more is told than is shown at once."""
    place = made(home)
    with acting_as(Who("*Ada*", signed_in=True)):
        for number in range(ENTRIES):
            trail.tell(place, What.SCORE, f"model{number:02}", rows=number)
    return place


def opened(project: Path) -> AppTest:
    at = AppTest.from_function(page)
    at.session_state["project"] = project.name
    at.run()
    assert not at.exception, at.exception
    return at


def entries(at: AppTest) -> list[str]:
    return [each.value for each in at.caption]


def test_the_newest_first_and_older_ones_on_demand(told: Path) -> None:
    at = opened(told)
    assert "23 entries, each signed" in at.success[0].value
    assert len(entries(at)) == 10
    assert "model22 score 22 rows" in entries(at)[0]
    assert "*Ada*" not in entries(at)[0]  # nobody's name is set in italics
    at.button[0].click().run()
    assert len(entries(at)) == 20
    at.button[0].click().run()
    assert len(entries(at)) == ENTRIES
    assert "model00" in entries(at)[-1]
    assert len(at.button) == 0


def test_the_first_entry_that_was_changed_is_named(told: Path) -> None:
    at = opened(told)
    file = told / FILE
    content = file.read_bytes()
    file.write_bytes(content.replace(b'"rows":7', b'"rows":8'))
    at.run()
    assert "Entry 8 of the trail is not what was written" in at.error[0].value
    assert len(at.success) == 0
    file.write_bytes(content)
    trail.tell(told, What.SIGN, "model22")
    at.run()
    assert "24 entries" in at.success[0].value
    assert "signed model22" in entries(at)[0]
    file.unlink()
    at.run()
    assert "24 entries that were written are no longer there" in at.error[0].value


def test_before_anything_is_told(home: Path) -> None:
    at = opened(made(home))
    assert at.success[0].value == "Nothing has been told in this trail yet."
    assert entries(at) == []
