"""What a page asks of a stranger's bytes is answered by another process, whatever it does there."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.data import apart
from core.data.connection import connection_of
from core.data.source import Options
from core.errors import CannotConnect, ReaderBroke, ReadingTooSlow


@pytest.fixture
def shop(tmp_path: Path) -> str:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as made:
        made.execute('CREATE TABLE "o;rders" (a, b)')
        made.execute("CREATE VIEW seen AS SELECT 1")
        made.commit()
    return f"sqlite:///{tmp_path}/shop.db"


def test_tables_are_listed_by_another_process(
    shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "connect", None)  # this one opens nothing
    assert apart.tables(connection_of(shop)) == ("o;rders", "seen")
    with pytest.raises(CannotConnect):
        apart.tables(replace(connection_of(shop), path=tmp_path / "gone.db"))


def test_the_first_rows_come_as_text(tmp_path: Path) -> None:
    (tmp_path / "start").write_bytes("code;größe;x\n007;1,5;\n008;;NaN\n".encode("cp1252"))
    found = apart.first_rows(tmp_path / "start", "t.csv", Options(encoding="cp1252"))
    assert list(found.columns) == ["code", "größe", "x"]
    assert found["größe"].tolist()[0] == "1,5"
    assert found["x"].isna().tolist() == [True, False]


class Done:
    def __init__(self, stdout: bytes) -> None:
        self.stdout = stdout


def test_a_process_that_breaks_down_is_a_sentence(
    shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def broken(command: list[str], **how: Any) -> Done:
        asked.append((command, how))
        return Done(b"")

    monkeypatch.setattr(apart.subprocess, "run", broken)
    with pytest.raises(ReaderBroke):
        apart.tables(connection_of("mysql://ann:s3cret@db/shop"))
    (command, how) = asked[0]
    assert b"s3cret" in how["input"]
    assert "s3cret" not in str(command) + str(how["env"])

    def late(*_: Any, **how: Any) -> Done:
        raise subprocess.TimeoutExpired("x", how["timeout"])

    monkeypatch.setattr(apart.subprocess, "run", late)
    with pytest.raises(ReadingTooSlow):
        apart.tables(connection_of(shop))


def test_what_nobody_foresaw_tells_its_kind_and_nothing_it_holds(
    shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bad(**_: Any) -> None:
        raise ValueError("s3cret cell")

    monkeypatch.setitem(apart.QUESTIONS, "tables", bad)
    monkeypatch.setattr(apart, "_in_time", nullcontext)  # its end would stay set for this process
    found = apart._answer(apart._Question("tables", "x", {}))
    assert (found.error, found.facts, found.answer) == ("ValueError", {}, None)
    with pytest.raises(RuntimeError, match="ValueError"):
        raise apart._mistake(found)
