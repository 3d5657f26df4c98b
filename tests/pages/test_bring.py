"""A table comes from a folder or a database; the upload stays the first way."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.store import projects, tables
from tests.pages.conftest import Open, button, until, words

ROWS = "id,age,buys\n" + "".join(
    f"k{i},{20 + i % 50},{'yes' if i % 3 else 'no'}\n" for i in range(90)
)


def brought(home: Path) -> tables.Dataset:
    project = projects.recent(home)[0]
    return tables.load(projects.folder(home, project.id), project.table)


def test_the_upload_stands_first_and_nothing_is_asked_of_a_folder_yet(app: Open) -> None:
    at = app("data")
    assert not at.exception
    assert at.get("file_uploader")
    assert not at.text_input


def test_a_folder_is_looked_at_and_then_read(app: Open, home: Path, tmp_path: Path) -> None:
    place = tmp_path / "log"
    place.mkdir()
    for name in ("b", "a"):
        (place / f"{name}.csv").write_text(ROWS)
    at = app("data")
    at.segmented_control(key="bring-way").set_value("folder").run()
    at.text_input(key="bring-folder").set_value("s3://bucket/log").run()
    assert "whole path of a folder" in words(at)
    at.text_input(key="bring-folder").set_value(str(place)).run()
    assert "2 files of text with separators" in words(at)
    at.checkbox(key="bring-with-file").check().run()
    button(at, "Read this folder").click().run()
    until(at, "2 files were put together")
    dataset = brought(home)
    assert (dataset.rows, dataset.schema.names) == (180, ("id", "age", "buys", "file"))


def test_a_database_is_asked_and_its_string_forgotten(
    app: Open, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as made:
        made.execute("CREATE TABLE people (id, age, buys)")
        cells = [line.split(",") for line in ROWS.splitlines()[1:]]
        made.executemany("INSERT INTO people VALUES (?, ?, ?)", cells)
        made.commit()
    string = f"sqlite:///{tmp_path}/shop.db"
    monkeypatch.setenv("WHYBUY_DB_HOUSE", string)
    at = app("data")
    at.segmented_control(key="bring-way").set_value("database").run()
    assert "house" in at.selectbox(key="bring-connection").options
    at.selectbox(key="bring-connection").set_value("").run()
    at.text_input(key="secret-0").set_value("ann:s3cret@nowhere").run()
    assert "cannot be read" in words(at)
    assert "s3cret" not in words(at)
    at.text_input(key="secret-0").set_value(string).run()
    at.segmented_control(key="bring-what").set_value("query").run()
    at.text_area(key="bring-query").set_value("DELETE FROM people").run()
    button(at, "Read from the database").click().run()
    assert "a single SELECT" in words(at)
    at.text_area(key="bring-query").set_value("SELECT id, age, buys FROM people").run()
    at.number_input(key="bring-limit").set_value(60).run()
    button(at, "Read from the database").click().run()
    assert "shop.db" not in repr(at.session_state)
    assert "secret-1" in repr(at.session_state)
    until(at, "the first 60 were taken")
    assert brought(home).rows == 60
    kept = [file.read_bytes() for file in home.rglob("*") if file.is_file()]
    assert not any(string.encode() in content for content in kept)


def test_a_named_connection_shows_its_tables(
    app: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as made:
        made.execute("CREATE TABLE people (id, age)")
        made.commit()
    monkeypatch.setenv("WHYBUY_DB_HOUSE", f"sqlite:///{tmp_path}/shop.db")
    at = app("data")
    at.segmented_control(key="bring-way").set_value("database").run()
    at.selectbox(key="bring-connection").set_value("house").run()
    button(at, "Show the tables").click().run()
    assert at.selectbox(key="bring-table").options == ["people"]
    assert not at.exception
