"""The board of a project: every model by a line, read again only where its files changed.

To check and parse the record of each of hundreds of models takes a second. What a check found is
kept in one file, signed, with what the system knew of the model's files then and with the hash that
the index had of them: as long as both are the same, so is the line. Any other is made anew. Nothing
is loaded by a line: ``models.load`` checks everything, every time.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from core import wire
from core.errors import CannotWrite, DiskFull, UserError
from core.models.family import families
from core.schema import Column
from core.store import models, rest, shelf, signing
from core.store.folder import unlink, write
from core.store.models import Entry
from core.store.shelf import MODELS, NO_KEY
from core.store.signing import Verdict

FILE = "registry/board"
APART = b"\n"  # between the id of the key, the signature, and what is signed


class _Stamp(msgspec.Struct, frozen=True):
    """What the system knows of a folder's files: what they are, and when anything of them was
    touched at all, which giving a file another name does too."""

    files: str
    touched: str


class _Line(msgspec.Struct, frozen=True):
    """A model's line; its columns are those of a number in ``_Kept.columns``: most are alike."""

    stamp: _Stamp
    digest: str
    entry: Entry
    columns: int


class _Kept(msgspec.Struct, frozen=True):
    columns: tuple[tuple[Column, ...], ...] = ()
    lines: dict[str, _Line] = {}


@dataclass(frozen=True)
class Board:
    """Every model, newest first, and why others that lie there are left out, by their ids."""

    entries: tuple[Entry, ...]
    faults: dict[str, UserError]


def board(project: Path) -> Board:
    """What lies on the shelf of a project. Raises what ``vault.opened`` raises."""
    known = shelf.entries(project)
    kept = _kept(project)
    lines, faults, unkept = {}, {}, {}
    for place in sorted((project / MODELS).glob("[0-9a-f]*")):
        stamp, old = _stamp(place), kept.lines.get(place.name)
        here = known.get((MODELS, place.name)) if known else None
        digest = here.digest if here and not here.coming else ""
        if old and digest and (old.stamp, old.digest) == (stamp, digest) and _is_known(old):
            lines[place.name] = old
            continue
        try:
            found = _looked(place, old is not None and old.stamp.files != stamp.files)
        except NO_KEY:  # nothing is wrong with the model
            raise
        except UserError as fault:
            faults[place.name] = fault
            if old and old.digest == digest:  # it is looked at as closely the next time
                lines[place.name] = old
            continue
        if digest:
            lines[place.name] = _Line(stamp, digest, found, -1)
        else:
            unkept[place.name] = found
    entries = {name: _whole(line, kept) for name, line in lines.items()} | unkept
    if lines != kept.lines and known is not None:
        _keep(project, {name: (lines[name], entries[name]) for name in lines})
    shown = [entry for name, entry in entries.items() if name not in faults]
    return Board(tuple(sorted(shown, key=lambda e: e.trained_at, reverse=True)), faults)


def drop(project: Path, model: str) -> None:
    """Takes the line of a model that is removed out of what is kept: it names its columns."""
    try:
        kept = _kept(project)
    except NO_KEY:
        unlink(project / FILE)
        return
    if model in kept.lines:
        left = {name: (line, _whole(line, kept)) for name, line in kept.lines.items()}
        del left[model]
        _keep(project, left)


def forget(project: Path) -> None:
    """Removes what is kept; it is made anew of the models."""
    unlink(project / FILE)


def _looked(place: Path, changed: bool) -> Entry:
    """The line of a model; of one whose files are not those of before each is looked at."""
    if changed:
        models.looked_over(place)
    return models.entry(place)


def _is_known(line: _Line) -> bool:
    """False where a version of this app that has more families kept it."""
    return line.entry.spec.family in families()


def _whole(line: _Line, kept: _Kept) -> Entry:
    if line.columns < 0:
        return line.entry
    spec = replace(line.entry.spec, features=kept.columns[line.columns])
    return replace(line.entry, spec=spec)


def _stamp(place: Path) -> _Stamp:
    found = sorted(_files(place, ""))
    files = repr([each[:-1] for each in found]).encode()
    touched = repr([each[-1] for each in found]).encode()
    return _Stamp(hashlib.sha256(files).hexdigest(), hashlib.sha256(touched).hexdigest())


def _files(folder: Path | str, within: str) -> Iterator[tuple[Any, ...]]:
    """Every file, link and folder within: its name, what it is, and when it was last touched."""
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as inside:
        for each in inside:
            name = f"{within}{each.name}"
            if rest.OURS.fullmatch(each.name):
                continue
            if each.is_dir(follow_symlinks=False):
                yield from _files(each.path, f"{name}/")
                yield name, "", 0, 0, 0, 0
                continue
            known = each.stat(follow_symlinks=False)
            what = "link" if each.is_symlink() else "file"
            yield name, what, known.st_ino, known.st_size, known.st_mtime_ns, known.st_ctime_ns


def _kept(project: Path) -> _Kept:
    """What is kept; nothing where it was not this app that wrote it, or it cannot be read."""
    file = project / FILE
    try:
        key, signed, packed = rest.content(file).split(APART, 2)
        said = signing.verdict(
            _home(project), key.decode(), _bound(project, packed), signed.decode()
        )
        if said is Verdict.GOOD:
            return wire.unpacked(packed, _Kept, _unknown)
        logging.warning("%s was not written here", file)
    except FileNotFoundError:
        pass
    except (ValueError, msgspec.DecodeError):  # UnicodeDecodeError is one too
        logging.warning("%s cannot be read", file)
    return _Kept()


def _keep(project: Path, lines: dict[str, tuple[_Line, Entry]]) -> None:
    """Keeps the lines, where that can be done: what is not kept is read again."""
    if rest.PROJECT_COPY.fullmatch(project.name):
        return
    numbers: dict[tuple[Column, ...], int] = {}
    told = {}
    for name, (line, entry) in lines.items():
        number = numbers.setdefault(entry.spec.features, len(numbers))
        bare = replace(entry, spec=replace(entry.spec, features=()))
        told[name] = _Line(line.stamp, line.digest, bare, number)
    packed = msgspec.msgpack.encode(_Kept(tuple(numbers), told))
    try:
        key = signing.signing_key(_home(project))
        signed = signing.signature(key, _bound(project, packed))
        write(project / FILE, APART.join((key.id.encode(), signed.encode(), packed)))
    except (DiskFull, CannotWrite) as fault:
        logging.warning("the board of %s is not kept: %s", project.name, fault.code)


def _home(project: Path) -> Path:
    return project.parent.parent


def _bound(project: Path, packed: bytes) -> bytes:
    """What is signed: the lines, as those of this project and no other."""
    return project.name.encode() + APART + packed


def _unknown(kind: type, plain: Any) -> Any:
    raise NotImplementedError(f"{kind}: {plain!r}")
