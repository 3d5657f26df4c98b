"""Excel's formats and LibreOffice's: the sheet that holds most of a table, or the one asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from core.data.dataset import Note, Provenance
from core.data.formats import Formats, formats
from core.data.header import ROWS_LOOKED_AT, header_place, is_total, joined
from core.data.merged import Merged
from core.data.names import column_names, renamed
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
    UnknownSheet,
)
from core.progress import Report

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = "EncryptedPackage".encode("utf-16-le")
EXACT_AT_MOST = 2.0**53
Numbered = tuple[int, list[str]]  # the row's number in the sheet, from 1, and its cells


def read(path: Path, name: str, into: Path, options: Options, report: Report) -> Provenance:
    """Reads a workbook.

    Whole numbers become "7", those shown as 01234 keep their zeros, dates ISO text, yes/no "TRUE"
    and "FALSE". Titles above the header are counted as rows left out; merged cells all hold what
    their first holds. Raises FileEmpty, HeaderOnly, OneColumn, TooManyColumns, UnknownSheet,
    SheetTooLarge, CellTooLong, UnpacksTooLarge, PasswordProtected, FileDamaged.
    """
    report(0.0, "data.stage.reading")
    with path.open("rb") as file:
        if file.read(8) != OLE:
            refuse_absurd(path, name)
    book = _opened(path, name)
    known, hidden = _visible(book)
    sheet = _chosen(book, known, name, options.sheet)
    known_of = formats(path, sheet.name)
    table = _laid_out(sheet, known_of, options.header_row, name)
    names = column_names(table.header)
    if not write_rows(names, table, into, report):
        raise HeaderOnly(name, len(table.header))
    return Provenance(
        file=name,
        size=path.stat().st_size,
        format=SOURCE.key,
        sheet=sheet.name,
        sheets=known,
        header_row=table.header_row,
        rows_left_out=table.above,
        notes=(
            *_notes(table, known_of, hidden),
            *(renamed(table.header, names) if table.header_row else ()),
        ),
    )


def _opened(path: Path, name: str) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise PasswordProtected(name) from error
    except (CalamineError, OSError, ValueError) as error:
        if _is_locked(path):
            raise PasswordProtected(name) from error
        raise FileDamaged(name, SOURCE.key) from error


def _is_locked(path: Path) -> bool:
    """Whether a file is the box that Office puts an encrypted workbook in."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        return content[: len(OLE)] == OLE and content.find(LOCKED) >= 0


