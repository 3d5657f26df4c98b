"""The first records of a text file under a separator, and which of them the table begins with."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from core.data.aligned import cut
from core.data.longest import LONGEST_CELL

SPACES = " "
RECORDS_LOOKED_AT = 200
LINES_ABOVE_AT_MOST = 40


@dataclass(frozen=True)
class Record:
    """One record: its cells, its first line and the line after its last (from 0), and its text."""

    cells: list[str]
    line: int
    end: int
    text: str


def cells(line: str, separator: str) -> list[str]:
    """The cells of one line without quoted line ends."""
    return (
        line.split() if separator == SPACES else next(csv.reader([line], delimiter=separator), [])
    )


def records_of(
    lines: Sequence[str], separator: str, whole: bool, cuts: Sequence[int] = ()
) -> list[Record]:
    """The first records that are not blank, without the one that a sample's end may have cut."""
    parsed = _spaced(lines, cuts) if separator == SPACES else _separated(lines, separator)
    found = []
    for record in parsed:
        found.append(record)
        if len(found) > RECORDS_LOOKED_AT + LINES_ABOVE_AT_MOST:
            break
    if not whole and len(found) > 1 and found[-1].end >= len(lines):
        found = found[:-1]
    return [record for record in found if filled(record.cells)] or found[:1]


def _separated(lines: Sequence[str], separator: str) -> Iterator[Record]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(iter(lines), delimiter=separator)
    begun = 0
    with suppress(csv.Error):  # what came before the fault is enough to judge by
        for cells in reader:
            yield Record(cells, begun, reader.line_num, lines[begun].strip())
            begun = reader.line_num


def _spaced(lines: Sequence[str], cuts: Sequence[int]) -> Iterator[Record]:
    for place, line in enumerate(lines):
        cells = (cut(line, cuts) if cuts else None) or line.split()
        yield Record(cells, place, place + 1, line.rstrip("\r\n"))


def filled(cells: Sequence[str]) -> int:
    """How many cells hold something."""
    return sum(bool(cell.strip()) for cell in cells)


def start_of(records: Sequence[Record]) -> int:
    """The place of the record that the table begins with: its header, if it has one.

    Lines above it are narrower: a title, who made the report and when. Where the first lines are
    nearly as wide as the rows, the table begins with the first: it is ragged, not titled.
    """
    widths = Counter(len(record.cells) for record in records if len(record.cells) > 1)
    if not widths:
        return 0
    usual = max(widths, key=lambda width: (widths[width], width))
    if widths[usual] < 2:
        return 0
    for place, record in enumerate(records[:LINES_ABOVE_AT_MOST]):
        if _is_title(record, usual):
            continue
        return place if len(record.cells) >= usual - 1 else 0
    return 0


def _is_title(record: Record, usual: int) -> bool:
    """Whether a record has so few cells, for a table so wide, that it stands above it."""
    held = filled(record.cells)
    if usual < 3:
        return len(record.cells) < usual
    alone = held == 1 and bool(record.cells[0].strip())
    return alone or (len(record.cells) < usual and held <= usual / 2)


def width_of(records: Sequence[Record]) -> int:
    """The header's width, give or take the trailing separators of one side.

    Exports often close each row with a separator but not the header, or the other way round.
    """
    if not records:
        return 0
    header, rows = records[0].cells, [record.cells for record in records[1:]]
    widths = Counter(map(len, rows))
    common = widths.most_common(1)[0][0] if widths else len(header)
    if common == len(header) + 1 and all(not r[-1].strip() for r in rows if len(r) == common):
        return common
    if common < len(header) and not any(cell.strip() for cell in header[common:]):
        return common
    return len(header)
