"""What is known of files is looked up once while a page is drawn: a look takes its time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from stat import S_ISREG

Seen = dict[Path, os.stat_result | None]
_seen: ContextVar[Seen | None] = ContextVar("seen", default=None)


@contextmanager
def glancing() -> Iterator[None]:
    """Within the block a file is looked at once, or again after this thread wrote anything.

    What another process writes meanwhile shows at the next block.
    """
    if _seen.get() is not None:
        yield
        return
    before = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(before)


def look(file: Path) -> os.stat_result | None:
    """What the system knows of a file; None where there is none."""
    seen = _seen.get()
    if seen is None:
        return _looked(file)
    if file not in seen:
        seen[file] = _looked(file)
    return seen[file]


def is_there(file: Path) -> bool:
    """True for a regular file."""
    known = look(file)
    return known is not None and S_ISREG(known.st_mode)


def look_again() -> None:
    """Forgets what was seen: something was written."""
    seen = _seen.get()
    if seen is not None:
        seen.clear()


def _looked(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def in_place(folder: Path, file: str) -> list[Path]:
    """That file of each folder in ``folder`` that has one: what is hidden is being put there or
    removed."""
    return sorted(folder.glob(f"[!.]*/{file}"))
