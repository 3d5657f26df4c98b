"""How large the sheets of a workbook are, told before a library takes memory for them."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from core.data.unpack import too_large
from core.errors import FileDamaged, SheetTooLarge, UnpacksTooLarge

# what zipfile raises where an archive's bytes are not what they should be
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)
CELLS_AT_MOST = 30_000_000
BYTES_AT_MOST = 1_500_000_000
MEMBERS_AT_MOST = 5_000
BLOCK = 1 << 20
LONGEST_TAG = 1 << 16
CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']\$?([A-Za-z]{1,3})\$?(\d{1,10})["']""")
ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["'](\d{1,10})["']""")
ENTITY = re.compile(rb"<!(?:ENTITY|DOCTYPE)", re.IGNORECASE)
REPEATED = re.compile(rb'<table:table-cell[^>]*?number-columns-repeated="(\d+)"[^>]*value-type')
ROW_REPEATED = re.compile(
    rb'<table:table-row[^>]*?number-rows-repeated="(\d+)"[^>]*>(?:(?!</table:table-row>).)*?value-type',
    re.DOTALL,
)
ODS_ROWS_REPEATED, ODS_CELLS_REPEATED = 10_000, 2_000


def refuse_absurd(path: Path, name: str) -> None:
    """Raises SheetTooLarge or UnpacksTooLarge for a workbook that would not fit in memory.

    A sheet of two cells, A1 and XFD1048576, is a file of 5 KB and a grid of 17 billion cells.
    Every part is unpacked once, a block at a time, so that none is larger than its archive says.
    Raises FileDamaged for a broken zip and for XML that defines words of its own.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            size = sum(member.file_size for member in members)
            if size > BYTES_AT_MOST or too_large(size, path.stat().st_size):
                raise UnpacksTooLarge(name, size, BYTES_AT_MOST)
            if len(members) > MEMBERS_AT_MOST:
                raise FileDamaged(name, "excel")
            for member in members:
                _refuse_member(archive, member, name)
    except BROKEN as error:
        raise FileDamaged(name, "excel") from error


def _refuse_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> None:
    if member.filename == "content.xml":
        _refuse_repeats(archive.read(member), name)
    elif member.filename.startswith("xl/worksheets/") and member.filename.endswith(".bin"):
        _refuse_binary_grid(archive.read(member), name)
    elif member.filename.startswith("xl/") and member.filename.endswith((".xml", ".bin")):
        rows = columns = 0
        is_sheet = member.filename.startswith("xl/worksheets/")
        for piece in pieces(archive, member):
            if ENTITY.search(piece):
                raise FileDamaged(name, "excel")
            if is_sheet:
                rows, columns = _grown(piece, rows, columns)
                _refuse_grid(rows, columns, name)


def pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part of a workbook in blocks of whole tags."""
    with archive.open(member) as part:
        left = b""
        while block := part.read(BLOCK):
            text = left + block
            cut = text.rfind(b"<")
            if cut <= 0 or len(text) - cut > LONGEST_TAG:
                cut = len(text)
            yield text[:cut]
            left = text[cut:]
        yield left


def _grown(piece: bytes, rows: int, columns: int) -> tuple[int, int]:
    """The last row and column met so far, from 1."""
    rows = max([rows, *(int(row) for row in ROW.findall(piece))])
    cells = CELL.findall(piece)
    rows = max([rows, *(int(row) for row in {row for _, row in cells})])
    columns = max([columns, *map(column_place, {letters for letters, _ in cells})])
    return rows, columns


def column_place(letters: bytes) -> int:
    """1 of A, 27 of AA."""
    place = 0
    for letter in letters.upper():
        place = 26 * place + letter - 64
    return place


def _refuse_grid(rows: int, columns: int, name: str) -> None:
    if rows * columns > CELLS_AT_MOST:
        raise SheetTooLarge(name, rows, columns)


def _refuse_binary_grid(content: bytes, name: str) -> None:
    """The same for .xlsb: records of a type, a length (7 bits a byte each) and their bytes.

    Type 0 is a row (its number first), 1 to 11 are cells (their column first); source: MS-XLSB.
    """
    place = rows = columns = 0
    while place < len(content):
        kind, place = _seven_bits(content, place)
        length, place = _seven_bits(content, place)
        if kind <= 11 and length >= 4:
            number = int.from_bytes(content[place : place + 4], "little") + 1
            rows, columns = (
                (max(rows, number), columns) if not kind else (rows, max(columns, number))
            )
        place += length
    _refuse_grid(rows, columns, name)


def _seven_bits(content: bytes, place: int) -> tuple[int, int]:
    """The number that begins at ``place``, and where it ends."""
    value = 0
    for shift in range(0, 28, 7):
        if place >= len(content):
            break
        byte = content[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            break
    return value, place


def _refuse_repeats(content: bytes, name: str) -> None:
    cells = max((int(times) for times in REPEATED.findall(content)), default=0)
    rows = max((int(times) for times in ROW_REPEATED.findall(content)), default=0)
    if cells > ODS_CELLS_REPEATED or rows > ODS_ROWS_REPEATED:
        raise SheetTooLarge(name, rows, cells)
