"""Customers saved by conditions under a name, kept with the project for every later page."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

import msgspec

from core.errors import NothingWanted, NotThere, SameName, Unnamed
from core.explore.filters import Filter
from core.schema import Schema
from core.store.folder import sound, write

# one file: a deletion takes a forgotten customer's levels out of every file beside the project's
FILE = "cohorts.json"
NAME_AT_MOST = 80


@dataclass(frozen=True)
class Origin:
    """The segment that the conditions stand for, and how well, in shares of 0..1.

    ``precision`` of those who meet the conditions belong to it, and ``recall`` of it meet them.
    """

    segment: str
    precision: float
    recall: float


@dataclass(frozen=True)
class Cohort:
    """Conditions with a name; ``made_at`` in UTC, ISO 8601."""

    id: str
    name: str
    made_at: str
    filters: tuple[Filter, ...]
    origin: Origin | None = None


def keep(
    project: Path,
    name: str,
    filters: tuple[Filter, ...],
    made_at: str,
    origin: Origin | None = None,
) -> Cohort:
    """Keeps a cohort under a name that no other has.

    Raises Unnamed, SameName, NothingWanted and DiskFull.
    """
    called = " ".join(name.split())[:NAME_AT_MOST].strip()
    if not called:
        raise Unnamed()
    if not filters:
        raise NothingWanted()
    known = listed(project)
    if any(other.name.casefold() == called.casefold() for other in known):
        raise SameName(called)
    made = Cohort(uuid.uuid4().hex[:12], called, made_at, filters, origin)
    _write(project, (*known, made))
    return made


def listed(project: Path) -> tuple[Cohort, ...]:
    """Every cohort of the project, oldest first; a damaged file is set aside, not removed."""
    return sound(project / FILE, tuple[Cohort, ...]) or ()


def fitting(project: Path, schema: Schema) -> tuple[Cohort, ...]:
    """The cohorts whose columns a table with that schema has."""
    return tuple(
        cohort
        for cohort in listed(project)
        if all(wanted.column in schema for wanted in cohort.filters)
    )


def cohort(project: Path, id_: str) -> Cohort:
    """The cohort of that id. Raises NotThere."""
    for each in listed(project):
        if each.id == id_:
            return each
    raise NotThere("cohort", id_)


def remove(project: Path, id_: str) -> None:
    """Deletes the cohort of that id. Raises NotThere."""
    gone = cohort(project, id_)
    _write(project, tuple(each for each in listed(project) if each.id != gone.id))


def _write(project: Path, cohorts: tuple[Cohort, ...]) -> None:
    write(project / FILE, msgspec.json.encode(cohorts))
