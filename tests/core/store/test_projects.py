from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.errors import NotThere
from core.store import projects
from core.store.projects import RECORD, Project

NOW = "2026-01-01T00:00:00+00:00"


def test_a_project_comes_back_as_it_was(tmp_path: Path) -> None:
    made = projects.create(tmp_path, "Ümläut & Söhne / ../..", NOW)
    assert projects.load(tmp_path, made.id) == made
    assert made.name == "Ümläut & Söhne / ../.."
    assert projects.folder(tmp_path, made.id).parent == tmp_path / "projects"
    aimed = projects.aimed(tmp_path, made.id, "Kauf", "ja")
    assert projects.load(tmp_path, made.id) == aimed
    assert (aimed.target, aimed.outcome, aimed.name) == ("Kauf", "ja", made.name)


@pytest.mark.parametrize("name", ["", "...", "   ", "고객", "-" * 50, "a" * 500])
def test_any_name_makes_a_project(name: str, tmp_path: Path) -> None:
    made = projects.create(tmp_path, name, NOW)
    other = projects.create(tmp_path, name, NOW)
    assert made.id != other.id
    assert projects.load(tmp_path, made.id).name == name


@pytest.mark.parametrize(
    "wrong", ["", ".", "..", "../x", "a/b", "/etc", "A", "x\x00y", "a" * 65, "nobody", "~", "x\n"]
)
def test_an_id_cannot_leave_the_folder(wrong: str, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / RECORD).write_text("{}")
    (tmp_path / "projects").mkdir()
    for ask in (projects.folder, projects.load, projects.remove):
        with pytest.raises(NotThere):
            ask(tmp_path, wrong)
    with pytest.raises(NotThere):
        projects.save(tmp_path, Project(wrong, "n", NOW))
    assert (tmp_path / "x" / RECORD).exists()


def test_recent_gives_the_last_used_first(tmp_path: Path) -> None:
    assert projects.recent(tmp_path) == ()
    made = [projects.create(tmp_path, name, NOW) for name in "abc"]
    for age, project in zip((10, 30, 20), made, strict=True):
        record = projects.folder(tmp_path, project.id) / RECORD
        os.utime(record, (1000 - age, 1000 - age))
    assert [p.name for p in projects.recent(tmp_path)] == ["a", "c", "b"]
    projects.save(tmp_path, made[1])
    assert [p.name for p in projects.recent(tmp_path)] == ["b", "a", "c"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b'{"id": 3}'])
def test_a_damaged_record_does_not_lose_the_project(content: bytes, tmp_path: Path) -> None:
    made = projects.create(tmp_path, "Shop", NOW)
    place = projects.folder(tmp_path, made.id)
    for age, table in ((5, "00000000"), (1, "ffffffff"), (9, "11111111")):
        (place / "tables" / table).mkdir(parents=True)
        os.utime(place / "tables" / table, (1000 - age, 1000 - age))
    (place / RECORD).write_bytes(content)
    found = projects.load(tmp_path, made.id)
    assert (found.id, found.table, found.target) == (made.id, "ffffffff", "")
    assert projects.recent(tmp_path) == (found,)
    assert projects.aimed(tmp_path, made.id, "y", "") == projects.load(tmp_path, made.id)


def test_removing_takes_one_project_with_all_that_is_in_it(tmp_path: Path) -> None:
    gone, stays = (projects.create(tmp_path, name, NOW) for name in "ab")
    (projects.folder(tmp_path, gone.id) / "models" / "0123").mkdir(parents=True)
    projects.remove(tmp_path, gone.id)
    assert [p.name for p in (tmp_path / "projects").iterdir()] == [stays.id]
    assert projects.recent(tmp_path) == (stays,)


def test_home_is_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WHYBUY_HOME", str(tmp_path))
    assert projects.home() == tmp_path
    monkeypatch.delenv("WHYBUY_HOME")
    assert projects.home().parts[-2:] == ("data", "workspace")


def test_projects_of_one_name_are_told_apart() -> None:
    names = ("shop", "shop", "shop (2)", "other", "shop")
    made = tuple(projects.Project(f"p{i}", name, "") for i, name in enumerate(names))
    labels = projects.told_apart(made)
    assert list(labels) == ["p0", "p1", "p2", "p3", "p4"]
    assert labels["p0"] == "shop"
    assert len(set(labels.values())) == 5
    assert labels["p4"].startswith("shop (")
