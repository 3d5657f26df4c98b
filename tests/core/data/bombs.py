"""Small files that would become large, and what they are refused with."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import (
    ArchiveTooFull,
    CellTooLong,
    NotATable,
    SheetTooLarge,
    TooLarge,
    TooManyColumns,
    UnpacksTooLarge,
    UserError,
)
from tests.corpus.books import book, rows

MEGABYTE = 1 << 20
BOOK = book(rows(["a", "b"], [1, 2]))
SHEET, WORDS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
CELL = b"<c><v>1</v></c>"


@dataclass(frozen=True)
class Bomb:
    """``heavy`` ones take long to make."""

    about: str
    file: str
    make: Callable[[], bytes]
    refused: type[UserError]
    heavy: bool = False


def swelled(part: str, before: bytes, piece: bytes, times: int, after: bytes) -> bytes:
    """A workbook in which one part is a piece over and over."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(BOOK)) as given,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made,
    ):
        for name in given.namelist():
            if name != part:
                made.writestr(name, given.read(name))
        with made.open(part, "w") as inside:
            inside.write(before)
            for _ in range(times):
                inside.write(piece)
            inside.write(after)
    return content.getvalue()


def far() -> bytes:
    return swelled(
        SHEET, b"<worksheet><sheetData>", b'<c r="XFD1048576"/>', 1, b"</sheetData></worksheet>"
    )


def many_cells(count: int) -> bytes:
    row = b"<row>" + CELL * 1_000 + b"</row>"
    end = b"</sheetData></worksheet>"
    return swelled(SHEET, b"<worksheet><sheetData>", row, count // 1_000, end)


def long_word(megabytes: int) -> bytes:
    return swelled(WORDS, b"<sst><si><t>", b"x" * MEGABYTE, megabytes, b"</t></si></sst>")


def members(count: int, name: str, start: bytes = b"") -> bytes:
    content = io.BytesIO(start)
    with zipfile.ZipFile(content, "a") as archive:
        for place in range(count):
            archive.writestr(name.format(place), b"")
    return content.getvalue()


def empty_rows() -> bytes:
    content = io.BytesIO()
    table = pa.table({name: pa.nulls(10_000_000, pa.int8()) for name in "ab"})
    with pq.ParquetWriter(content, table.schema) as writer:
        for _ in range(15):
            writer.write_table(table)
    return content.getvalue()


def packed_lines(gigabytes: float) -> bytes:
    piece = b"1,2,3,4,5,6,7,8\n" * (1 << 16)
    return gzip.compress(piece) * int(gigabytes * 1e9 / len(piece))


def wide(columns: int) -> bytes:
    row = ",".join(["1"] * columns)
    return "\n".join([",".join(f"c{place}" for place in range(columns)), row, row]).encode()


def long_cell(before: bytes, piece: bytes, after: bytes) -> Callable[[], bytes]:
    return lambda: before + piece * (24 * MEGABYTE // len(piece)) + after


BOMBS = (
    # A14, A15
    Bomb("ten thousand columns", "t.csv", lambda: wide(10_000), TooManyColumns),
    Bomb("a hundred thousand columns", "t.csv", lambda: wide(100_000), TooManyColumns),
    # A17
    Bomb("a long cell", "t.csv", long_cell(b"a,b\n1,", b"x", b"\n2,y\n"), CellTooLong),
    Bomb("a long quoted cell", "t.csv", long_cell(b'a,b\n1,"', b"x,y;", b'"\n2,y\n'), CellTooLong),
    Bomb("a long name", "t.csv", long_cell(b"a,", b"x", b"\n1,2\n"), CellTooLong),
    Bomb(
        "a cell of 150 MB",
        "t.csv",
        lambda: b"a,b\n1," + b"x" * 150_000_000 + b"\n2,y\n",
        CellTooLong,
        heavy=True,
    ),
    # A31
    Bomb("five megabytes of two gigabytes", "t.csv.gz", lambda: packed_lines(2), UnpacksTooLarge),
    # B01, B02, B03, B13
    Bomb("cells at both ends of a sheet", "t.xlsx", far, SheetTooLarge),
    Bomb("twenty million cells", "t.xlsx", lambda: many_cells(20_000_000), UnpacksTooLarge),
    Bomb("a word of 800 MB", "t.xlsx", lambda: long_word(800), UnpacksTooLarge, heavy=True),
    Bomb("a word of 150 MB", "t.xlsx", lambda: long_word(150), CellTooLong),
    Bomb(
        "a workbook of many files", "t.xlsx", lambda: members(20_000, "/{}", BOOK), ArchiveTooFull
    ),
    Bomb(
        "a book of 100,000 files",
        "t.xlsx",
        lambda: members(100_000, "/{}", BOOK),
        ArchiveTooFull,
        heavy=True,
    ),
    Bomb("a zip of many files", "t.zip", lambda: members(20_000, "/{}.csv"), ArchiveTooFull),
    # C01, C07
    Bomb("Parquet of 150 million rows", "t.parquet", empty_rows, TooLarge),
    Bomb("100,000 brackets", "t.json", lambda: b"[" * 100_000, NotATable),
)