def _visible(book: Any) -> tuple[tuple[str, ...], int]:
    """The names of the sheets that a person sees, and how many are hidden."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = [s for s in book.sheets_metadata if s.typ is SheetTypeEnum.WorkSheet]
    seen = tuple(s.name for s in sheets if s.visible is SheetVisibleEnum.Visible)
    return seen, len(sheets) - len(seen)


def _chosen(book: Any, known: tuple[str, ...], name: str, asked: str) -> Any:
    """The sheet asked for, or else the visible one with most cells below a header."""
    from python_calamine import CalamineError

    if asked and asked not in known:
        raise UnknownSheet(name, asked, known)
    best, most = None, -1.0
    try:
        for title in (asked,) if asked else known:
            sheet = book.get_sheet_by_name(title)
            size = _table_like(sheet)
            if size > most and sheet.start is not None:
                best, most = sheet, size
    except (CalamineError, OSError, ValueError) as error:
        raise FileDamaged(name, SOURCE.key) from error
    if best is None:
        raise FileEmpty(name)
    return best


def _table_like(sheet: Any) -> float:
    """Cells of the table that a sheet seems to hold: its rows times those filled in a row."""
    head = [row for row in islice(sheet.iter_rows(), 500) if any(cell != "" for cell in row)]
    filled = [sum(cell != "" for cell in row) for row in head]
    tabular = [count for count in filled if count > 1]
    return float(sheet.height) * sum(tabular) / len(filled) if filled else 0.0


@dataclass
class _Table:
    """The rows below a header; ``totals`` is the number of the last row where that sums up."""

    header: list[str]
    header_row: int
    above: int
    places: list[int]
    rows: Iterator[Numbered]
    merged: Merged
    last: Numbered = (0, [])

    def __iter__(self) -> Iterator[list[str]]:
        for number, cells in self.rows:
            full = self.merged.across(number - 1, cells)
            self.last = (number, [full[place] for place in self.places])
            yield self.last[1]

    @property
    def totals(self) -> int:
        return self.last[0] if is_total(self.last[1]) else 0


def _laid_out(sheet: Any, known: Formats, header_row: int | None, name: str) -> _Table:
    left = sheet.start[1]
    spans = sheet.merged_cell_ranges or ()
    merged = Merged([((r, max(0, c - left)), (r2, c2 - left)) for (r, c), (r2, c2) in spans])
    digits = {column - left: count for column, count in known.digits.items()}
    rows = _texts(sheet, digits, merged)
    start: list[Numbered] = list(islice(rows, ROWS_LOOKED_AT))
    if header_row:
        while start and start[-1][0] < header_row and (more := next(rows, None)):
            start.append(more)
    at = _header_at(start, merged, header_row, name)
    if at < 0:
        number, header = 0, [""] * len(start[0][1])
    else:
        number, header = start[at]
    if at > 0 and start[at - 1][0] == number - 1 and merged.grouped(number - 2):
        header = joined(merged.across(number - 2, start[at - 1][1]), header)
    places = _used(sheet, header, number)
    if len(places) > COLUMNS_AT_MOST:
        raise TooManyColumns(name, len(places), COLUMNS_AT_MOST)
    if len(places) < 2:
        raise OneColumn(name, "".join(header[place] for place in places))
    body = _then(start[at + 1 :], rows)
    return _Table([header[p] for p in places], number, max(at, 0), places, body, merged)


def _header_at(start: list[Numbered], merged: Merged, asked: int | None, name: str) -> int:
    """The place of the header in ``start``; -1 for none."""
    if asked == 0:
        return -1
    if asked is not None:
        numbers = [number for number, _ in start]
        if asked not in numbers:
            raise HeaderOnly(name, 0)
        return numbers.index(asked)
    grouped = frozenset(at for at, (number, _) in enumerate(start) if merged.grouped(number - 1))
    return header_place([cells for _, cells in start], grouped)


def _used(sheet: Any, header: list[str], number: int) -> list[int]:
    """Columns with a name or, below the header, a value: blank ones beside a table are none."""
    blank = {place for place, cell in enumerate(header) if not cell.strip()}
    if blank:
        for row in islice(sheet.iter_rows(), number, None):
            blank -= {place for place in blank if str(row[place]).strip()}
            if not blank:
                break
    return [place for place in range(len(header)) if place not in blank]


def _then(start: list[Numbered], rows: Iterator[Numbered]) -> Iterator[Numbered]:
    yield from start
    yield from rows


def _texts(sheet: Any, digits: Mapping[int, int], merged: Merged) -> Iterator[Numbered]:
    """The non-blank rows with their numbers."""
    for row, cells in enumerate(sheet.iter_rows()):
        texts = [as_text(cell) for cell in cells]
        for place, count in digits.items():
            if 0 <= place < len(cells) and isinstance(cells[place], float | int):
                texts[place] = texts[place].zfill(count)
        texts = merged.down(row, texts)
        if any(text.strip() for text in texts):
            yield row + 1, texts


def _notes(table: _Table, known: Formats, hidden: int) -> tuple[Note, ...]:
    notes = (
        Note("hidden_sheets", hidden),
        Note("merged_cells", table.merged.below(table.header_row)),
        Note("formulas_without_value", known.unvalued),
        Note("error_cells", known.errors),
        Note("totals_row", table.totals),
        Note("macros", int(known.macros)),
    )
    return tuple(note for note in notes if note.count)


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
