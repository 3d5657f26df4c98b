"""Files and folders appear whole or not at all: written aside, synced, then put in place."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import DiskFull

FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def room_on_disk(needed_for: str) -> Iterator[None]:
    """Turns the system's "no space left" into DiskFull."""
    try:
        yield
    except OSError as fault:
        if fault.errno in FULL:
            raise DiskFull(needed_for) from fault
        raise


def write(path: Path, content: bytes) -> None:
    """Replaces ``path`` at once; whoever reads it sees the old or the new. Raises DiskFull."""
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    with room_on_disk(path.name):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with aside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)


@contextmanager
def staged(place: Path) -> Iterator[Path]:
    """A folder to fill; it becomes ``place`` when the block ends well and vanishes otherwise.

    An older ``place`` is replaced. Raises DiskFull.
    """
    aside = place.with_name(f".{place.name}.{uuid.uuid4().hex}")
    with room_on_disk(place.name):
        aside.mkdir(parents=True)
        try:
            yield aside
            _sync(aside)
            settle(aside, place)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def settle(aside: Path, place: Path) -> None:
    """Puts a filled folder in place of an older one, which goes only after it is replaced."""
    place.parent.mkdir(parents=True, exist_ok=True)
    old = place.with_name(f".{place.name}.{uuid.uuid4().hex}.old")
    if place.exists():
        place.replace(old)
    aside.replace(place)
    shutil.rmtree(old, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Removes what killed processes left half-written in ``folder``."""
    for left in folder.glob(".*.*"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    for path in (*folder.rglob("*"), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
