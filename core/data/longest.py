"""How long a cell and a line of text may be, and lines that are longer."""

from __future__ import annotations

from pathlib import Path

from core.errors import CellTooLong

LONGEST_CELL = 4_000_000  # bytes
LONGEST_LINE = 16_000_000  # bytes
BLOCK = 1 << 20
START = 1 << 16  # of a block: hardly any has no line end there


def refuse_long_lines(path: Path, name: str) -> None:
    """Raises CellTooLong for a text file with a line that reading would take too long about.

    Most blocks are only looked at where they begin: a line that is too long has several without
    any line end.
    """
    blocks, size = 0, path.stat().st_size
    with path.open("rb") as file:
        for at in range(0, size, BLOCK):
            file.seek(at)
            start = file.read(START)
            ends = has_line_end(start) or has_line_end(file.read(BLOCK - START))
            blocks = 0 if ends else blocks + 1
            if blocks * BLOCK > LONGEST_LINE:
                raise CellTooLong(name, LONGEST_CELL)


def has_line_end(block: bytes) -> bool:
    """Whether a line ends in it."""
    return b"\n" in block or b"\r" in block
