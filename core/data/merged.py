"""Merged cells of a sheet: the value stands in the first and is meant for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass
class Merged:
    """Fills merged cells, row by row from the top.

    Rows and columns count from 0, columns from the first that the sheet uses. Of a block of rows
    and columns the first row and the first column are filled.
    """

    ranges: Sequence[Range]
    _starts: dict[int, list[Range]] = field(default_factory=dict)
    _open: dict[int, tuple[int, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for span in self.ranges:
            self._starts.setdefault(span[0][0], []).append(span)

    def grouped(self, row: int) -> bool:
        """Whether cells of a row are merged across columns."""
        return any(start[1] != end[1] for start, end in self._starts.get(row, ()))

    def below(self, row: int) -> int:
        """How many cells of this row and those below it are filled."""
        return sum(
            last - first + right - left
            for (first, left), (last, right) in self.ranges
            if first >= row
        )

    def down(self, row: int, cells: list[str]) -> list[str]:
        """The row with what cells above it, merged downwards, hold; every row must be given."""
        full = list(cells)
        for column, (last, text) in list(self._open.items()):
            if row > last:
                del self._open[column]
            elif column < len(full) and not full[column]:
                full[column] = text
        for (_, left), (last, _) in self._starts.get(row, ()):
            if last > row and left < len(full) and full[left]:
                self._open[left] = (last, full[left])
        return full

    def across(self, row: int, cells: Sequence[str]) -> list[str]:
        """The row with what its own cells, merged to the right, hold."""
        full = list(cells)
        for (_, left), (_, right) in self._starts.get(row, ()):
            for column in range(left + 1, min(right + 1, len(full))):
                full[column] = full[column] or full[left]
        return full
