from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from core.data.dataset import Dataset
from core.data.load import load
from core.data.said import said
from core.data.source import Options
from core.errors import FileDamaged, FileEmpty, HeaderOnly, UnknownSheet
from core.progress import silent

Loaded = Callable[..., Dataset]
EAST = dt.timezone(dt.timedelta(hours=2))


def database(place: Path, script: str) -> bytes:
    with closing(sqlite3.connect(place)) as connection:
        connection.executescript(script)
    content = place.read_bytes()
    place.unlink()
    return content


TABLES = """
CREATE TABLE few (id, "ä;""x" REAL);
INSERT INTO few VALUES ('01', 0.1), (2, 7.0);
CREATE TABLE many (a INTEGER, b BLOB, c);
INSERT INTO many VALUES (9007199254740993, x'c3a9', NULL), (2, x'ff', ''), (3, 'x', 1e300);
CREATE TABLE none (a, b);
CREATE VIEW "drop table few" AS SELECT id, 1 AS one FROM few;
"""


def test_the_longest_table_is_read_exactly(tmp_path: Path, loaded: Loaded) -> None:
    content = database(tmp_path / "d", TABLES)
    for name in ("shop.sqlite", "shop.db", "shop.csv"):
        dataset = loaded(content, name)
        assert [list(row.values()) for row in pq.read_table(dataset.source).to_pylist()] == [
            ["9007199254740993", "é", None],
            ["2", "ff", None],
            ["3", "x", "1e+300"],
        ]
    found = dataset.provenance
    assert (found.sheet, found.format) == ("many", "sqlite")
    assert found.sheets == ("many", "few", "none", "drop table few")


def test_another_table_or_view_can_be_asked_for(tmp_path: Path) -> None:
    (tmp_path / "given").write_bytes(database(tmp_path / "d", TABLES))

    def opened(sheet: str) -> Dataset:
        into = tmp_path / str(abs(hash(sheet)))
        return load(tmp_path / "given", "d.db", into, "", silent, Options(sheet=sheet))

    few = opened("few")
    assert few.schema.names == ("id", 'ä;"x')
    assert pq.read_table(few.source).to_pylist()[1] == {"id": "2", 'ä;"x': "7"}
    assert opened("drop table few").schema.names == ("id", "one")
    with pytest.raises(UnknownSheet):
        opened('few"; DROP TABLE many; --')
    with pytest.raises(HeaderOnly):
        opened("none")


def test_a_view_may_only_read(tmp_path: Path) -> None:
    script = "CREATE TABLE t (a, b); CREATE VIEW v AS SELECT load_extension('x') AS a, 1 AS b"
    (tmp_path / "given").write_bytes(database(tmp_path / "d", script))
    with pytest.raises(FileDamaged):
        load(tmp_path / "given", "d.db", tmp_path / "o", "", silent, Options(sheet="v"))


def test_letters_that_cannot_be_read_are_counted(tmp_path: Path, loaded: Loaded) -> None:
    script = "CREATE TABLE t (a, b); INSERT INTO t VALUES (CAST(x'61ff' AS TEXT), 'ok')"
    dataset = loaded(database(tmp_path / "d", script), "d.db")
    assert [(note.code, note.count) for note in dataset.provenance.notes] == [
        ("undecodable_cells", 1)
    ]


def test_broken_and_empty_databases(tmp_path: Path, loaded: Loaded) -> None:
    content = database(tmp_path / "d", TABLES)
    with pytest.raises(FileDamaged):
        loaded(content[:5000], "d.db")
    with pytest.raises(FileDamaged):
        loaded(content[:100] + b"\xff" * 4000, "d.db")
    empty = database(tmp_path / "d", "CREATE TABLE t (a); DROP TABLE t")
    with pytest.raises(FileEmpty):
        loaded(empty, "d.db")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (2**70, str(2**70)),
        (Decimal("1.10"), "1.10"),
        (Decimal("1E+3"), "1000"),
        (float("nan"), None),
        (dt.datetime(2020, 1, 2, 3, tzinfo=EAST), "2020-01-02 01:00:00"),
        (dt.date(2020, 1, 2), "2020-01-02"),
        (memoryview(b"\xff\x00"), "ff00"),
        ({"a": [1, "é"]}, '{"a": [1, "é"]}'),
        ("", None),
    ],
)  # fmt: skip
def test_what_a_value_says(value: object, text: str | None) -> None:
    assert said(value) == text
