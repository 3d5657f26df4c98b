"""Whatever Python's csv module writes is read back; whatever the bytes, nothing breaks."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.source import FOUND_OUT, Options, source_of
from core.data.sources.delimited import SOURCE
from core.data.spreadsheet import unguarded
from core.data.unpack import unpacked
from core.errors import UserError
from core.progress import silent
from tests.corpus.case import Case
from tests.corpus.write import CASES

TMP = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
Row = list[str]

CHARACTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="\ufeff")
PIECES = st.sampled_from(
    [",", ";", "\t", "|", '"', '""', "\n", "\r\n", "\\", "\\n", " ", "'", "=", "#", "-1", "NA"]
)
CELLS = st.one_of(
    st.text(CHARACTERS, max_size=6),
    st.lists(st.one_of(PIECES, st.text(CHARACTERS, max_size=2)), max_size=5).map("".join),
)


@dataclass(frozen=True)
class Written:
    """How a file is written."""

    separator: str
    quoting: int
    line_end: str
    escapes: bool
    encoding: str

    def __call__(self, rows: list[Row]) -> bytes:
        into = io.StringIO()
        csv.writer(
            into,
            delimiter=self.separator,
            quoting=self.quoting,  # type: ignore[arg-type]
            lineterminator=self.line_end,
            doublequote=not self.escapes,
            escapechar="\\" if self.escapes else None,
        ).writerows(rows)
        return into.getvalue().encode(self.encoding)


WRITTEN = st.builds(
    Written,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.just(False),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"]),
)
ROWS = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8)
)
HEADER = ["name", "where", "since", "how much"]


def read_back(place: Path, content: bytes, options: Options = FOUND_OUT) -> list[list[str | None]]:
    (place / "given").write_bytes(content)
    told = SOURCE.read(place / "given", "t.csv", place / "read", options, silent)
    assert (told.rows_left_out, told.undecodable) == (0, 0)
    return [list(row.values()) for row in pq.read_table(place / "read").to_pylist()]


@settings(max_examples=15, suppress_health_check=TMP)
@given(ROWS, WRITTEN)
def test_any_table_in_any_dialect(tmp_path: Path, rows: list[Row], write: Written) -> None:
    if write.quoting == csv.QUOTE_MINIMAL:
        # the csv module quotes the line end it writes and no other
        rows = [
            [cell.replace("\r\n", "\n").replace("\n", write.line_end) for cell in r] for r in rows
        ]
    if write.encoding == "utf-8-sig":  # as this app writes: what is guarded is taken for its own
        rows = [[unguarded(cell) for cell in row] for row in rows]
    table = [HEADER[: len(rows[0])], *rows]
    told = Options(encoding="gb18030") if write.encoding == "gb18030" else FOUND_OUT
    found = read_back(tmp_path, write(table), told)
    assert found == [[cell or None for cell in row] for row in rows]


SPOKEN = st.lists(st.sampled_from(["so", '"', ",", "\\", "\n", " ", "ü"]), max_size=6).map("".join)


@settings(max_examples=15, suppress_health_check=TMP)
@given(st.lists(st.tuples(SPOKEN, SPOKEN, SPOKEN), max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_tables_with_escapes(tmp_path: Path, rows: list[tuple[str, str, str]], end: str) -> None:
    clear = [(f"{place}", 'he said "hi", twice', "x") for place in range(len(rows) + 2)]
    write = Written(",", csv.QUOTE_ALL, end, True, "utf-8")
    table = [*clear, *rows]
    found = read_back(tmp_path, write([HEADER[:3], *map(list, table)]))
    assert found == [[cell or None for cell in row] for row in table]


LARGE = re.compile("bomb|million|hundred columns|corners")
SMALL = [case for case in CASES if not LARGE.search(case.about)]
CUTS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 12), st.binary(max_size=6)), min_size=1, max_size=4
)


@settings(max_examples=15, suppress_health_check=TMP)
@given(st.sampled_from(SMALL), CUTS)
def test_a_damaged_file_is_read_or_refused(
    tmp_path: Path, case: Case, cuts: list[tuple[float, int, bytes]]
) -> None:
    content = case.make()
    for share, gone, instead in cuts:
        at = int(share * len(content))
        content = content[:at] + instead + content[at + gone :]
    (tmp_path / "given").write_bytes(content or b"x")
    begun = time.process_time()
    with contextlib.suppress(UserError):
        read_in(tmp_path, case.file)
    assert time.process_time() - begun < 10


def read_in(place: Path, name: str) -> None:
    """All that reading a file does before its columns are understood."""
    file, inner = unpacked(place / "given", name, place / "unpacked", silent)
    source_of(file, inner).read(file, inner, place / "read", FOUND_OUT, silent)
    assert pq.read_metadata(place / "read").num_rows


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx", "t.parquet", "t.json", "t.zip", "t.db"])
@settings(max_examples=4, suppress_health_check=TMP)
@given(content=st.binary(min_size=1, max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / "given").write_bytes(content)
    with contextlib.suppress(UserError):
        read_in(tmp_path, name)
