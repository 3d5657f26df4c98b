"""The contract of a reader: how one format of file becomes ``source.parquet``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from core.data.dataset import Provenance
from core.discover import entries
from core.errors import FileEmpty, UnknownFormat, UnknownSheet
from core.progress import Report

COLUMNS_AT_MOST = 2_000


@dataclass(frozen=True)
class Options:
    """What a person says about how a file is to be read; what is left empty is found out.

    ``sheet`` is a sheet of a workbook or a table of a database file. ``header_row`` counts the
    rows (lines) of the file from 1, as a spreadsheet shows them; 0 says that there is no header,
    and then ``skipped`` lines stand above the first row. ``decimals`` is "point" or "comma" and
    ``dates`` "day" or "month", whichever stands first; both are said of the whole table.
    """

    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    header_row: int | None = None
    skipped: int | None = None
    decimals: str = ""
    dates: str = ""


FOUND_OUT = Options()


@dataclass(frozen=True)
class Source:
    """One format.

    ``read(path, name, into, options, report)`` writes the Parquet file ``into`` in which every
    cell is the text it was in the file ``path`` (NULL only where the cell was truly empty), under
    unique, non-blank column names and in the file's order, and tells how the bytes were
    understood; rows it could not place are counted in ``rows_left_out``. ``name`` is the user's
    name for the file, for messages only. ``endings`` are in lower case with the dot.
    ``claims(path)`` says from the bytes alone that the file is of this format, whatever it is
    called.
    """

    key: str
    order: int
    endings: tuple[str, ...]
    read: Callable[[Path, str, Path, Options, Report], Provenance]
    claims: Callable[[Path], bool]


def sources() -> dict[str, Source]:
    """Every reader by key."""
    return cast(dict[str, Source], entries("core.data.sources", "SOURCE"))


def known_endings() -> tuple[str, ...]:
    """The endings that are read, those of plain text first."""
    readers = sorted(sources().values(), key=lambda source: source.key != "delimited")
    return tuple(ending for source in readers for ending in source.endings)


def table_chosen(known: tuple[str, ...], asked: str, name: str) -> str:
    """The table or sheet ``asked`` for out of the ``known`` ones of file ``name``, or the first.

    Raises UnknownSheet, and FileEmpty where there is none.
    """
    if asked and asked not in known:
        raise UnknownSheet(name, asked, known)
    if not known:
        raise FileEmpty(name)
    return asked or known[0]


def ending_of(name: str) -> str:
    """ ".csv" of "Customers.CSV"; empty without one."""
    return Path(name).suffix.lower()


def source_of(path: Path, name: str) -> Source:
    """The reader of a file: by its bytes where they tell, by its ending otherwise.

    Raises FileEmpty, or UnknownFormat with the endings that are known.
    """
    if path.stat().st_size == 0:
        raise FileEmpty(name)
    for source in sources().values():
        if source.claims(path):
            return source
    if ending_of(name) not in known_endings():
        raise UnknownFormat(name, ending_of(name), known_endings())
    # the bytes are of no format with a mark of its own: text, or nothing we read
    return sources()["delimited"]
