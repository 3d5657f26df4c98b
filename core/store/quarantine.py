"""What is not what it should be is taken out of the way, to be looked at; nothing is removed.

Models that changed, and packages that were brought and refused. They go with the next deletion of a
customer and when the project's files are encrypted or opened, because they may hold what is
deleted, and nobody may open them to find out.
"""

from __future__ import annotations

import logging
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from core.errors import ModelDamaged, NotThere, UserError
from core.store import allowed, index, log, trail
from core.store.clock import now
from core.store.folder import discard, readable, staged
from core.store.manifest import where
from core.store.roles import Right
from core.store.shelf import MODELS
from core.store.trail import What
from core.store.untold import telling
from core.store.who import Who, acting, acting_as

FOLDER = "set-aside"
KIND = "models"  # what the logs from before there was a trail call it
PACKAGE, WHY = "package.zip", "why.json"
BROUGHT = "import-"
UNKNOWN = "unknown"
DAMAGED = ModelDamaged("", "").code


@dataclass(frozen=True)
class Aside:
    """What is not used: a model, or a brought file (``model`` is empty then).

    ``key`` names what was set aside and is empty for what still lies on the shelf. ``code`` and
    ``facts`` are of the error that tells why; ``when`` in UTC, ISO 8601.
    """

    key: str
    model: str
    code: str
    facts: dict[str, Any]
    file: str = ""
    when: str = ""


class _Refused(msgspec.Struct, frozen=True):
    file: str
    when: str
    code: str
    facts: dict[str, Any]


def set_aside(place: Path, reason: str) -> None:
    """Moves a model's folder out of the shelf and tells why in the project's trail.

    Does nothing outside of a project. Raises DiskFull and CannotWrite.
    """
    known = where(place)
    if known is None or not place.exists():
        return
    project = place.parents[1]
    aside = project / FOLDER / f"{place.name}-{uuid.uuid4().hex[:8]}"
    why = reason.partition(":")[0][:80]  # what a parser says after it may quote a cell
    facts = {"kind": "model", "reason": why, "place": aside.name}
    # who only looks at a project finds what is damaged too: then it is the app that does this
    who = acting() if allowed.may(project, Right.WORK) else Who("")
    with acting_as(who), telling(project, What.ASIDE, place.name, **facts), index.turn(known.home):
        aside.parent.mkdir(exist_ok=True)
        place.replace(aside)
        index.gone(known)
    logging.warning("%s is set aside as %s: %s", place, aside.name, reason)


def refuse(project: Path, file: Path, name: str, why: UserError) -> None:
    """Keeps a file that was brought as a model and refused, unopened, with why. Raises DiskFull."""
    place = project / FOLDER / f"{BROUGHT}{uuid.uuid4().hex[:8]}"
    with staged(place) as aside:
        shutil.copyfile(file, aside / PACKAGE)
        told = _Refused(name, now(), why.code, why.facts)
        (aside / WHY).write_bytes(msgspec.json.encode(told))
    trail.tell(project, What.ASIDE, name, reason=why.code)


def listed(project: Path) -> tuple[str, ...]:
    """The ids of models that are set aside."""
    names = (place.name for place in (project / FOLDER).glob("[0-9a-f]*-*"))
    return tuple(sorted({name.rpartition("-")[0] for name in names}))


def asides(project: Path) -> tuple[Aside, ...]:
    """What is set aside, latest first. Raises what ``vault.opened`` raises."""
    return tuple(sorted(_asides(project), key=lambda each: (each.when, each.key), reverse=True))


def aside(project: Path, key: str) -> Aside:
    """What was set aside under that name. Raises NotThere and what ``vault.opened`` raises."""
    for each in _asides(project):
        if each.key == key:
            return each
    raise NotThere("model", key)


def package(project: Path, key: str) -> Path:
    """The file that was brought and is set aside under that name. Raises NotThere."""
    return project / FOLDER / aside(project, key).key / PACKAGE


def put_back(project: Path, key: str) -> Path:
    """Moves a model that was set aside to its place on the shelf, where nothing may be; gives that.

    It is foreign there until somebody takes it over. Raises NotThere and DiskFull.
    """
    place = project / MODELS / aside(project, key).model
    with index.turn(project.parent.parent):
        place.parent.mkdir(exist_ok=True)
        (project / FOLDER / key).replace(place)
    return place


def remove(project: Path, key: str) -> None:
    """Removes what was set aside under that name. Raises NotThere and DiskFull."""
    discard(project / FOLDER / aside(project, key).key)


def empty(project: Path) -> None:
    """Removes what is set aside."""
    place = project / FOLDER
    if place.is_symlink():
        place.unlink()
    elif place.is_dir():
        discard(place)


def _asides(project: Path) -> Iterator[Aside]:
    told, old = _told(project), log.entries(project, KIND)
    for place in sorted((project / FOLDER).glob("[!.]*-*")):
        if place.name.startswith(BROUGHT):
            found = readable(place / WHY, _Refused)
            why = found or _Refused(UNKNOWN, "", DAMAGED, {"model": UNKNOWN, "reason": UNKNOWN})
            yield Aside(place.name, "", why.code, why.facts, why.file, why.when)
            continue
        model = place.name.rpartition("-")[0]
        reason, when = told.get(place.name) or next(
            ((e.names[0], e.when) for e in old if e.what == model and e.names), (UNKNOWN, "")
        )
        facts = {"model": model, "reason": reason}
        yield Aside(place.name, model, DAMAGED, facts, when=when)


def _told(project: Path) -> dict[str, tuple[str, str]]:
    """Why and when, by the name of what was set aside, as the trail tells."""
    return {
        str(line.facts.get("place", "")): (str(line.facts.get("reason", UNKNOWN)), line.when)
        for line in trail.lines(project)
        if line.what is What.ASIDE
    }
