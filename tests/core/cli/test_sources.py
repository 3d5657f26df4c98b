from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.cli import app
from core.errors import NothingInFolder, UnknownConnection, UnknownSheet


def check(argument: str) -> dict[str, object]:
    done = CliRunner().invoke(app, ["check", argument, "--json"])
    if done.exception is not None:
        raise done.exception
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_a_folder_or_a_connection_stands_where_a_file_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(i, i % 5) for i in range(60)]
    place = tmp_path / "log"
    place.mkdir()
    (place / "a.csv").write_text("id,n\n" + "".join(f"{i},{n}\n" for i, n in rows[:20]))
    (place / "b.csv").write_text("id,n\n" + "".join(f"{i},{n}\n" for i, n in rows[20:]))
    with closing(sqlite3.connect(tmp_path / "shop.db")) as made:
        made.execute("CREATE TABLE orders (id, n)")
        made.executemany("INSERT INTO orders VALUES (?, ?)", rows)
        made.commit()
    monkeypatch.setenv("WHYBUY_DB_SHOP", f"sqlite:///{tmp_path}/shop.db")
    monkeypatch.chdir(tmp_path)
    found = [check(each) for each in ("log", "db:shop:orders", str(tmp_path / "shop.db"))]
    assert found[0]["rows"] == 60
    assert found[0]["columns"] == found[1]["columns"] == found[2]["columns"]
    with pytest.raises(UnknownSheet):
        check("db:shop:none")
    with pytest.raises(UnknownConnection):
        check("db:none:orders")
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingInFolder):
        check("empty")
