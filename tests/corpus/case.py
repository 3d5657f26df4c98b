"""One file of the corpus and what must come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from core.errors import UserError

Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Case:
    """A file called ``file`` and its content.

    Either it is ``refused`` with an error, or its table has exactly these ``names`` and ``rows``
    of text. ``reported`` are its other rows, which are told of and not loaded, ``above`` the lines
    over its header, ``placeholders`` the places where bytes are no letters. ``values`` are cells as
    their column's kind has them, by column; ``said`` are codes of notes.
    """

    about: str
    file: str
    make: Callable[[], bytes]
    names: Row = ()
    rows: tuple[Row, ...] = ()
    refused: type[UserError] | None = None
    reported: tuple[str, ...] = ()
    above: int = 0
    placeholders: int = 0
    values: dict[str, tuple[object, ...]] = field(default_factory=dict)
    said: tuple[str, ...] = ()


def text(about: str, content: str | bytes, names: str, rows: list[Row], **more: object) -> Case:
    """A file of text; ``names`` are told apart by bars."""
    raw = content.encode() if isinstance(content, str) else content
    file = str(more.pop("file", "table.csv"))
    wanted = tuple(names.split("|"))
    return Case(about, file, lambda: raw, wanted, tuple(rows), **more)  # type: ignore[arg-type]


def refuses(
    about: str,
    content: bytes | Callable[[], bytes],
    error: type[UserError],
    file: str = "table.csv",
) -> Case:
    """A file that is no table."""
    if isinstance(content, bytes):
        raw = content
        return Case(about, file, lambda: raw, refused=error)
    return Case(about, file, content, refused=error)
