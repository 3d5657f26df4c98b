"""What an error of a job said, kept with its project where that is encrypted: it may name cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from core import wire
from core.errors import UserError
from core.store import rest
from core.store.folder import discard, unlink, write

FOLDER = "faults"
KEPT = 20


def keep(project: Path, job: str, error: UserError) -> dict[str, Any]:
    """The facts that may stand in clear in the job's status; none where they were sealed instead.

    Raises DiskFull and what ``vault.opened`` raises.
    """
    file = _file(project, job)
    if not project.is_dir() or not rest.is_to_be_sealed(file):
        return error.facts
    file.parent.mkdir(exist_ok=True)
    write(file, msgspec.json.encode(error.facts))
    for old in sorted(file.parent.glob("*.json"), key=lambda each: each.stat().st_mtime)[:-KEPT]:
        unlink(old)
    return {}


def kept(project: Path, job: str) -> dict[str, Any]:
    """The facts that were sealed with the project; empty where there are none.

    Raises VaultDamaged and what ``vault.opened`` raises.
    """
    file = _file(project, job)
    if not file.is_file():
        return {}
    return wire.read(rest.content(file), dict[str, Any])


def forget(project: Path) -> None:
    """Nothing that was said of the project's cells stays."""
    if (project / FOLDER).is_dir():
        discard(project / FOLDER)


def _file(project: Path, job: str) -> Path:
    return project / FOLDER / f"{job}.json"
