"""Which columns may change and which follow from others, kept with a table's project."""

from __future__ import annotations

from pathlib import Path

import msgspec

from core.store.folder import readable, write
from core.store.history import history
from core.store.tables import place
from core.what_if.marking import Marking

FILE = "marking.json"


def keep(project: Path, table: str, marking: Marking) -> None:
    """Keeps what was said of a table's columns. Raises NotThere and DiskFull."""
    write(place(project, table) / FILE, msgspec.json.encode(marking))


def kept(project: Path, table: str) -> Marking:
    """What was said of a table's columns; nothing where nothing was. Raises NotThere.

    A table that a remedy made has what was said of the one before, until something is said of it.
    """
    place(project, table)
    before = [step.before for step in reversed(history(project, table)) if not step.columns]
    for each in (table, *before):
        found = readable(project / "tables" / each / FILE, Marking, damaged=())
        if found is not None:
            return found
    return ()
