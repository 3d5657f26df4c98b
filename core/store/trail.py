"""What was done in a project: an append-only log, each line chained to the one before and signed."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import msgspec

from core import wire
from core.store import signing
from core.store.folder import room_on_disk
from core.store.who import acting

FILE = "trail.jsonl"


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
    SHARE = "share"
    DELETE = "delete"


class Line(msgspec.Struct, frozen=True):
    """One thing done: its number from 1, when (UTC, ISO 8601), by whom, and to what.

    ``of`` names what it was done to (an id), ``hash`` is the SHA-256 of that, where it has one.
    ``before`` is the ``seal`` of the line before, ``seal`` the signature of all the rest.
    """

    number: int
    when: str
    who: str
    signed_in: bool
    what: What
    of: str
    hash: str
    facts: dict[str, str | int]
    before: str
    key: str
    seal: str = ""


def tell(project: Path, what: What, of: str, hash_: str = "", **facts: str | int) -> Line:
    """Adds a line to a project's trail; it is on disk when this returns. Raises DiskFull."""
    who, key = acting(), signing.signing_key(project.parent.parent)
    when = datetime.now(UTC).isoformat(timespec="seconds")
    file = project / FILE
    with room_on_disk(FILE), _alone(file) as descriptor:
        known = lines(project)
        last = known[-1] if known else None
        number, before = (last.number + 1, last.seal) if last else (1, "")
        line = Line(
            number, when, who.name, who.signed_in, what, of, hash_, facts, before, key.id
        )
        line = msgspec.structs.replace(line, seal=signing.signature(key, _content(line)))
        os.write(descriptor, msgspec.json.encode(line) + b"\n")
        os.fsync(descriptor)
    return line


def lines(project: Path) -> tuple[Line, ...]:
    """The trail of a project, oldest first."""
    file = project / FILE
    if not file.is_file():
        return ()
    return tuple(wire.read(text, Line) for text in file.read_bytes().splitlines())


def _content(line: Line) -> bytes:
    return msgspec.json.encode(msgspec.structs.replace(line, seal=""), order="deterministic")


@contextmanager
def _alone(file: Path) -> Iterator[int]:
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)
