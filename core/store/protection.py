"""Encryption at rest of a project, switched on and off: every file is written anew, one by one.

A file is put in place whole, so that a process killed at any moment leaves each of them sealed or
in clear, and readable; the project's record says which way it was on, and ``finish`` goes on.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from core.errors import KeyLost, VaultLocked, WrongPassphrase
from core.progress import Report, silent
from core.store import index, projects, quarantine, rest, shapes, shelf, tables, together, vault
from core.store.folder import LEFT_AFTER, forget_decoded, readable, sweep, turned, unlink, write
from core.store.glance import in_place
from core.store.opened import let_go
from core.store.rest import OURS, State
from core.store.sealed import sweep_private
from core.store.trail import What
from core.store.untold import telling

JUST_LEFT = 60.0  # seconds after which nobody writes on what was left half-written
STAGES = {True: "privacy.stage.sealing", False: "privacy.stage.opening"}


def protect(project: Path, sealed: bool, report: Report = silent) -> None:
    """Encrypts the project's files from now on, or no longer; does nothing where it is so.

    The key is the vault's; a vault is made where there is none. Where ``report`` raises, the
    project is in between, and readable. Raises what ``vault.opened`` raises, and DiskFull.
    """
    if rest.state(project) is not (State.SEALED if sealed else State.CLEAR):
        with together.alone(project):
            _protect(project, sealed, report)


def _protect(project: Path, sealed: bool, report: Report) -> None:
    vault.opened(project)
    quarantine.empty(project)
    _keep(project, State.SEALING if sealed else State.OPENING)
    sweep_within(project, time.time() + LEFT_AFTER - JUST_LEFT)
    while left := [file for file in files(project) if rest.is_sealed(file) is not sealed]:
        for place, file in enumerate(left):
            report(place / len(left), STAGES[sealed])
            with suppress(FileNotFoundError):  # removed a moment ago
                turned(file, sealed)
    with telling(project, What.PROTECT, project.name, kind="sealed" if sealed else "clear"):
        _keep(project, State.SEALED if sealed else State.CLEAR)
    let_go()
    forget_decoded()


def protect_project(home: Path, report: Report, project: str, sealed: bool) -> dict[str, Any]:
    """``protect`` as work beside the app; what was remembered of its tables elsewhere goes."""
    folder = projects.folder(home, project)
    protect(folder, sealed, report)
    if sealed:
        _forget_shapes(home, folder)
    return {"project": project}


def _forget_shapes(home: Path, folder: Path) -> None:
    for place in (folder / "tables").glob("[0-9a-f]*"):
        headers = tables.load(folder, place.name).schema.names
        for file in shapes.places(home, headers):
            known = readable(file, shapes.Shape)
            if known is not None and known.table == place.name:
                unlink(file)


def resume(home: Path, now: float) -> None:
    """Ends what killed processes began, in every project, and removes what they left.

    ``now`` in seconds since 1970. Raises FileDamaged and DiskFull.
    """
    together.sweep(home / "projects", now)
    for record in in_place(home / "projects", rest.RECORD):
        finish(record.parent)
        _note_sealed(record.parent)
        sweep_within(record.parent, now)
    sweep_private()


def finish(project: Path, report: Report = silent) -> None:
    """Ends what a killed process began, where the key is at hand and nobody else is at work on it.

    Raises as ``protect`` does.
    """
    state = rest.state(project)
    if state in (State.SEALING, State.OPENING) and not together.is_busy(project):
        try:
            protect(project, state is State.SEALING, report)
        except (VaultLocked, WrongPassphrase, KeyLost):
            return  # it is readable to whoever has the key, and goes on with it


def _note_sealed(project: Path) -> None:
    """The index learns that a project is encrypted, where it was lost or that was broken off."""
    home = project.parent.parent
    if rest.state(project) is State.SEALED and index.rest_noted(home, project.name) != State.SEALED:
        with suppress(*shelf.NO_KEY):
            shelf.take_in(project)
            index.at_rest(home, project.name, State.SEALED)


def sweep_within(project: Path, now: float) -> None:
    """Removes what killed processes left anywhere in a project: it may be a copy in clear."""
    for folder in (project, *(path for path in project.rglob("*") if path.is_dir())):
        sweep(folder, now)
        if folder.name == ".spill":
            shutil.rmtree(folder, ignore_errors=True)


def _keep(project: Path, state: State) -> None:
    """Writes the state down, in the project and outside of it.

    The index says that a project is encrypted only while its own record does.
    """
    home, record = project.parent.parent, project / rest.RECORD
    shelf.take_in(project)
    if state in (State.SEALING, State.OPENING):
        index.at_rest(home, project.name, state)
    if state is State.CLEAR:
        unlink(record)
    else:
        write(record, msgspec.json.encode({"state": state}))
    index.at_rest(home, project.name, "" if state is State.CLEAR else state)


def files(project: Path) -> Iterator[Path]:
    """Every file that is sealed, where any are; not those that somebody is writing."""
    for file in project.rglob("*"):
        ours = any(OURS.fullmatch(part) for part in file.relative_to(project).parts)
        if not ours and not file.is_dir() and rest.is_to_be_told(file):
            yield file
