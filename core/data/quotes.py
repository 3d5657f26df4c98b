"""The cells of a row whose quotes are not as the standard says, and files that escape theirs.

Some programs put a backslash before a quote or separator where RFC 4180 doubles the quote; others
leave the quotes within a quoted cell as they are.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

ESCAPE = "\\"
ROWS_TRIED = 20_000
BLOCK = 1 << 20


def reader_of(lines: Iterable[str], separator: str, escaped: bool) -> Iterator[list[str]]:
    """The rows of a text. Raises csv.Error at one whose quotes are astray."""
    if not escaped:
        return csv.reader(lines, delimiter=separator, strict=True)
    nothing = re.compile(rf"(^|{re.escape(separator)})\\N(?=[\r\n]|$|{re.escape(separator)})")
    bare = map(partial(nothing.sub, r"\1"), lines)  # how MySQL writes a missing cell
    return csv.reader(bare, delimiter=separator, strict=True, escapechar=ESCAPE)


def escapes(path: Path, starts: int, separator: str, width: int) -> bool:
    """Whether more of the first rows of a UTF-8 file, from byte ``starts`` on, are as wide as they
    should be when a backslash takes the next letter as it is."""
    if not _holds(path, (rb"\"", ESCAPE.encode() + separator.encode())):
        return False
    fitting = [_fitting(path, starts, separator, width, escaped) for escaped in (False, True)]
    return fitting[1] > fitting[0]


def _holds(path: Path, wanted: tuple[bytes, ...]) -> bool:
    before = b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if any(each in before + block for each in wanted):
                return True
            before = block[-1:]
    return False


def _fitting(path: Path, starts: int, separator: str, width: int, escaped: bool) -> int:
    with path.open("rb") as raw:
        raw.seek(starts)
        lines = (line.decode("utf-8", "replace") for line in raw)
        rows = reader_of(lines, separator, escaped)
        return sum(len(row) == width for row in islice(_whole(rows), ROWS_TRIED))


def _whole(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """The rows that can be read; an empty one for each other."""
    while True:
        try:
            row = next(rows, None)
        except csv.Error:
            row = []
        if row is None:
            return
        yield row


def mended(line: str, separator: str) -> list[str]:
    """The cells of one line in which quotes stand within quoted cells; empty where they cannot be
    told: a quote closes a cell only before a separator or the end."""
    closing = re.compile(rf'(?<!")(?:"")*"(?={re.escape(separator)}|$)')
    line = line.rstrip("\r\n")
    cells, at = [], 0
    while at <= len(line):
        if line.startswith('"', at):
            found = closing.search(line, at + 1)
            if found is None:
                return []
            end = found.end()
            cells.append(line[at + 1 : end - 1].replace('""', '"'))
        else:
            end = line.find(separator, at)
            end = len(line) if end < 0 else end
            cells.append(line[at:end])
        at = end + 1
    return cells
