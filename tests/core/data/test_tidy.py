from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data import tidy
from core.data.dialect import Dialect
from core.data.identity import WRITTEN, Content, content_id
from core.data.tidy import Untidy, Watched, write_tidy
from core.progress import silent

AB = Dialect(",", ("a", "b"), has_header=False)
Rows = list[list[str | None]]


def read(tmp_path: Path, content: bytes) -> Rows:
    path, into = tmp_path / "given", tmp_path / "source.parquet"
    path.write_bytes(content)
    write_tidy(path, AB, into, silent)
    return [list(row.values()) for row in pq.read_table(into).to_pylist()]


def strictly(text: str) -> Rows:
    """What RFC 4180 makes of the text; raises csv.Error where that does not allow it."""
    parsed = csv.reader(io.StringIO(text, newline=""), strict=True)
    return [[cell or None for cell in row] for row in parsed if row]


UNTIDY = {
    "a row too short": b"1,2\n3\n",
    "a row too long": b"1,2\n3,4,5\n",
    "a quote within a cell": b'1,5" tall\n',
    "letters after a quote": b'1,"x"y\n',
    "blanks before a quote": b'1, "x"\n',
    "a quote that is never closed": b'1,"x\n3,4\n',
    "two quotes that are never closed": b'1,"x\n3,"y\n5,6\n',
    "line ends that differ": b"1,2\r\n3,4\n",
    "a return within a cell": b"1,2\r3\n4,5\n",
    "a NUL": b"1,\x002\n",
    "another alphabet": "1,größe\n".encode("cp1252"),
}


@pytest.mark.parametrize("case", UNTIDY)
@pytest.mark.parametrize("before", [b"", b'1,"2, 3"\n' * 5000])
def test_what_is_not_tidy_is_refused(case: str, before: bytes, tmp_path: Path) -> None:
    with pytest.raises(Untidy):
        read(tmp_path, before + UNTIDY[case])


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b'1,"x\ny"\r\n3,"p\r\nq"\r\n', [["1", "x\ny"], ["3", "p\r\nq"]]),
        (b'1,"x\ry"\n3,4', [["1", "x\ry"], ["3", "4"]]),
        (b'"",""""\n"a""b",\n', [[None, '"'], ['a"b', None]]),
        (b"1,2\r3,4\r", [["1", "2"], ["3", "4"]]),
        (b"\n1,2\n\n3,4\n\n", [["1", "2"], ["3", "4"]]),
        ("한,ä\n".encode(), [["한", "ä"]]),
    ],
)
def test_tidy_cells_are_what_they_are(content: bytes, rows: Rows, tmp_path: Path) -> None:
    assert read(tmp_path, content) == rows


pieces = st.sampled_from(["1", "x y", ",", '"', '""', '"', "\n", "\r\n", '","', '"\n"', "ä"])


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(pieces, max_size=14).map("".join), st.integers(2, 5))
def test_what_is_read_at_full_speed_is_what_the_standard_says(
    tmp_path: Path, text: str, at_once: int
) -> None:
    """However the file is cut into blocks, a fast answer is the strict one, or there is none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tidy, "BLOCK", 1 << 10)
        patch.setattr(Watched, "read", _small(Watched.read, at_once))
        try:
            found = read(tmp_path, text.encode())
        except Untidy:
            return
    assert found == strictly(text)


def _small(read_whole: object, at_once: int) -> object:
    def few(watched: Watched, size: int = -1) -> bytes:
        return read_whole(watched, at_once)  # type: ignore[operator, no-any-return]

    return few


def test_the_id_is_that_of_the_content_however_it_was_written(tmp_path: Path) -> None:
    rows = b"".join(b"%d,x%d\n" % (i, i % 7) for i in range(150_000))
    read(tmp_path, rows)
    source = tmp_path / "source.parquet"
    file = pq.ParquetFile(source)
    assert file.num_row_groups > 1
    whole = Content(("a", "b"))
    for batch in file.iter_batches(1000):
        whole.add(batch)
    assert content_id(source) == whole.id
    assert file.metadata.metadata[WRITTEN.encode()] == whole.id.encode()
    pq.write_table(pq.read_table(source).replace_schema_metadata(None), source)
    assert content_id(source) == whole.id
