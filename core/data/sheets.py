"""How large the sheets of a workbook are, told before a library takes memory for them."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.data.longest import LONGEST_CELL
from core.data.memory import refuse_beyond
from core.data.unpack import too_large
from core.errors import ArchiveTooFull, CellTooLong, FileDamaged, SheetTooLarge, UnpacksTooLarge

# what zipfile raises where an archive's bytes are not what they should be
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)
CELLS_AT_MOST = 30_000_000  # of one sheet; all together may have twice as many
BYTES_AT_MOST = 1_500_000_000
BYTES_OF_A_CELL = 40  # in the memory of what reads workbooks
MEMBERS_AT_MOST = 5_000
BLOCK = 1 << 20
LONGEST_TAG = 1 << 16
# where a cell or a row says that it stands; the tag around is not asked for: a stranger's file may
# write one that we would not know, and name its sheets as it likes
CELL = re.compile(rb"""\br\s?=\s?["']\$?([A-Za-z]{1,3})\$?(\d{1,10})["']""")
ROW = re.compile(rb"""\br\s?=\s?["'](\d{1,10})["']""")
ROW_TAG, CELL_TAG = re.compile(rb"<(?:\w+:)?row[\s/>]"), re.compile(rb"<(?:\w+:)?c[\s/>]")
BEGINS_CELL = (b"<c ", b"<c>", b"<c/", b":c ", b":c>", b":c/")
ENTITY = re.compile(rb"<!(?:ENTITY|DOCTYPE)", re.IGNORECASE)
MARKUP = re.compile(rb"(\xef\xbb\xbf)?\s*<")
BINARY_SHEET = b"\x81\x01\x00"  # BrtBeginSheet
ODS_TAG = re.compile(rb"<table:(table-row|table-cell|covered-table-cell)\b([^<>]*)>")
ODS_TAGS = (b"<table:table-row", b"<table:table-cell", b"<table:covered-table-cell")
ODS_REPEATED = re.compile(rb"""number-(?:rows|columns)-repeated\s?=\s?["'](\d{1,12})["']""")


@dataclass
class _Sheet:
    """The last row and column met so far, from 1; ``open`` cells of the last row say no place."""

    rows: int = 0
    columns: int = 0
    open: int = 0
    text: int = 0  # bytes since the last tag began

    def grow(self, piece: bytes) -> None:
        """Takes the next piece."""
        cells = CELL.findall(piece)
        places = [int(row) for row in ROW.findall(piece)]
        self.rows = max([self.rows, *places, *(int(row) for row in {row for _, row in cells})])
        letters = {each for each, _ in cells}
        self.columns = max([self.columns, *map(column_place, letters)])
        if sum(map(piece.count, BEGINS_CELL)) > len(cells) or self.open:
            first, *others = ROW_TAG.split(piece)
            counts = [self.open + len(CELL_TAG.findall(first))]
            counts += [len(CELL_TAG.findall(row)) for row in others]
            self.open = counts[-1]
            self.columns = max(self.columns, *counts)

    def longest_text(self, piece: bytes) -> int:
        """The most bytes without a tag up to a piece's last tag, or its end: a cell's text."""
        first, last = piece.find(b"<"), piece.rfind(b"<")
        until = self.text + (len(piece) if first < 0 else first)
        self.text = until if last < 0 else len(piece) - last
        return max(until, self.text)


def refuse_absurd(path: Path, name: str) -> None:
    """Raises SheetTooLarge, CellTooLong, UnpacksTooLarge or NotEnoughMemory for a workbook that
    would not fit.

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
                raise ArchiveTooFull(name, len(members), MEMBERS_AT_MOST)
            _refuse_together([_grid(archive, member, name) for member in members], name)
    except BROKEN as error:
        raise FileDamaged(name, "excel") from error


def _grid(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> tuple[int, int]:
    """Rows and columns of a part, each 0 where it is no sheet."""
    sheet, is_markup = _Sheet(), False
    for place, piece in enumerate(pieces(archive, member)):
        is_markup = is_markup or (not place and bool(MARKUP.match(piece)))
        if not place and piece.startswith(BINARY_SHEET):
            return _refused(*_binary_grid(archive.read(member)), name)
        if ENTITY.search(piece):
            raise FileDamaged(name, "excel")
        if sheet.longest_text(piece) > LONGEST_CELL and is_markup:
            raise CellTooLong(name, LONGEST_CELL)
        sheet.grow(piece)
        _refused(sheet.rows, sheet.columns, name)
    if member.filename == "content.xml":
        return _refused(*_repeated_grid(archive.read(member), name), name)
    return sheet.rows, sheet.columns


def _refuse_together(grids: list[tuple[int, int]], name: str) -> None:
    """Two sheets are in memory at a time: the best so far and the next."""
    cells = sorted((rows * columns for rows, columns in grids), reverse=True)
    if sum(cells) > 2 * CELLS_AT_MOST:
        raise SheetTooLarge(name, *max(grids, key=lambda grid: grid[0] * grid[1]))
    refuse_beyond(BYTES_OF_A_CELL * sum(cells[:2]), name)


def pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part of a workbook in blocks of whole tags. Raises BadZipFile for a tag without end."""
    with archive.open(member) as part:
        left = b""
        while block := part.read(BLOCK):
            text = left + block
            cut = text.rfind(b"<")
            if cut <= 0 or b">" in text[cut:]:
                cut = len(text)
            elif len(text) - cut > LONGEST_TAG:
                raise zipfile.BadZipFile("a tag without end")
            yield text[:cut]
            left = text[cut:]
        yield left


def column_place(letters: bytes) -> int:
    """1 of A, 27 of AA."""
    place = 0
    for letter in letters.upper():
        place = 26 * place + letter - 64
    return place


def _refused(rows: int, columns: int, name: str) -> tuple[int, int]:
    if rows * columns > CELLS_AT_MOST:
        raise SheetTooLarge(name, rows, columns)
    return rows, columns


def _binary_grid(content: bytes) -> tuple[int, int]:
    """Rows and columns of .xlsb: records of a type, a length (7 bits a byte each) and their bytes.

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
    return rows, columns


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


def _repeated_grid(content: bytes, name: str) -> tuple[int, int]:
    """Rows and columns of LibreOffice's sheets together, repeated ones counted, up to the last
    cell with something in it. Raises FileDamaged where a tag of theirs cannot be made out."""
    if sum(map(content.count, ODS_TAGS)) != len(ODS_TAG.findall(content)):
        raise FileDamaged(name, "excel")
    rows = filled = columns = width = times = 0
    for tag in ODS_TAG.finditer(content):
        found = ODS_REPEATED.search(tag[2])
        repeated = int(found[1]) if found else 1
        if tag[1] == b"table-row":
            rows, width, times = rows + times, 0, repeated
            continue
        width += repeated
        if b"value-type" in tag[2] or not tag[2].endswith(b"/"):
            filled, columns = rows + times, max(columns, width)
    return filled, columns
