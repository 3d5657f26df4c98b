"""What is done is told in the trail once it is done, also where the process is killed in between.

What somebody is about to do is written into a folder of its own first. While it is done that file
is locked; a file that nobody locks is of a process that was killed, and ``settle`` tells what is
known: that it was done, or that it was begun. A change of many files at once leaves there, with
them, what is to be told when they are in their place.
"""

from __future__ import annotations

import fcntl
import logging
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from core import wire
from core.errors import CannotWrite, DiskFull
from core.store import index, signing, trail
from core.store.folder import replaced, unlink, write
from core.store.rest import PROJECT_COPY
from core.store.trail import Line, Said, What

FOLDER = "untold"
BROKEN_OFF = "broken_off"  # the fact of what was begun by a process that was killed
MODELS = "models"


class _Record(msgspec.Struct, frozen=True):
    """What is to be told; ``done`` where nothing more is to be known of it. It is signed: what
    somebody else puts into the folder is not told."""

    said: Said
    done: bool = False
    key: str = ""
    seal: str = ""


@dataclass
class Telling:
    """What is being done; whoever does it adds what comes of it, or that nothing did."""

    of: str
    hash: str = ""
    facts: dict[str, str | int] = field(default_factory=dict)
    happened: bool = True


@contextmanager
def telling(place: Path, what: What, of: str = "", /, **facts: str | int) -> Iterator[Telling]:
    """Tells in the trail of a project, or a home, what is done in the block, if that ends well.

    In a copy of a project it is told once the copy is in its place.
    Raises as ``trail.tell``.
    """
    doing = Telling(of, facts=dict(facts))
    if PROJECT_COPY.fullmatch(place.name):
        yield doing
        if doing.happened:
            leave(place, what, doing.of, doing.hash, **doing.facts)
        return
    with _noted(place, trail.said(what, of, "", facts)) as note:
        try:
            yield doing
        except (OSError, DiskFull, CannotWrite):  # it may be done: ``settle`` looks
            raise
        except BaseException:
            unlink(note)
            raise
        if doing.happened:
            _tell(place, trail.said(what, doing.of, doing.hash, doing.facts), note)
        unlink(note)


def _tell(place: Path, found: Said, note: Path) -> None:
    """Tells it; where the disk has no room for that, the note says that it is done."""
    try:
        trail.tell(place, What(found.what), found.of, found.hash, **found.facts)
    except BaseException:
        with suppress(OSError):  # written over: the one way that asks for no more room
            note.write_bytes(_signed(place, found, done=True))
        raise


def leave(copy: Path, what: What, of: str, hash_: str = "", /, **facts: str | int) -> None:
    """Leaves in a copy of a project what is to be told once the copy is in its place."""
    record = _signed(copy, trail.said(what, of, hash_, facts), done=True)
    write(copy / FOLDER / f"{uuid.uuid4().hex}.json", record)


def settle(place: Path) -> None:
    """Tells what killed processes had no time to tell. Raises as ``trail.tell``."""
    for file in sorted((place / FOLDER).glob("[0-9a-f]*.json")):
        try:
            descriptor = os.open(file, os.O_RDONLY)
        except FileNotFoundError:  # told a moment ago
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if file.exists():
                _settle(place, file)
        except BlockingIOError:  # somebody is doing it
            continue
        finally:
            os.close(descriptor)


@contextmanager
def _noted(place: Path, begun: Said) -> Iterator[Path]:
    """What was begun, written down in a file that is locked for the length of the block."""
    file, descriptor = place / FOLDER / f"{uuid.uuid4().hex}.json", -1
    try:
        with replaced(file) as aside:
            descriptor = os.open(aside, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            os.write(descriptor, _signed(place, begun))
        yield file
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _settle(place: Path, file: Path) -> None:
    try:
        record = wire.read(file.read_bytes(), _Record)
    except (msgspec.DecodeError, UnicodeDecodeError):  # of another version, or a broken disk
        logging.warning("%s cannot be read", file)
        return
    content, home = _content(place, record), trail.whose(place)[0]
    if signing.verdict(home, record.key, content, record.seal) is not signing.Verdict.GOOD:
        logging.warning("%s was written by another installation; it is not told", file)
        return
    found = record.said if record.done else _came_of(place, record.said)
    if found is not None:
        trail.tell_unless(place, found, lambda told: any(_tells(line, found) for line in told))
    unlink(file)


def _signed(place: Path, found: Said, done: bool = False) -> bytes:
    key = signing.signing_key(trail.whose(place)[0])
    record = _Record(found, done, key.id)
    seal = signing.signature(key, _content(place, record))
    return msgspec.json.encode(msgspec.structs.replace(record, seal=seal))


def _content(place: Path, record: _Record) -> bytes:
    """What is signed of a record: also of which project it is, of which a copy is one, and that
    it is no line."""
    copy, name = PROJECT_COPY.fullmatch(place.name), trail.whose(place)[1]
    bare = msgspec.structs.replace(record, seal="")
    told = (FOLDER, copy["name"] if copy else name, bare)
    return msgspec.json.encode(told, order="deterministic")


def _came_of(place: Path, begun: Said) -> Said | None:
    """What is to be told of something that a killed process had begun; None where it was not done.

    Where nobody can know, it is told that it was begun.
    """
    home, name = trail.whose(place)
    if begun.facts.get("kind") == "project":
        record = home / trail.PROJECTS / begun.of / "project.json"
        return None if record.exists() else begun
    if begun.what == What.DELETE and begun.facts.get("kind") == "model":
        return None if (place / MODELS / begun.of).exists() else begun
    if begun.what == What.TRAIN:
        entry = (index.entries(home, name) or {}).get((MODELS, begun.of))
        since = datetime.fromisoformat(begun.when).timestamp()
        if entry is None or entry.since < since or not (place / MODELS / begun.of).is_dir():
            return None
        return msgspec.structs.replace(begun, hash=entry.coming or entry.digest)
    return msgspec.structs.replace(begun, facts=begun.facts | {BROKEN_OFF: 1})


def _tells(line: Line, wanted: Said) -> bool:
    """Whether a line tells that already: the process was killed when it had."""
    facts = {name: fact for name, fact in wanted.facts.items() if name != BROKEN_OFF}
    same = (line.who, line.what) == (wanted.who, wanted.what) and line.when >= wanted.when
    return same and wanted.of in ("", line.of) and facts.items() <= line.facts.items()
