"""Families of columns: kept, changed, and made to fit a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import NameTaken, NotThere
from core.store import families

COLUMNS = ("a", "b", "c", "d", "e")
TABLE = "0123456789ab"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = tmp_path / "tables" / TABLE
    place.mkdir(parents=True)
    (place / "table.json").write_text("{}")
    return tmp_path


def test_families_come_back(project: Path) -> None:
    assert families.kept(project, TABLE) == ()
    made = families.added((), " all  clicks ", ("a", "b"), COLUMNS)
    assert made == (("all clicks", ("a", "b")),)
    families.keep(project, TABLE, made)
    assert families.kept(project, TABLE) == made
    with pytest.raises(NotThere):
        families.keep(project, "ffffffffff", made)


def test_damaged_families_are_none(project: Path) -> None:
    (project / "tables" / TABLE / "families.json").write_text('[["a"')
    assert families.kept(project, TABLE) == ()


@pytest.mark.parametrize("name", ["", "  ", "a", " c ", "clicks"])
def test_a_name_has_to_be_new(name: str) -> None:
    with pytest.raises(NameTaken):
        families.added((("clicks", ("a", "b")),), name, ("c", "d"), COLUMNS)


def test_a_column_is_in_one_family_only() -> None:
    one = families.added((), "one", ("a", "b", "c"), COLUMNS)
    two = families.added(one, "two", ("c", "d"), COLUMNS)
    assert two == (("one", ("a", "b")), ("two", ("c", "d")))
    three = families.added(two, "three", ("b", "e"), COLUMNS)
    assert three == (("two", ("c", "d")), ("three", ("b", "e")))
    assert families.without(three, "two") == (("three", ("b", "e")),)


def test_a_model_knows_the_families_of_its_columns() -> None:
    made = (("one", ("a", "b")), ("two", ("c", "gone")), ("three", ("d", "e", "gone")))
    assert families.known(made, COLUMNS) == (("one", ("a", "b")), ("three", ("d", "e")))
