"""Folders of models are put in place, checked and taken away together with the index.

A version is written aside and signed, noted in the index as coming, put in place, and noted as the
current one. Killed at any moment, what lies there is the current version or the coming one; every
other, however well signed, was put there by somebody else.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.errors import DiskFull, KeyLost, ModelDamaged, ModelForeign, VaultLocked, WrongPassphrase
from core.store import index, manifest, rest
from core.store.folder import LEFT_AFTER, discard, staged, written
from core.store.index import Entry, Where
from core.store.manifest import MANIFEST, where
from core.store.sealed import private_folder

MODELS = "models"
NO_KEY = (VaultLocked, WrongPassphrase, KeyLost)


@contextmanager
def put(place: Path, libraries: dict[str, str] | None = None) -> Iterator[Path]:
    """A folder to fill; it becomes the current version of ``place`` when the block ends well.

    ``libraries`` are those that made what it holds, where they are not the ones that are here.
    Raises DiskFull and what ``vault.opened`` raises.
    """
    known = where(place)
    if known is None:
        with staged(place) as folder:
            yield folder
            manifest.seal(folder, place, 1, libraries)
        return
    _entries(place, known)  # what lies there is taken in first, or it would look foreign later
    with index.turn(known.home):
        with staged(place) as folder:
            yield folder
            number = index.next_version(known)
            digest = manifest.seal(folder, place, number, libraries)
            index.comes(known, number, digest, _told(manifest.running()))
        if not is_copy(place):
            _arrived(known, digest)


def _arrived(known: Where, digest: str) -> None:
    try:
        index.arrived(known, digest)
    except DiskFull:  # it is in its place, and taken as what was coming
        logging.exception("the index of %s", known.home)


def check(folder: Path, place: Path, names: tuple[str, ...] = ()) -> None:
    """As ``manifest.verify``, and that it is no older version and was put there by this app.

    ``folder`` is ``place`` with its files in clear.
    """
    if place.is_symlink() or any(file.is_symlink() for file in place.rglob("*")):
        raise ModelDamaged(place.name, "link")
    known = where(place)
    is_known, entry = (False, None) if known is None else _entry(place, known)
    digest = manifest.verify(folder, place, names)
    if not is_known:
        return
    if entry is None:
        raise ModelForeign(place.name)
    if not entry.admits(digest):
        raise ModelDamaged(place.name, "version")


def is_proven(folder: Path, place: Path) -> bool:
    """Whether the model was made, or seen to load, with the libraries that are here."""
    told, known = _told(manifest.running()), where(place)
    if known is None:
        return _told(manifest.read(folder).libraries) == told
    _, entry = index.entry(known)
    return entry is not None and entry.proven == told


def note_proven(place: Path) -> None:
    """Notes that the model loads with the libraries that are here."""
    if (known := where(place)) is not None:
        index.proved(known, _told(manifest.running()))


def remove(place: Path) -> None:
    """Takes a folder away, and out of the index. Raises DiskFull."""
    known = where(place)
    if known is None or is_copy(place):
        discard(place)
        return
    with index.turn(known.home):
        discard(place)
        index.gone(known)


def digest(place: Path) -> str:
    """The hash of the manifest of what was put at a place; empty where nothing was."""
    known = where(place)
    if known is None:
        return manifest.digest(place)
    entry = (index.entries(known.home, known.project) or {}).get((known.kind, known.name))
    return (entry.coming or entry.digest) if entry else ""


def is_copy(place: Path) -> bool:
    """Whether a place lies in a copy of a project, which will be put in place as a whole."""
    project = rest.project_of(place)
    return project is not None and rest.PROJECT_COPY.fullmatch(project.name) is not None


def settle(project: Path) -> None:
    """The index follows the folders, where many changed together or a process was killed.

    A coming version that lies in its place is the current one; a folder that is not there is
    forgotten. Where the project is locked, both are left for later.
    """
    home = project.parent.parent
    if not index.entries(home, project.name):
        return
    with index.turn(home), suppress(*NO_KEY):
        for entry in (index.entries(home, project.name) or {}).values():
            at = Where(home, project.name, entry.kind, entry.name)
            _settle(entry, project / entry.kind / entry.name, at)


def _settle(entry: Entry, place: Path, at: Where) -> None:
    if not place.is_dir():
        if entry.digest or time.time() - entry.since > LEFT_AFTER:
            index.gone(at)
    elif entry.coming:
        with rest.opened_folder(place, (MANIFEST,)) as folder:
            if manifest.digest(folder) == entry.coming:
                index.arrived(at, entry.coming)


def take_in(project: Path) -> None:
    """Takes a project into the index with its folders, where it is not in it yet.

    Raises what ``vault.opened`` raises.
    """
    entries(project)


def entries(project: Path) -> dict[tuple[str, str], Entry] | None:
    """What the index knows of a project's folders, which are taken in where they are not in it
    yet; None outside of a home. Raises what ``vault.opened`` raises.
    """
    place = project / MODELS / "any"
    known = where(place)
    return None if known is None else _entries(place, known)


def _entry(place: Path, known: Where) -> tuple[bool, Entry | None]:
    """Whether the index knows the place's project, and what it knows of the place; as ``_entries``,
    without the others."""
    found = index.entry(known)
    if found[0]:
        return found
    here = _entries(place, known)
    return here is not None, (here or {}).get((known.kind, known.name))


def _entries(place: Path, known: Where) -> dict[tuple[str, str], Entry] | None:
    """What the index knows of the place's project; one that it does not know yet is taken in."""
    project = known.home / "projects" / known.project
    found = index.entries(known.home, known.project)
    if found is not None and not index.is_unsigned(known.home, known.project):
        return found
    unsigned = found is not None
    index.know(known.home, known.project, tuple(_found(project, unsigned)))
    return index.entries(known.home, known.project)


def _found(project: Path, unsigned: bool) -> Iterator[Entry]:
    """The folders that carry this installation's signature, or get it: those that were there
    before there were signatures, once, where their checksums are right.
    """
    for place in sorted((project / MODELS).glob("[0-9a-f]*")):
        try:
            with rest.opened_folder(place) as folder:
                digest, number = _verified(folder, place, unsigned)
        except (ModelDamaged, ModelForeign) as fault:
            logging.warning("%s is left out: %s", place, fault.code)
            continue
        yield Entry(MODELS, place.name, number, digest, "", "", 0.0)


def _verified(folder: Path, place: Path, unsigned: bool) -> tuple[str, int]:
    if unsigned and not manifest.read(folder).signature:
        manifest.verify_unsigned(folder)
        digest = resign(folder, place, 1)
        logging.warning("%s was made before models were signed; it is signed now", place)
        return digest, 1
    return manifest.verify(folder, place), manifest.read(folder).version


def resign(folder: Path, place: Path, number: int) -> str:
    """Signs a folder in place; only its manifest is written. Gives the manifest's hash."""
    with private_folder() as aside:
        (aside / MANIFEST).write_bytes((folder / MANIFEST).read_bytes())
        digest = manifest.sign_again(aside, place, number)
        with written(place / MANIFEST) as file:
            file.write_bytes((aside / MANIFEST).read_bytes())
    return digest


def _told(libraries: dict[str, str]) -> str:
    return ", ".join(f"{name} {libraries.get(name, '')}" for name in manifest.LIBRARIES)
