from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from core import jobs
from core.errors import ConnectionUnreadable, NotAFolder, UnknownConnection
from core.progress import silent
from core.status import State
from core.store import bringing, projects, tables
from core.tasks.doing import TASKS


@pytest.fixture
def shop(tmp_path: Path) -> str:
    """The connection string of a SQLite file of sixty orders."""
    with closing(sqlite3.connect(tmp_path / "s3cret.db")) as made:
        made.execute("CREATE TABLE orders (id, price)")
        made.executemany("INSERT INTO orders VALUES (?, ?)", [(i, i % 9) for i in range(60)])
        made.commit()
    return f"sqlite:///{tmp_path}/s3cret.db"


def table(home: Path, done: dict[str, str]) -> tables.Dataset:
    return tables.load(projects.folder(home, done["project"]), done["table"])


def test_a_folder_becomes_a_project(tmp_path: Path) -> None:
    place = tmp_path / "Log 2024"
    place.mkdir()
    for day in (1, 2):
        (place / f"{day}.csv").write_text("id,n\n" + "".join(f"{day}{i},{i}\n" for i in range(40)))
    run = TASKS["bring_folder"].run
    done = run(home=tmp_path / "home", report=silent, folder=str(place), with_file=True)
    dataset = table(tmp_path / "home", done)
    assert (dataset.rows, dataset.name, dataset.schema.names) == (
        80,
        "Log 2024",
        ("id", "n", "file"),
    )
    assert dataset.provenance.format == "folder"
    assert sorted(file.name for file in place.iterdir()) == ["1.csv", "2.csv"]
    with pytest.raises(NotAFolder):
        run(home=tmp_path / "home", report=silent, folder=str(place / "none"))
    assert list((tmp_path / "home" / "reading").iterdir()) == []


def test_a_named_connection_is_asked(
    tmp_path: Path, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHYBUY_DB_SHOP", shop)
    monkeypatch.setattr(bringing, "secrets", dict)
    run = TASKS["bring_query"].run
    asked = {"query": "SELECT id, price FROM orders WHERE price > 0", "limit": 50}
    dataset = table(tmp_path, run(home=tmp_path, report=silent, database="shop", asked=asked))
    assert (dataset.rows, dataset.provenance.format) == (50, "sqlite")
    assert [(note.code, note.count) for note in dataset.provenance.notes] == [("row_limit", 50)]
    with pytest.raises(UnknownConnection):
        run(home=tmp_path, report=silent, database="none", asked=asked)


def test_a_typed_connection_reaches_the_worker_and_no_file(tmp_path: Path, shop: str) -> None:
    home = tmp_path / "home"
    asked = {"table": "orders"}
    job = jobs.start(home, "bring_query", secret=shop, database="typed", asked=asked)
    deadline = time.monotonic() + 60
    while not (now := jobs.status(job)).state.ended:
        assert time.monotonic() < deadline
        threading.Event().wait(0.1)
    assert now.state is State.DONE, jobs.log(job)
    assert table(home, now.result).rows == 60
    written = [file for file in home.rglob("*") if file.is_file()]
    assert len(written) > 5
    assert not any(str(tmp_path).encode() + b"/s3cret" in file.read_bytes() for file in written)


def test_a_wrong_connection_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConnectionUnreadable) as refused:
        TASKS["bring_query"].run(
            home=tmp_path,
            report=silent,
            database="x",
            asked={},
            secret="a:s3cret@b",  # noqa: S106
        )
    assert "s3cret" not in str(refused.value)
