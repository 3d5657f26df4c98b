"""Projects: what a person works on, one folder each under the home."""

from __future__ import annotations

import os
import re
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from core.errors import NotThere
from core.store import allowed, heads, index
from core.store.folder import decoded, discard, unlink, write
from core.store.glance import in_place, is_there, look
from core.store.roles import Right
from core.store.together import finish

HOME = "WHYBUY_HOME"
RECORD = "project.json"
COMING = "coming"  # lies in a project until its first table is there


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
    """The folder of a project; what a killed process began to change in it is finished first.

    Raises NotThere for an id that cannot be one or does not exist, and for a project that the
    acting person must not know of.
    """
    place = at / "projects" / project
    if not re.fullmatch(r"[a-z0-9-]{1,64}", project) or not is_there(place / RECORD):
        raise NotThere("project", project)
    allowed.need(place, Right.LOOK)
    finish(place)
    return place


def create(at: Path, name: str, now: str, coming: bool = False) -> Project:
    """A new, empty project; where its first table is still ``coming`` it goes if that never does,
    unless ``come`` says that it has. Whoever makes it is its admin."""
    from core.store import people  # brings what signs, which the first page does without

    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:32].strip("-") or "project"
    project = Project(f"{slug}-{uuid.uuid4().hex[:6]}", name, now)
    people.first(at / "projects" / project.id)  # before there is a project to be seen
    if coming:
        write(at / "projects" / project.id / COMING, b"")
    write(at / "projects" / project.id / RECORD, msgspec.json.encode(project))
    return project


def come(at: Path, project: Project) -> None:
    """Saves a project whose first table is there."""
    save(at, project)
    unlink(folder(at, project.id) / COMING)


def load(at: Path, project: str) -> Project:
    """The project of that id; a damaged record is made anew from what lies beside it.

    Raises NotThere.
    """
    record = folder(at, project) / RECORD
    try:
        return decoded(record, Project)
    except FileNotFoundError as fault:  # removed between two looks
        raise NotThere("project", project) from fault
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _from_tables(record)


def save(at: Path, project: Project) -> Project:
    """Writes the project's record; gives it back."""
    write(folder(at, project.id) / RECORD, msgspec.json.encode(project))
    return project


def aimed(at: Path, project: str, target: str, outcome: str) -> Project:
    """The project with another question."""
    return save(at, replace(load(at, project), target=target, outcome=outcome))


def recent(at: Path) -> tuple[Project, ...]:
    """All projects that the acting person may look at, last used first."""
    used = {record.parent.name: _used(record) for record in in_place(at / "projects", RECORD)}
    ids = sorted(used, key=lambda project: used[project], reverse=True)
    return tuple(project for id_ in ids if (project := _maybe(at, id_)))


def told_apart(projects: tuple[Project, ...]) -> dict[str, str]:
    """A label for each project, by id: its name, numbered from the second made of that name on."""
    labels: dict[str, str] = {}
    taken: set[str] = set()
    for project in sorted(projects, key=lambda project: (project.created, project.id)):
        number, label = 1, project.name
        while label in taken:
            number += 1
            label = f"{project.name} ({number})"
        taken.add(label)
        labels[project.id] = label
    return {project.id: labels[project.id] for project in projects}


def remove(at: Path, project: str) -> None:
    """Deletes a project with all that is in it, its trail too. Raises NotThere."""
    discard(folder(at, project))
    index.forget(at, project)
    heads.forget(at, project)


def _maybe(at: Path, project: str) -> Project | None:
    try:
        return load(at, project)
    except NotThere:
        return None


def _used(record: Path) -> float:
    known = look(record)
    return known.st_mtime if known else 0.0  # removed between two looks


def _from_tables(record: Path) -> Project:
    """A project whose record is lost: its newest table is in use and nothing is asked of it yet."""
    place = record.parent
    tables = sorted((place / "tables").glob("[0-9a-f]*"), key=lambda t: t.stat().st_mtime)
    created = datetime.fromtimestamp(_used(record), UTC).isoformat(timespec="seconds")
    return Project(place.name, place.name, created, tables[-1].name if tables else "")
