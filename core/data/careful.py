"""Reads the rows of an untidy text file one by one, and counts those it cannot place.

Slower than the fast way, and used where that refuses: ragged rows, stray quotes, mixed line ends.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from core.data.aligned import cut
from core.data.dialect import Dialect
from core.data.longest import LONGEST_CELL
from core.data.quotes import escapes, mended, reader_of
from core.data.records import SPACES

LINES_IN_A_ROW = 2_000
# stands for a carriage return that ends no line, because the csv module refuses those
RETURN = "\ufdd0"
BLOCK = 1 << 20


class Rows(Iterator[list[str]]):
    """The rows below the header, each as wide as the dialect's names.

    A row with another number of cells is left out and counted in ``left_out``: padding or cutting
    it could put cells under the wrong name. Only blank cells beyond the last column are dropped.
    A quote that is opened and never closed costs its own line, not the rest of the file; one that
    stands within a quoted cell belongs to it.
    """

    def __init__(self, path: Path, dialect: Dialect) -> None:
        self.left_out = 0
        self._dialect = dialect
        self._width = len(dialect.names)
        self._path = path
        self._rows = self._below_header()

    def __next__(self) -> list[str]:
        return next(self._rows)

    def _below_header(self) -> Iterator[list[str]]:
        line_end = "\r" if _only_returns(self._path) else "\n"
        with self._path.open("rb") as raw:
            raw.seek(self._dialect.starts)
            with io.TextIOWrapper(raw, "utf-8", errors="replace", newline=line_end) as file:
                aligned = self._dialect.separator == SPACES
                for row in self._aligned(file) if aligned else self._quoted(file):
                    if len(row) == self._width:
                        yield row
                    elif len(row) > self._width and not any(row[self._width :]):
                        yield row[: self._width]
                    else:
                        self.left_out += 1

    def _aligned(self, file: TextIO) -> Iterator[list[str]]:
        cuts = self._dialect.cuts
        for line in file:
            if line.strip():
                yield (cut(line, cuts) or []) if cuts else line.split()

    def _quoted(self, file: TextIO) -> Iterator[list[str]]:
        csv.field_size_limit(LONGEST_CELL)
        lines = _Lines(file)
        place = (self._path, self._dialect.starts, self._dialect.separator)
        reader = reader_of(lines, self._dialect.separator, escapes(*place, self._width))
        while True:
            try:
                row = next(reader, None)
            except csv.Error:
                row = []
            if row is None:
                return
            for whole in self._judged(row, lines):
                yield [cell.replace(RETURN, "\r") for cell in whole]
            lines.taken.clear()

    def _judged(self, row: list[str], lines: _Lines) -> Iterator[list[str]]:
        """The row, or what its first line holds where quotes went astray."""
        if self._fits(row):
            yield row
            return
        first = lines.taken[0]
        if len(lines.taken) > 1:
            lines.give_back()
        parts = [self._cells(part) for part in _parts(first)]
        if parts and all(self._fits(part) for part in parts):
            yield from parts
        elif first.strip(f"{RETURN} \t\r\n"):
            self.left_out += 1

    def _cells(self, line: str) -> list[str]:
        try:
            return next(csv.reader([line], delimiter=self._dialect.separator, strict=True), [])
        except csv.Error:
            return mended(line, self._dialect.separator)

    def _fits(self, row: list[str]) -> bool:
        return len(row) == self._width or (
            len(row) > self._width and not any(cell.strip() for cell in row[self._width :])
        )


class _Lines(Iterator[str]):
    """The lines of a file, of which some may be given back."""

    def __init__(self, file: TextIO) -> None:
        self.taken: list[str] = []
        self._waiting: deque[str] = deque()
        self._file = file

    def __next__(self) -> str:
        if len(self.taken) >= LINES_IN_A_ROW:
            raise StopIteration
        line = self._waiting.popleft() if self._waiting else _hidden(next(self._file))
        self.taken.append(line)
        return line

    def give_back(self) -> None:
        """All lines taken for this row but the first."""
        self._waiting.extendleft(reversed(self.taken[1:]))


def _only_returns(path: Path) -> bool:
    """Whether lines end in a carriage return alone, throughout."""
    returns = False
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if b"\n" in block:
                return False
            returns = returns or b"\r" in block
    return returns


def _hidden(line: str) -> str:
    """The line with each carriage return hidden, but for those that end it."""
    body = line.rstrip("\r\n")
    return body.replace("\r", RETURN) + line[len(body) :] if "\r" in body else line


def _parts(line: str) -> list[str]:
    return [part for part in line.removesuffix("\n").split(RETURN) if part.strip()]
