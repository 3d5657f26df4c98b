"""Files and folders appear whole or not at all: written aside, synced, then put in place."""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import shutil
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

from core import wire
from core.errors import CannotWrite, DiskFull
from core.store import rest
from core.store.allowed import need_to_write
from core.store.glance import look, look_again

FULL = (errno.ENOSPC, errno.EDQUOT)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
EXCHANGE, HERE = 2, -100  # of renameat2: RENAME_EXCHANGE, AT_FDCWD
RECORDS_KEPT = 2000
DAMAGED = ".damaged"
LEFT_AFTER = 6 * 3600.0  # seconds; nothing takes longer to write
Kept = TypeVar("Kept")


@contextmanager
def room_on_disk(needed_for: str) -> Iterator[None]:
    """Turns the system's "no space left" into DiskFull, and "not allowed" into CannotWrite."""
    try:
        yield
    except OSError as fault:
        number = _number(fault)
        if number in FULL:
            raise DiskFull(needed_for) from fault
        if number in FORBIDDEN:
            raise CannotWrite(needed_for) from fault
        raise


def _number(fault: OSError) -> int | None:
    """What the system calls a fault; of a whole folder each file's is told as a text."""
    if isinstance(fault, shutil.Error):
        return next((n for n in (*FULL, *FORBIDDEN) if f"[Errno {n}]" in str(fault)), None)
    return fault.errno


def write(path: Path, content: bytes) -> None:
    """Replaces ``path`` at once; whoever reads it sees the old or the new. Raises DiskFull."""
    with written(path) as aside, aside.open("wb") as file:
        file.write(content)


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """A file to write; it becomes ``path`` when the block ends well and vanishes otherwise.

    An older ``path`` is replaced; in an encrypted project it is sealed. Raises DiskFull and what
    ``vault.opened`` raises.
    """
    with replaced(path) as aside, rest.passed(path, aside) as clear:
        yield clear
    if rest.is_to_be_sealed(path) and not rest.is_sealed(path):  # encrypted just now
        turned(path, True)


def turned(file: Path, sealed: bool) -> None:
    """Puts a project's file in place of itself, sealed or in clear. Raises as ``written``."""
    with replaced(file) as aside:
        rest.turn(file, aside, sealed)


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """As ``written``, byte for byte whatever the project. Raises DiskFull and as
    ``need_to_write``."""
    need_to_write(path)
    aside = _beside(path)
    with room_on_disk(path.name):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield aside
            _sync(aside)
            aside.replace(path)
            _sync(path.parent)
        finally:
            aside.unlink(missing_ok=True)
            look_again()


@contextmanager
def staged(place: Path) -> Iterator[Path]:
    """A folder to fill; it becomes ``place`` when the block ends well and vanishes otherwise.

    An older ``place`` is replaced; in an encrypted project its files are sealed. Raises DiskFull
    and what ``vault.opened`` raises.
    """
    need_to_write(place)
    aside = _beside(place)
    with room_on_disk(place.name):
        try:
            aside.mkdir(parents=True)
            with rest.passed_folder(place, aside) as clear:
                yield clear
            settle(aside, place)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
            look_again()


def settle(aside: Path, place: Path) -> None:
    """Puts a filled folder in place of an older one, which goes only after it is replaced."""
    place.parent.mkdir(parents=True, exist_ok=True)
    for path in (*aside.rglob("*"), aside):
        _sync(path)
    old = aside if _exchanged(aside, place) else _moved(aside, place)
    _sync(place.parent)
    shutil.rmtree(old, ignore_errors=True)
    look_again()


def _exchanged(one: Path, other: Path) -> bool:
    """True where the two folders have changed places in one step, as Linux can."""
    if not sys.platform.startswith("linux") or not other.is_dir() or other.is_symlink():
        return False
    swap = getattr(_libc(), "renameat2", None)
    places = (os.fsencode(one), os.fsencode(other))
    return swap is not None and swap(HERE, places[0], HERE, places[1], EXCHANGE) == 0


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _moved(aside: Path, place: Path) -> Path:
    """The same in two steps; dies the process between them, ``sweep`` puts the older one back.

    Gives where the older one is.
    """
    old = _beside(place, ".old")
    if place.exists():
        place.replace(old)
    try:
        aside.replace(place)
    except OSError:
        if old.exists():
            old.replace(place)
        raise
    return old


