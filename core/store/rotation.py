"""A project's vault gets another key, and what was sealed with the old one is sealed anew.

The record of the vault holds both until every file is under the new one, so that a process killed
at any moment leaves each of them readable; ``resume`` goes on. In the end the old key is nowhere.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import VaultDamaged
from core.progress import Report, silent
from core.store import (
    allowed,
    envelope,
    projects,
    protection,
    quarantine,
    rest,
    shelf,
    together,
    vault,
)
from core.store.folder import LEFT_AFTER, forget_decoded, replaced
from core.store.glance import in_place
from core.store.opened import let_go
from core.store.roles import Right
from core.store.sealed import fitting, reseal
from core.store.trail import What
from core.store.untold import telling

STAGE = "privacy.stage.rotating"


@dataclass(frozen=True)
class Rotated:
    """How many files are sealed anew, and which could not be opened with either key."""

    files: int
    damaged: tuple[str, ...]


def rotate(project: Path, passphrase: str = "", new: str = "", report: Report = silent) -> Rotated:
    """Another key for all that is sealed in a project, opened as before or by a ``new`` passphrase.

    Customers keep their pseudonyms. Where ``report`` raises, all is readable with what there is.
    Raises what ``vault.opened`` raises, and DiskFull.
    """
    with vault.unlocked(project, passphrase):
        go_on(project)
        begin(project, passphrase, new)
        return go_on(project, report)


def begin(project: Path, passphrase: str = "", new: str = "") -> None:
    """What is written from now on is sealed with another key; ``go_on`` does the rest.

    Does nothing where that was begun. Raises what ``vault.opened`` raises, and DiskFull.
    """
    allowed.need(project, Right.ADMIN)
    with together.alone(project):
        vault.renew(project, passphrase, new)


def is_begun(project: Path) -> bool:
    """Whether the old key is still needed. Raises VaultDamaged."""
    return vault.is_renewing(project)


def go_on(project: Path, report: Report = silent) -> Rotated:
    """Seals anew what is not under the new key yet, then the old one goes.

    A file that neither key opens stays as it is. Raises what ``vault.opened`` raises, and DiskFull.
    """
    if not vault.is_renewing(project):
        return Rotated(0, ())
    with together.alone(project):
        quarantine.empty(project)  # what is there is sealed as something else, and nobody opens it
        protection.sweep_within(project, time.time() + LEFT_AFTER - protection.JUST_LEFT)
        done = _sealed_anew(project, report)
        with telling(project, What.PROTECT, project.name, kind="key") as told:
            vault.end_renewal(project)
            told.facts |= {"files": done.files, "damaged": ", ".join(done.damaged)}
    let_go()
    forget_decoded()
    return done


def rotate_project(home: Path, report: Report, project: str) -> dict[str, Any]:
    """``go_on`` as work beside the app."""
    done = go_on(projects.folder(home, project), report)
    return {"project": project, "files": done.files, "damaged": list(done.damaged)}


def resume(home: Path) -> None:
    """Goes on in every project where that was broken off, the key is at hand and nobody does so."""
    for record in in_place(home / "projects", f"{vault.FOLDER}/{envelope.RECORD}"):
        project = record.parents[1]
        with suppress(*shelf.NO_KEY, VaultDamaged):
            if vault.is_renewing(project) and not together.is_busy(project):
                go_on(project)


def _sealed_anew(project: Path, report: Report) -> Rotated:
    keys = vault.opened(project).keys
    files, damaged = 0, set[Path]()
    while left := [file for file in _sealed(project) - damaged if not _is_under(keys[0], file)]:
        for place, file in enumerate(sorted(left)):
            report(place / len(left), STAGE)
            try:
                _turn_over(file, keys)
                files += 1
            except FileNotFoundError:  # removed a moment ago
                continue
            except VaultDamaged:
                logging.warning("%s opens with neither key", file)
                damaged.add(file)
    return Rotated(files, tuple(sorted(each.relative_to(project).as_posix() for each in damaged)))


def _turn_over(file: Path, keys: tuple[bytes, ...]) -> None:
    of = _context(file)
    with replaced(file) as aside, file.open("rb") as source, aside.open("wb") as target:
        reseal((fitting(keys, of, source), keys[0]), of, source, target)


def _sealed(project: Path) -> set[Path]:
    """Every file that is sealed."""
    return {file for file in (*_of_vault(project), *protection.files(project)) if _is_sealed(file)}


def _of_vault(project: Path) -> Iterator[Path]:
    return (project / vault.FOLDER).glob(f"[!.]*{vault.SEALED}")


def _is_sealed(file: Path) -> bool:
    try:
        return rest.is_sealed(file)
    except FileNotFoundError:  # removed a moment ago
        return False


def _is_under(key: bytes, file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            fitting((key, key), _context(file), stream)
    except (VaultDamaged, FileNotFoundError):
        return False
    return True


def _context(file: Path) -> str:
    """What a file is sealed as."""
    return file.stem if file.parent.name == vault.FOLDER else rest.context(file)
