from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from core.data.dataset import Dataset
from core.data.load import load
from core.data.source import Options
from core.errors import FileDamaged, FileEmpty, UnknownSheet
from core.progress import silent

Loaded = Callable[..., Dataset]


def database(place: Path, *statements: str) -> bytes:
    with duckdb.connect(str(place)) as connection:
        for statement in statements:
            connection.execute(statement)
    content = place.read_bytes()
    place.unlink()
    return content


@pytest.fixture
def shop(tmp_path: Path) -> bytes:
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n")
    return database(
        tmp_path / "d",
        "CREATE TABLE many AS SELECT i AS id, {'x': i / 4, 'y': [i]} AS s FROM range(3) t(i)",
        "CREATE SCHEMA other",
        'CREATE TABLE other."ä;""x" AS SELECT 1.10 AS a, 2 AS b',
        f"CREATE VIEW thief AS SELECT * FROM read_csv('{secret}')",  # noqa: S608
    )


def test_the_longest_table_is_read(shop: bytes, loaded: Loaded) -> None:
    dataset = loaded(shop, "shop.bin")
    assert [list(row.values()) for row in pq.read_table(dataset.source).to_pylist()] == [
        ["0", "0", "[0]"],
        ["1", "0.25", "[1]"],
        ["2", "0.5", "[2]"],
    ]
    assert dataset.schema.names == ("id", "s.x", "s.y")
    found = dataset.provenance
    assert (found.format, found.sheet) == ("duckdb", "many")
    assert found.sheets == ("many", 'other.ä;"x', "thief")


def test_another_table_is_read_and_no_file_beside_it(shop: bytes, tmp_path: Path) -> None:
    (tmp_path / "given").write_bytes(shop)

    def opened(sheet: str) -> Dataset:
        into = tmp_path / str(len(sheet))
        return load(tmp_path / "given", "d.duckdb", into, "", silent, Options(sheet=sheet))

    assert pq.read_table(opened('other.ä;"x').source).to_pylist() == [{"a": "1.10", "b": "2"}]
    with pytest.raises(FileDamaged):
        opened("thief")
    with pytest.raises(UnknownSheet):
        opened("none")


def test_broken_and_empty_databases(shop: bytes, tmp_path: Path, loaded: Loaded) -> None:
    with pytest.raises(FileDamaged):
        loaded(shop[:5000], "d.duckdb")
    with pytest.raises(FileEmpty):
        loaded(database(tmp_path / "d", "SELECT 1"), "d.duckdb")