def sweep(folder: Path, now: float) -> None:
    """Removes what killed processes left half-written in ``folder``; ``now`` is the time.

    Only what has not been touched for hours goes: another process may be writing. An older version
    that never got its successor goes back in its place.
    """
    for left in sorted(folder.glob(".*")):
        known = rest.OURS.fullmatch(left.name)
        if known is None or now - touched(left) < LEFT_AFTER:
            continue
        place = left.with_name(known["name"])
        if known["old"] and not place.exists():
            left.replace(place)
        elif left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def unlink(file: Path) -> None:
    """Removes a file, where it is there; a page that has seen it looks again."""
    need_to_write(file)
    file.unlink(missing_ok=True)
    look_again()


def discard(folder: Path) -> None:
    """Removes a folder: at once for whoever looks, even where deleting it takes long.

    Raises DiskFull where the disk has no room for its other name, which few file systems ask for.
    """
    need_to_write(folder)
    gone = _beside(folder)
    with room_on_disk(folder.name):
        folder.replace(gone)
    shutil.rmtree(gone, ignore_errors=True)
    look_again()


def decoded(file: Path, kind: type[Kept]) -> Kept:
    """A frozen value out of a JSON file; pages ask often: it is parsed once a writing.

    Raises FileNotFoundError, msgspec.DecodeError, UnicodeDecodeError, and as ``rest.content``.
    """
    known = look(file)
    if known is None:
        raise FileNotFoundError(file)
    return _decoded(file, cast(Any, kind), (known.st_ino, known.st_mtime_ns, known.st_size))


def readable(file: Path, kind: type[Kept], damaged: Kept | None = None) -> Kept | None:
    """What ``decoded`` gives; None where there is no file, ``damaged`` where it cannot be read,
    which the log says. Raises as ``rest.content``."""
    try:
        return decoded(file, kind)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError):
        logging.warning("%s cannot be read", file)
        return damaged


def sound(file: Path, kind: type[Kept]) -> Kept | None:
    """What ``decoded`` gives; None where there is no file, and where it is damaged: then it is set
    aside, not removed. Raises as ``rest.content``."""
    try:
        return decoded(file, kind)
    except FileNotFoundError:  # it may have been removed between two looks
        return None
    except (msgspec.DecodeError, UnicodeDecodeError):
        set_aside(file)
        return None


def set_aside(file: Path) -> None:
    """Takes a damaged file out of the way, to be looked at; it is not removed."""
    aside = file.with_name(file.name + DAMAGED)
    logging.warning("%s cannot be read and is set aside as %s", file, aside.name)
    with suppress(FileNotFoundError):  # another tab has just set it aside
        file.replace(aside)
    look_again()


def linked(file: Path, place: Path) -> None:
    """The same file at another place: a link, or a copy on a disk without links."""
    try:
        os.link(file, place)
    except OSError:
        shutil.copy2(file, place)


@lru_cache(maxsize=RECORDS_KEPT)
def _decoded(file: Path, kind: Any, written: tuple[int, int, int]) -> Any:
    return wire.read(rest.content(file), kind)


def forget_decoded() -> None:
    """What was parsed is parsed again: a project was locked."""
    _decoded.cache_clear()


def _beside(path: Path, ending: str = "") -> Path:
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}{ending}")


def touched(path: Path) -> float:
    """When the file or folder was last written or moved; never, where it has just gone."""
    try:
        known = path.stat(follow_symlinks=False)
    except FileNotFoundError:  # whoever wrote it has just put it in place
        return float("inf")
    return max(known.st_mtime, known.st_ctime)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
