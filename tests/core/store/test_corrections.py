from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.data.dataset import Dataset
from core.data.load import load
from core.progress import silent
from core.schema import Kind, Role
from core.store import corrections, projects, shapes, tables
from core.store.corrections import Corrections

NOW = "2026-01-01T00:00:00+00:00"
TABLE = "age,days\n" + "".join(f"{('<18', '18-24', '25+')[i % 3]},{i % 7}\n" for i in range(30))
Home = tuple[Path, Path, str]


def brought(home: Path, tmp_path: Path, content: str = TABLE) -> tuple[Path, str]:
    """A project's folder and the id of a table in it."""
    file = tmp_path / "people.csv"
    file.write_text(content)
    project = projects.create(home, "people", NOW)
    folder = projects.folder(home, project.id)
    aside = tmp_path / project.id
    return folder, tables.keep(folder, load(file, file.name, aside, NOW, silent)).id


@pytest.fixture
def made(tmp_path: Path) -> Home:
    home = tmp_path / "home"
    return (home, *brought(home, tmp_path))


def schema(made: Home) -> Dataset:
    return tables.load(made[1], made[2])


def test_a_correction_is_undone(made: Home) -> None:
    _, folder, table = made
    first = schema(made)
    corrections.correct(folder, first, {"days": {"kind": "category"}})
    second = schema(made)
    corrections.correct(folder, second, {"age": {"role": "ignored"}}, ("a question",))
    assert corrections.kept(folder, table).answered == {"a question"}
    corrections.undo(folder, schema(made))
    assert schema(made).schema == second.schema
    assert corrections.kept(folder, table).answered == frozenset()
    corrections.undo(folder, schema(made))
    assert schema(made).schema == first.schema
    corrections.undo(folder, schema(made))
    assert schema(made).schema == first.schema


def test_undo_leaves_what_others_changed(made: Home) -> None:
    _, folder, table = made
    corrections.correct(folder, schema(made), {"days": {"missing": ("6",)}})
    known = schema(made).schema
    tables.correct(folder, table, known.changed(replace(known["days"], role=Role.GROUP)))
    corrections.undo(folder, schema(made))
    assert (schema(made).schema["days"].missing, schema(made).schema["days"].role) == (
        (),
        Role.GROUP,
    )


def test_what_changes_nothing_is_no_step(made: Home) -> None:
    _, folder, table = made
    corrections.correct(folder, schema(made), {"days": {"kind": "number"}})
    assert corrections.kept(folder, table) == Corrections()


def test_damaged_corrections_are_none(made: Home) -> None:
    _, folder, table = made
    (tables.place(folder, table) / corrections.FILE).write_text("{")
    assert corrections.kept(folder, table) == Corrections()


def test_the_next_table_of_the_same_columns_is_offered_the_same(made: Home, tmp_path: Path) -> None:
    home, folder, table = made
    corrections.correct(
        folder, schema(made), {"age": {"levels": ("25+",)}, "days": {"missing": ("6",)}}, ("q",)
    )
    shapes.remember(home, schema(made), corrections.kept(folder, table), NOW)
    other = brought(home, tmp_path, TABLE.replace("25+", "25-99"))
    fresh = tables.load(*other)
    offer = shapes.offered(home, fresh, Corrections())
    assert offer is not None
    # the order given last time is the one these levels have already
    assert (offer.answered, set(shapes.news(offer.edits, fresh.schema))) == (("q",), {"days"})
    corrections.correct(other[0], fresh, offer.edits, (shapes.OFFER,))
    found = tables.load(*other).schema
    assert found["days"].missing == ("6",)
    assert (found["age"].levels, found["age"].ordered) == (("<18", "18-24", "25-99"), True)
    assert shapes.offered(home, tables.load(*other), corrections.kept(*other)) is None
    unlike = brought(home, tmp_path, TABLE.replace("days", "weeks"))
    assert shapes.offered(home, tables.load(*unlike), Corrections()) is None


def test_what_is_taken_back_or_forgotten_is_not_remembered(made: Home) -> None:
    home, folder, table = made
    corrections.correct(folder, schema(made), {"days": {"kind": "category"}})
    shapes.remember(home, schema(made), corrections.kept(folder, table), NOW)
    known = shapes.remembered(home, ("days", "age"))
    assert known is not None
    assert known.edits == {"days": {"kind": str(Kind.CATEGORY)}}
    corrections.undo(folder, schema(made))
    shapes.remember(home, schema(made), corrections.kept(folder, table), NOW)
    assert shapes.remembered(home, ("age", "days")) is None
    shapes.forget(home, ("age", "days"))
