"""Names for the columns of a table, from whatever stands in its header."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from core.data.dataset import Note


def column_names(header: Sequence[object]) -> tuple[str, ...]:
    """Unique, non-blank names in the header's order.

    Blank cells become "column 3"; repeats become "price (2)". Names that differ only in case are
    repeats too, because SQL does not tell them apart.
    """
    tidy = [_tidy(cell) or f"column {place}" for place, cell in enumerate(header, 1)]
    taken: set[str] = set()
    names = []
    for name in tidy:
        free, times = name, 1
        while _folded(free) in taken:
            times += 1
            free = f"{name} ({times})"
        taken.add(_folded(free))
        names.append(free)
    return tuple(names)


def renamed(header: Sequence[object], names: Sequence[str]) -> tuple[Note, ...]:
    """What is to be told of names that were blank or taken and became others."""
    pairs = zip(header, names, strict=True)
    others = [name for cell, name in pairs if _tidy(cell) != name]
    return (Note("renamed_columns", len(others), others[0]),) if others else ()


def nameless(columns: int) -> tuple[str, ...]:
    """Names for a table without a header: "column 1", "column 2", ..."""
    return column_names([""] * columns)


def _tidy(cell: object) -> str:
    words = unicodedata.normalize("NFC", "" if cell is None else str(cell))
    shown = "".join(
        " " if ch.isspace() else ch
        for ch in words
        if ch.isspace() or unicodedata.category(ch) != "Cc"
    )
    return " ".join(shown.replace("\ufeff", "").split())


def _folded(name: str) -> str:
    return name.lower().casefold()
