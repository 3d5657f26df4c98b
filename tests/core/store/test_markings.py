"""What was said of a table's columns is kept, and a damaged file says nothing."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from core.data.finding import Act, Remedy
from core.errors import NotThere
from core.store import markings
from core.store.history import Done
from core.what_if.limits import Freedom
from core.what_if.marking import Mark

TABLE = "0123456789ab"
MADE = (Mark("a", Freedom.DERIVED, "b * 2"), Mark("c", Freedom.FIXED))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = tmp_path / "tables" / TABLE
    place.mkdir(parents=True)
    (place / "table.json").write_text("{}")
    return tmp_path


def test_a_marking_comes_back(project: Path) -> None:
    assert markings.kept(project, TABLE) == ()
    markings.keep(project, TABLE, MADE)
    assert markings.kept(project, TABLE) == MADE
    with pytest.raises(NotThere):
        markings.keep(project, "ffffffffff", MADE)


@pytest.mark.parametrize("text", ['[["a"', '[{"column": "a", "freedom": "perhaps"}]', "{}"])
def test_a_damaged_marking_is_none(project: Path, text: str) -> None:
    (project / "tables" / TABLE / "marking.json").write_text(text)
    assert markings.kept(project, TABLE) == ()


def test_a_table_that_a_remedy_made_has_the_marking_of_the_one_before(project: Path) -> None:
    made = "ba9876543210"
    place = project / "tables" / made
    place.mkdir()
    (place / "table.json").write_text("{}")
    remedy = Remedy(Act.REPEATS, ("a",))
    done = (Done(remedy, "duplicates", "2026-01-01T00:00:00", TABLE, made),)
    (project / "history.json").write_bytes(msgspec.json.encode(done))
    assert markings.kept(project, made) == ()
    markings.keep(project, TABLE, MADE)
    assert markings.kept(project, made) == MADE
    markings.keep(project, made, ())
    assert markings.kept(project, made) == ()
    assert markings.kept(project, TABLE) == MADE
