from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.dataset import Dataset
from core.data.engine import engine, watched
from core.data.sources import parquet as source
from core.errors import FileDamaged, HeaderOnly, OneColumn, PasswordProtected, TooLarge
from core.progress import Cancelled

Loaded = Callable[..., Dataset]


def parquet(**columns: pa.Array) -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.table(columns), content)
    return content.getvalue()


def test_typed_columns_become_the_text_of_their_values(loaded: Loaded) -> None:
    when = dt.datetime(2020, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    dataset = loaded(
        parquet(
            whole=pa.array([2**53 + 1, None], pa.int64()),
            gaps=pa.array([7.0, None], pa.float64()),
            part=pa.array([0.1, float("nan")], pa.float64()),
            text=pa.array(["01", "NA"]),
            level=pa.array(["x", "y"]).dictionary_encode(),
            flag=pa.array([True, False]),
            day=pa.array([when.date(), None]),
            when=pa.array([when, None], pa.timestamp("us", "UTC")),
        ),
        "table.parquet",
    )
    rows = [list(row.values()) for row in pq.read_table(dataset.source).to_pylist()]
    assert rows[0] == [
        "9007199254740993", "7", "0.1", "01", "x", "true", "2020-01-02", "2020-01-02 03:04:05",
    ]  # fmt: skip
    assert rows[1] == [None, None, None, "NA", "y", "false", None, None]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (parquet(a=pa.array([1])), OneColumn),
        (parquet(a=pa.array([], pa.int64()), b=pa.array([], pa.int64())), HeaderOnly),
        (parquet(a=pa.array([1]), b=pa.array([1]))[:60], FileDamaged),
    ],
)
def test_what_cannot_be_read_is_refused(
    content: bytes, error: type[Exception], loaded: Loaded
) -> None:
    with pytest.raises(error):
        loaded(content, "table.parquet")


def test_records_become_columns_and_lists_text(loaded: Loaded) -> None:
    dataset = loaded(
        parquet(
            id=pa.array([1, 2]),
            who=pa.array([{"name": "Ann", "home": {"zip": "01067", "at": [1.5]}}, None]),
            tags=pa.array([["a", None], []]),
            raw=pa.array(["é".encode(), b"\xff"]),
        ),
        "table.parquet",
    )
    assert dataset.schema.names == ("id", "who.name", "who.home.zip", "who.home.at", "tags", "raw")
    rows = [list(row.values()) for row in pq.read_table(dataset.source).to_pylist()]
    assert rows == [
        ["1", "Ann", "01067", "[1.5]", '["a",null]', "é"],
        ["2", None, None, None, "[]", "\\xFF"],
    ]
    assert {note.code: note.count for note in dataset.provenance.notes} == {
        "nested_columns": 3,
        "lists_as_text": 2,
    }


def test_names_that_occur_twice_are_kept_apart(loaded: Loaded) -> None:
    content = io.BytesIO()
    pq.write_table(pa.table([pa.array([1]), pa.array([2])], names=["a", "a"]), content)
    assert loaded(content.getvalue(), "t.parquet").schema.names == ("a", "a (2)")


def test_more_cells_than_are_read_are_refused_from_the_footer(
    loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    column = pa.array([7] * 5_000)
    monkeypatch.setattr(source, "CELLS_AT_MOST", 9_999)
    monkeypatch.setattr(source, "engine", None)  # nothing else is opened
    with pytest.raises(TooLarge):
        loaded(parquet(a=column, b=column), "t.parquet")


def test_an_encrypted_file_says_so(loaded: Loaded) -> None:
    whole = parquet(a=pa.array([1]), b=pa.array([1]))
    with pytest.raises(PasswordProtected):
        loaded(b"PARE" + whole[4:-4] + b"PARE", "t.parquet")


def test_a_long_statement_tells_how_far_it_is_and_stops() -> None:
    told: list[float] = []

    def stop(share: float, stage: str) -> None:
        told.append(share)
        if len(told) > 1:
            raise Cancelled

    with engine() as connection:
        with pytest.raises(Cancelled):
            watched(connection, "SELECT sum(hash(i)) FROM range(100_000_000_000) t(i)", stop, "s")
        assert watched(connection, "SELECT 1", stop, "s") == (1,)
    assert len(told) == 2
    assert all(0 <= share <= 1 for share in told)
