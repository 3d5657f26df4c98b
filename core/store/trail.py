"""What was done in a project: an append-only log, each line chained to the one before and signed.

A line names the one before by its SHA-256, and the index of the home, outside of the project, notes
the last. First the line is on disk, then it is noted: a process killed between the two leaves one
line more than is noted, while a trail that was cut has fewer. Nothing in it is sealed, whatever the
project: a line holds ids, counts, names of columns and files, and never what stands in a cell.

A home has a trail of its own, which tells of the projects that were deleted.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from core import wire
from core.errors import NotThere
from core.store import heads, signing
from core.store.clock import now
from core.store.folder import room_on_disk
from core.store.who import acting

FILE = "trail.jsonl"
PROJECTS = "projects"
HOME = ""  # what the index calls the home's own trail
SEAL = re.compile(rb',"seal":"[0-9a-f]{64}"\}\Z')  # the end of every line
BLOCK = 1 << 14  # bytes of the end that are looked at first for the last line


class What(StrEnum):
    """What can be done to a project that its trail tells."""

    IMPORT = "import"
    MASK = "mask"
    CORRECT = "correct"
    TRAIN = "train"
    EXPORT = "export"
    REVIEW = "review"
    STATE = "state"
    SIGN = "sign"
    SCORE = "score"
    COMPARE = "compare"
    SHARE = "share"
    DELETE = "delete"
    ARCHIVE = "archive"
    RESTORE = "restore"
    CHAMPION = "champion"
    NOTE = "note"
    ASIDE = "aside"
    ADOPT = "adopt"
    KEEP = "keep"
    PROTECT = "protect"


_KNOWN = {str(what): what for what in What}


class Said(msgspec.Struct, frozen=True):
    """What is to be told: the part of a ``Line`` that does not depend on its place."""

    when: str
    who: str
    signed_in: bool
    what: str
    of: str
    hash: str = ""
    facts: dict[str, Any] = {}


class Line(msgspec.Struct, frozen=True):
    """One thing done: its number from 1, when (UTC, ISO 8601), by whom, and to what.

    ``what`` is a ``What``, or what a newer version calls it. ``of`` names what it was done to (an
    id), ``hash`` is the SHA-256 of that, where it has one; the fact ``kind`` says which of several
    things of that sort it was. ``before`` is the SHA-256 of the line before (of the first: of the
    project's id), ``seal`` the signature of all the rest with the key of that id.
    """

    number: int
    when: str
    who: str
    signed_in: bool
    what: str
    of: str
    hash: str
    facts: dict[str, Any]
    before: str
    key: str
    seal: str = ""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "what", _KNOWN.get(self.what, self.what))


def tell(project: Path, what: What, of: str, hash_: str = "", **facts: str | int) -> Line:
    """Adds a line to a project's trail, or to a home's; it is on disk when this returns.

    Facts lie in clear: nothing of a cell may be among them. Raises NotThere for a project that has
    gone, DiskFull and CannotWrite, and then there is no line.
    """
    home, name = whose(project)
    with room_on_disk(FILE), _alone(project) as file:
        return _added(home, name, file, said(what, of, hash_, facts))


def said(what: What, of: str, hash_: str, facts: dict[str, str | int]) -> Said:
    """What is to be told of whoever acts now."""
    who, when = acting(), now()
    return Said(when, who.name, who.signed_in, what, of, hash_, facts)


def tell_unless(place: Path, wanted: Said, is_told: Callable[[tuple[Line, ...]], bool]) -> None:
    """Adds a line that tells what is wanted, unless that ``is_told`` by the lines that are there.

    Raises as ``tell``.
    """
    home, name = whose(place)
    with room_on_disk(FILE), _alone(place) as file:
        if not is_told(lines(place)):
            _added(home, name, file, wanted)


def mend(place: Path) -> None:
    """Takes away what a killed process left half-written, where there is something."""
    if raw_lines(place)[1]:
        with _alone(place) as file:
            _mended(file)


def lines(place: Path) -> tuple[Line, ...]:
    """The trail, oldest first, without lines that cannot be read: ``chain.verify`` names them."""
    found = (read(raw) for raw in raw_lines(place)[0])
    return tuple(line for line in found if line is not None)


def latest(place: Path, count: int, skipped: int = 0) -> tuple[Line, ...]:
    """A page of the trail, newest first, after so many that were skipped."""
    raw = raw_lines(place)[0]
    end = max(len(raw) - skipped, 0)
    found = (read(each) for each in reversed(raw[max(end - count, 0) : end]))
    return tuple(line for line in found if line is not None)


def raw_lines(place: Path) -> tuple[list[bytes], bytes]:
    """The lines as they are written, and what is left of one that is not whole."""
    try:
        *whole, left = (place / FILE).read_bytes().split(b"\n")
    except FileNotFoundError:
        return [], b""
    return whole, left


def read(raw: bytes) -> Line | None:
    """A line; None for what is none."""
    try:
        return wire.read(raw, Line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def whose(place: Path) -> tuple[Path, str]:
    """The home of a trail, and what the index calls it."""
    if place.parent.name != PROJECTS or (place / PROJECTS).is_dir():
        return place, HOME
    return place.parent.parent, place.name


def first(name: str) -> str:
    """What the first line of a trail names as the one before: no other trail's line can."""
    return hash_of(name.encode())


def hash_of(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def signed_part(raw: bytes) -> bytes | None:
    """What the seal of a line is of: all before it, to the byte. None where it has no seal."""
    end = SEAL.search(raw)
    return raw[: end.start()] if end else None


def _added(home: Path, name: str, file: int, wanted: Said) -> Line:
    """Writes and notes a line; what a killed process left half-written goes before."""
    key = signing.signing_key(home)
    size, last = _mended(file)
    number, before = _follows(home, name, last, file)
    line = Line(number, before=before, key=key.id, **msgspec.structs.asdict(wanted))
    raw = _signed(key, line)
    try:
        _written(file, raw + b"\n")
        heads.note(home, name, number, hash_of(raw))
    except BaseException:
        with suppress(OSError):
            os.ftruncate(file, size)
        raise
    return wire.read(raw, Line)


def _signed(key: signing.Key, line: Line) -> bytes:
    bare = msgspec.json.encode(msgspec.structs.replace(line, seal="0" * 64))
    seal = signing.signature(key, signed_part(bare) or b"")
    return msgspec.json.encode(msgspec.structs.replace(line, seal=seal))


def _follows(home: Path, name: str, last: bytes, file: int) -> tuple[int, str]:
    """The number of the next line, and the hash of the one that it follows.

    It follows what the index notes, so that what was cut off is missed; but for one line of ours
    that a killed process had no time to note.
    """
    head, line = heads.head(home, name), read(last) if last else None
    if head is None and not last:
        heads.note(home, name, 0, first(name))  # or a first line alone looks like a lost index
        return 1, first(name)
    if head is None:
        number = line.number if line else os.pread(file, os.fstat(file).st_size, 0).count(b"\n")
        return number + 1, hash_of(last)
    if line is not None and line.number > head[0] and _is_ours(home, line, last):
        return line.number + 1, hash_of(last)
    return head[0] + 1, head[1]


def _is_ours(home: Path, line: Line, raw: bytes) -> bool:
    content = signed_part(raw)
    good = signing.Verdict.GOOD
    return content is not None and signing.verdict(home, line.key, content, line.seal) is good


def _mended(file: int) -> tuple[int, bytes]:
    """Cuts off what is no whole line; gives the size and the last line, empty where there is none.

    Only the end is read, however long the trail.
    """
    size, block = os.fstat(file).st_size, BLOCK
    while True:
        start = max(size - block, 0)
        *whole, left = os.pread(file, size - start, start).split(b"\n")
        if len(whole) > 1 or start == 0:
            break
        block *= 4
    if left:
        size -= len(left)
        os.ftruncate(file, size)
    return size, whole[-1] if whole else b""


def _written(file: int, content: bytes) -> None:
    """On disk whole, or an error."""
    if os.write(file, content) != len(content):  # as a disk says that it is just full
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(file)


@contextmanager
def _alone(place: Path) -> Iterator[int]:
    """The file, opened; of all processes one at a time."""
    if whose(place)[1] == HOME:
        place.mkdir(parents=True, exist_ok=True)
    try:
        file = os.open(place / FILE, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    except (FileNotFoundError, NotADirectoryError) as fault:
        raise NotThere("project", place.name) from fault
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)
