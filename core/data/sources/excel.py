"""Excel's formats and LibreOffice's: the first sheet that holds something."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from core.data.dataset import Provenance
from core.data.names import column_names
from core.data.rows import write_rows
from core.data.sheets import refuse_absurd
from core.data.source import COLUMNS_AT_MOST, Options, Source
from core.data.unpack import is_document
from core.errors import (
    FileDamaged,
    FileEmpty,
    HeaderOnly,
    OneColumn,
    PasswordProtected,
    TooManyColumns,
)
from core.progress import Report

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
EXACT_AT_MOST = 1e15
LONGEST_PREAMBLE = 20


def read(path: Path, name: str, into: Path, options: Options, report: Report) -> Provenance:
    """Reads a workbook.

    Whole numbers become "7", dates ISO text, yes/no "TRUE" and "FALSE". Titles above the header
    are counted as rows left out. Raises FileEmpty, HeaderOnly, OneColumn, TooManyColumns,
    SheetTooLarge, UnpacksTooLarge, PasswordProtected, FileDamaged.
    """
    report(0.0, "data.stage.reading")
    with path.open("rb") as file:
        if file.read(8) != OLE:
            refuse_absurd(path, name)
    sheet, rows = _first_sheet(path, name)
    preamble, header, body = _below_titles(rows)
    if len(header) > COLUMNS_AT_MOST:
        raise TooManyColumns(name, len(header), COLUMNS_AT_MOST)
    if len(header) < 2:
        raise OneColumn(name, "".join(header))
    if not write_rows(column_names(header), body, into, report):
        raise HeaderOnly(name, len(header))
    return Provenance(
        file=name,
        size=path.stat().st_size,
        format=SOURCE.key,
        sheet=sheet,
        rows_left_out=preamble,
    )


def _first_sheet(path: Path, name: str) -> tuple[str, Iterator[list[str]]]:
    """The first visible sheet with cells: its name and its non-blank rows as text."""
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetVisibleEnum,
    )

    try:
        book = CalamineWorkbook.from_path(str(path))
        for sheet in book.sheets_metadata:
            if sheet.visible is not SheetVisibleEnum.Visible:
                continue
            found = book.get_sheet_by_name(sheet.name)
            rows = _texts(found.iter_rows())
            if (first := next(rows, None)) is not None:
                return sheet.name, chain([first], rows)
    except PasswordError as error:
        raise PasswordProtected(name) from error
    except (CalamineError, OSError, ValueError) as error:
        raise FileDamaged(name, SOURCE.key) from error
    raise FileEmpty(name)


def _texts(rows: Iterable[list[Any]]) -> Iterator[list[str]]:
    for row in rows:
        texts = [as_text(cell) for cell in row]
        if any(text.strip() for text in texts):
            yield texts


def _below_titles(rows: Iterator[list[str]]) -> tuple[int, list[str], Iterator[list[str]]]:
    """Rows above the header that hold one cell while the table is wider; header; the rest."""
    start = list(islice(rows, LONGEST_PREAMBLE))
    filled = [sum(bool(cell.strip()) for cell in row) for row in start]
    at = 0
    while at + 1 < len(start) and filled[at] == 1 and max(filled) > 2:
        at += 1
    return at, start[at], chain(start[at + 1 :], rows)


def as_text(cell: Any) -> str:
    """A cell's value as a person would type it; "" where there is none."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < EXACT_AT_MOST
        return str(int(cell)) if whole else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    if isinstance(cell, dt.timedelta):
        return str(cell)
    return "" if cell is None else str(cell)


def _claims(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(8)
    return head == OLE or (head.startswith(b"PK\x03\x04") and is_document(path))


SOURCE = Source(
    key="excel",
    order=1,
    endings=(".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"),
    read=read,
    claims=_claims,
)
