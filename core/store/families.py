"""Families of columns that count as one reason, kept with a table's project."""

from __future__ import annotations

from pathlib import Path

import msgspec

from core.errors import NameTaken
from core.explain.shapley.players import Together
from core.store.folder import readable, write
from core.store.tables import place

FILE = "families.json"


def keep(project: Path, table: str, together: Together) -> None:
    """Keeps the families of a table. Raises NotThere and DiskFull."""
    write(place(project, table) / FILE, msgspec.json.encode(together))


def kept(project: Path, table: str) -> Together:
    """The families of a table; none where none were made. Raises NotThere."""
    return readable(place(project, table) / FILE, Together) or ()


def known(together: Together, columns: tuple[str, ...]) -> Together:
    """The families of a model with those columns; one that has fewer than two left is none."""
    left = ((name, tuple(c for c in members if c in columns)) for name, members in together)
    return tuple((name, members) for name, members in left if len(members) > 1)


def added(
    together: Together, name: str, members: tuple[str, ...], columns: tuple[str, ...]
) -> Together:
    """The families with one more; its columns leave the families that they were in.

    Raises NameTaken for a name that a column or a family has, or that says nothing.
    """
    called = " ".join(name.split())
    if not called or called in columns or called in dict(together):
        raise NameTaken(called)
    others = ((n, tuple(c for c in of if c not in members)) for n, of in together)
    return (*((n, of) for n, of in others if len(of) > 1), (called, members))


def without(together: Together, name: str) -> Together:
    """The families but the one of that name."""
    return tuple(family for family in together if family[0] != name)
