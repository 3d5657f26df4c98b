"""Many files of a project change together or not at all, whenever the process is killed.

Work is done on a copy of the project (of links: it takes no room). What differs in the end is
written down in the project's journal; from then on it is put in place, by this process or at the
next opening. Without a journal the copy is as good as nothing.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from core import wire
from core.errors import FileDamaged
from core.store import shelf, trail, untold
from core.store.folder import LEFT_AFTER, discard, linked, room_on_disk, touched, unlink, write
from core.store.glance import is_there, look_again
from core.store.locked import locked
from core.store.rest import OURS
from core.store.who import acting_as, machine

JOURNAL = "unfinished.json"
COPY = ".change"  # what the sweep of left-overs does not know: a journal may need it
Seen = tuple[int, int, int]


class _Journal(msgspec.Struct, frozen=True):
    """Files of ``copy`` that replace the project's, and files that go; names within the project."""

    copy: str
    put: tuple[str, ...]
    gone: tuple[str, ...]


@contextmanager
def alone(project: Path) -> Iterator[None]:
    """Within the block no other process or thread changes the project whole; not to be nested."""
    with locked(project):
        yield


def is_busy(project: Path) -> bool:
    """Whether somebody changes the project whole just now."""
    handle = os.open(project, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


@contextmanager
def changed_together(project: Path) -> Iterator[Path]:
    """A copy of the project's folder to work on; it becomes the project if the block ends well.

    Files must be replaced in it, not written into. The trail is not in it: others write it
    meanwhile; what is to be told of the change ``untold.leave`` leaves in the copy. Raises
    DiskFull.
    """
    with alone(project), _copied(project) as copy:
        yield copy


@contextmanager
def _copied(project: Path) -> Iterator[Path]:
    finish(project)
    copy = project.with_name(f".{project.name}.{uuid.uuid4().hex}{COPY}")
    with room_on_disk(project.name):
        try:
            _copy(project, copy)
            before = _seen(copy)
            yield copy
            _commit(project, copy, before)
        finally:
            if not is_there(project / JOURNAL) and copy.exists():
                discard(copy)
        finish(project)


def finish(project: Path) -> None:
    """Puts in place what a journal says that is to be; nothing where there is none.

    Raises FileDamaged and DiskFull.
    """
    if is_there(project / JOURNAL):
        with acting_as(machine()):  # it was allowed when it began, whoever looks now
            _finished(project)


def _finished(project: Path) -> None:
    file = project / JOURNAL
    try:
        journal = wire.read(file.read_bytes(), _Journal)
    except FileNotFoundError:  # another process has just finished it
        return
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise FileDamaged(JOURNAL, "json") from fault
    copy = project.with_name(journal.copy)
    for name in journal.put:
        _put(copy / name, project / name)
    for name in journal.gone:
        _remove(project, project / name)
    os.sync()
    shelf.settle(project)
    untold.settle(project)
    unlink(file)
    if copy.exists():
        discard(copy)
    look_again()


def sweep(projects: Path, now: float) -> None:
    """Finishes what journals say in a folder of projects, and removes copies that none names.

    ``now`` is the time; only what nobody has touched for hours goes. Raises FileDamaged, DiskFull.
    """
    for file in projects.glob(f"*/{JOURNAL}"):
        finish(file.parent)
    for gone in projects.glob(f"..*{COPY}.*"):  # one that was being removed
        shutil.rmtree(gone, ignore_errors=True)
    for copy in projects.glob(f".*{COPY}"):
        if now - touched(copy) > LEFT_AFTER:
            discard(copy)


def _copy(project: Path, copy: Path) -> None:
    for file in _files(project):
        place = copy / file.relative_to(project)
        place.parent.mkdir(parents=True, exist_ok=True)
        linked(file, place)


def _commit(project: Path, copy: Path, before: dict[str, Seen]) -> None:
    after = _seen(copy)
    put = sorted(name for name, known in after.items() if before.get(name) != known)
    journal = _Journal(copy.name, tuple(put), tuple(sorted(before.keys() - after.keys())))
    write(project / JOURNAL, msgspec.json.encode(journal))


def _seen(copy: Path) -> dict[str, Seen]:
    """By name, what tells a file from its successor."""
    known = {file.relative_to(copy).as_posix(): file.stat() for file in _files(copy)}
    return {name: (at.st_ino, at.st_mtime_ns, at.st_size) for name, at in known.items()}


def _files(project: Path) -> Iterator[Path]:
    """Every file but the trail and those that are being written."""
    for file in project.rglob("*"):
        ours = any(OURS.fullmatch(part) for part in file.relative_to(project).parts)
        if not ours and not file.is_dir() and file != project / trail.FILE:
            yield file


def _put(new: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):  # it is in its place already
        new.replace(place)


def _remove(project: Path, file: Path) -> None:
    file.unlink(missing_ok=True)
    for folder in file.parents:
        if folder == project or not folder.is_dir() or any(folder.iterdir()):
            return
        with suppress(OSError):  # another process was quicker
            folder.rmdir()
