"""How large the sheets of a workbook are, told before a library takes memory for them."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from core.data.unpack import too_large
from core.errors import FileDamaged, SheetTooLarge, UnpacksTooLarge

CELLS_AT_MOST = 20_000_000
BYTES_AT_MOST = 1_000_000_000
MEMBERS_AT_MOST = 5_000
BLOCK = 1 << 20
OVERLAP = 64
CELL = re.compile(rb'<(?:\w+:)?c [^>]{0,40}?r="([A-Z]{1,3})(\d{1,7})"')
REPEATED = re.compile(rb'<table:table-cell[^>]*?number-columns-repeated="(\d+)"[^>]*value-type')
ROW_REPEATED = re.compile(
    rb'<table:table-row[^>]*?number-rows-repeated="(\d+)"[^>]*>(?:(?!</table:table-row>).)*?value-type',
    re.DOTALL,
)
ODS_ROWS_REPEATED, ODS_CELLS_REPEATED = 10_000, 2_000


def refuse_absurd(path: Path, name: str) -> None:
    """Raises SheetTooLarge or UnpacksTooLarge for a workbook that would not fit in memory.

    A sheet of two cells, A1 and XFD1048576, is a file of 5 KB and a grid of 17 billion cells.
    Raises FileDamaged for a broken zip.
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
                if member.filename.startswith("xl/worksheets/") and member.filename.endswith(
                    ".xml"
                ):
                    _refuse_grid(archive, member, name)
                elif member.filename == "content.xml":
                    _refuse_repeats(archive.read(member), name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise FileDamaged(name, "excel") from error


def _refuse_grid(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> None:
    rows = columns = 0
    with archive.open(member) as sheet:
        left = b""
        while block := sheet.read(BLOCK):
            for letters, row in CELL.findall(left + block):
                rows = max(rows, int(row))
                if len(letters) > 1 or not columns:
                    columns = max(columns, _column(letters))
            left = block[-OVERLAP:]
    columns = max(columns, 26)
    if rows * columns > CELLS_AT_MOST:
        raise SheetTooLarge(name, rows, columns)


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = 26 * place + letter - 64
    return place


def _refuse_repeats(content: bytes, name: str) -> None:
    cells = max((int(times) for times in REPEATED.findall(content)), default=0)
    rows = max((int(times) for times in ROW_REPEATED.findall(content)), default=0)
    if cells > ODS_CELLS_REPEATED or rows > ODS_ROWS_REPEATED:
        raise SheetTooLarge(name, rows, cells)
