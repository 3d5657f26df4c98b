"""A table that lies on disk, and what is known about it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.data.proven import proven
from core.schema import Schema

SOURCE = "source.parquet"


@dataclass(frozen=True)
class Note:
    """One thing that was done while reading and should be known; its sentence is in core/text
    under ``bring.note.<code>``. What ``count`` counts depends on the code."""

    code: str
    count: int = 0
    example: str = ""


@dataclass(frozen=True)
class Provenance:
    """Where a table came from and how its bytes were understood.

    ``sheets`` are the sheets (or tables of a database) that ``sheet`` was chosen from, and
    ``header_row`` the row of the names, from 1; 0 where there is none or it has no number.
    ``skipped`` lines stand above the table (the first with words in it is ``above``),
    ``totals`` of the last rows sum the others up (``total`` begins the first of them), and
    ``undecodable`` places held bytes that are no letters in ``encoding``. ``decimals`` and
    ``dates`` are words of ``core.data.understanding``, and ``chosen`` names the options that a
    person chose. ``recipe`` is how a table was made of a log (``core.behaviour.recipe``).
    """

    file: str
    size: int
    format: str
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    read_at: str = ""
    rows_left_out: int = 0
    sheets: tuple[str, ...] = ()
    header_row: int = 0
    notes: tuple[Note, ...] = ()
    skipped: int = 0
    above: str = ""
    totals: int = 0
    total: str = ""
    undecodable: int = 0
    decimals: str = ""
    dates: str = ""
    chosen: tuple[str, ...] = ()
    recipe: str = ""


@dataclass(frozen=True)
class Twins:
    """Rows that seemed to be one person when a table was brought, before its personal data went.

    ``columns`` are those that told, ``pairs`` an earlier row's number and a later one's.
    """

    columns: tuple[str, ...]
    pairs: tuple[tuple[int, int], ...]

    def among(self, rows: Sequence[int]) -> Twins:
        """Those of whom both are among ``rows`` (rising), by their places there."""
        found = ((_place(rows, one), _place(rows, two)) for one, two in self.pairs)
        return Twins(self.columns, tuple((a, b) for a, b in found if min(a, b) >= 0))


def _place(rows: Sequence[int], row: int) -> int:
    """Where a row stands among others; -1 where it does not."""
    place = bisect_left(rows, row)
    return place if place < len(rows) and rows[place] == row else -1


@dataclass(frozen=True)
class Dataset:
    """A table: same content, same ``id``, whoever brings it.

    ``folder`` holds ``source.parquet``: every cell as the text it was, in the file's order, so
    that a changed kind loses nothing. ``core.data.table`` reads it as the schema says. Where that
    file is encrypted, ``opened`` says where it can be read instead, while the value lives.
    ``twins`` is None where no column that tells a person was masked.
    """

    id: str
    name: str
    folder: Path
    schema: Schema
    rows: int
    provenance: Provenance
    twins: Twins | None = field(default=None, compare=False, repr=False)
    opened: Callable[[Path], Path] | None = field(default=None, compare=False, repr=False)

    @property
    def source(self) -> Path:
        """Where its cells lie, unharmed. Raises FileDamaged, and what ``opened`` raises."""
        file = self.folder / SOURCE
        return proven(file) if self.opened is None else self.opened(file)
