"""Projects: what a person works on, one folder each under the home."""

from __future__ import annotations

import os
import re
import shutil
import uuid
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from core.errors import NotThere
from core.store.folder import write

HOME = "WHYBUY_HOME"
RECORD = "project.json"


@dataclass(frozen=True)
class Project:
    """One project: its tables, models and reasons lie in ``folder``.

    ``table`` is the id of the table in use, empty before the first. ``target`` and ``outcome`` are
    what is asked of it.
    """

    id: str
    name: str
    created: str
    table: str = ""
    target: str = ""
    outcome: str = ""


def home() -> Path:
    """Where everything a person makes is kept: ``WHYBUY_HOME``, or ``data/workspace``."""
    given = os.environ.get(HOME)
    return Path(given) if given else Path(__file__).resolve().parents[2] / "data" / "workspace"


def folder(at: Path, project: str) -> Path:
    """The folder of a project. Raises NotThere for an id that cannot be one or does not exist."""
    place = at / "projects" / project
    if not re.fullmatch(r"[a-z0-9-]{1,64}", project) or not (place / RECORD).is_file():
        raise NotThere("project", project)
    return place


def create(at: Path, name: str, now: str) -> Project:
    """A new, empty project."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:32].strip("-") or "project"
    project = Project(f"{slug}-{uuid.uuid4().hex[:6]}", name, now)
    write(at / "projects" / project.id / RECORD, msgspec.json.encode(project))
    return project


def load(at: Path, project: str) -> Project:
    """The project of that id. Raises NotThere."""
    return msgspec.json.decode((folder(at, project) / RECORD).read_bytes(), type=Project)


def save(at: Path, project: Project) -> Project:
    """Writes the project's record; gives it back."""
    write(folder(at, project.id) / RECORD, msgspec.json.encode(project))
    return project


def aimed(at: Path, project: str, target: str, outcome: str) -> Project:
    """The project with another question."""
    return save(at, replace(load(at, project), target=target, outcome=outcome))


def recent(at: Path) -> tuple[Project, ...]:
    """All projects, last used first; a damaged record is passed over."""
    records = sorted(
        (at / "projects").glob(f"*/{RECORD}"), key=lambda r: r.stat().st_mtime, reverse=True
    )
    return tuple(project for record in records if (project := _readable(record)))


def remove(at: Path, project: str) -> None:
    """Deletes a project with all that is in it."""
    place = folder(at, project)
    gone = place.with_name(f".{project}.{uuid.uuid4().hex}")
    place.replace(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _readable(record: Path) -> Project | None:
    try:
        return msgspec.json.decode(record.read_bytes(), type=Project)
    except (msgspec.DecodeError, OSError):
        return None
