"""Reads the rows of an untidy text file one by one, and counts those it cannot place.

Slower than DuckDB, and used where DuckDB refuses: ragged rows, stray quotes, mixed line ends.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from core.data.dialect import DECLARED, LONGEST_CELL, SPACES, Dialect, cells

LINES_IN_A_ROW = 2_000
# stands for a carriage return that ends no line, because the csv module refuses those
RETURN = "\ufdd0"


class Rows(Iterator[list[str]]):
    """The rows below the header, each as wide as the dialect's names.

    A row with another number of cells is left out and counted in ``left_out``: padding or cutting
    it could put cells under the wrong name. Only blank cells beyond the last column are dropped.
    A quote that is opened and never closed costs its own line, not the rest of the file.
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
        line_end = "\r" if self._dialect.line_end == "\r" else "\n"
        with self._path.open(encoding="utf-8-sig", newline=line_end) as file:
            found = self._spaced(file) if self._dialect.separator == SPACES else self._quoted(file)
            if self._dialect.has_header:
                next(found, None)
            for row in found:
                if len(row) == self._width:
                    yield row
                elif len(row) > self._width and not any(row[self._width :]):
                    yield row[: self._width]
                else:
                    self.left_out += 1

    def _spaced(self, file: TextIO) -> Iterator[list[str]]:
        return (row for line in file if (row := line.split()))

    def _quoted(self, file: TextIO) -> Iterator[list[str]]:
        csv.field_size_limit(LONGEST_CELL)
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=self._dialect.separator)
        at_header = self._dialect.has_header
        while True:
            try:
                row = next(reader, None)
            except csv.Error:
                row = []
            if row is None:
                return
            for whole in self._judged(row, lines, at_header):
                at_header = False
                yield [cell.replace(RETURN, "\r") for cell in whole]
            lines.taken.clear()

    def _judged(self, row: list[str], lines: _Lines, at_header: bool) -> Iterator[list[str]]:
        """The row, or what its first line holds where quotes went astray."""
        if row and row[-1].endswith(RETURN):
            row[-1] = row[-1].removesuffix(RETURN)
        if self._fits(row):
            yield row
            return
        first = lines.taken[0]
        if len(lines.taken) > 1 and not at_header:
            lines.give_back()
        parts = [cells(part, self._dialect.separator) for part in _parts(first)]
        if len(parts) > 1 and all(self._fits(part) for part in parts):
            yield from parts
        elif at_header and any(cell.strip() for cell in row):
            yield row
        elif first.strip(f"{RETURN} \t\r\n"):
            self.left_out += 1

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
        first = next(file, "")
        if not DECLARED.match(first):
            self._waiting.append(_hidden(first))

    def __next__(self) -> str:
        if len(self.taken) >= LINES_IN_A_ROW:
            raise StopIteration
        line = self._waiting.popleft() if self._waiting else _hidden(next(self._file))
        self.taken.append(line)
        return line

    def give_back(self) -> None:
        """All lines taken for this row but the first."""
        self._waiting.extendleft(reversed(self.taken[1:]))


def _hidden(line: str) -> str:
    """The line with each carriage return hidden, but for one that alone ends it."""
    body = line.removesuffix("\n")
    return body.replace("\r", RETURN) + "\n" if body != line or "\r" in body[:-1] else line


def _parts(line: str) -> list[str]:
    return [part for part in line.removesuffix("\n").split(RETURN) if part.strip()]
