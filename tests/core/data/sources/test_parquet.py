from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.dataset import Dataset
from core.errors import FileDamaged, HeaderOnly, NestedColumns, OneColumn

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
        (parquet(a=pa.array([[1]]), b=pa.array([1])), NestedColumns),
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
