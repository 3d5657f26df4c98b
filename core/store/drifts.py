"""Comparisons of a model with later tables, a file each in the project: they go with the model.

They hold counts of customers, and no customer; still all of them go when a customer is deleted,
for a table that was brought to compare is not kept, and nobody can tell any more who was in it.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass
from pathlib import Path

import msgspec

from core.drift.comparison import Comparison
from core.errors import NotThere
from core.store.folder import discard, sound, unlink, write
from core.store.trail import What, tell
from core.store.who import Who, acting

FOLDER = "drifts"


@dataclass(frozen=True)
class Compared:
    """Which table a model was compared with: its name, its id, and the SHA-256 of its cells."""

    name: str
    table: str
    hash: str

    @property
    def short(self) -> str:
        """The beginning of the hash, to be compared by eye."""
        return self.hash[:12]


@dataclass(frozen=True)
class Kept:
    """A comparison that was made by ``who``, at a time in UTC (ISO 8601)."""

    id: str
    model: str
    made_at: str
    who: Who
    of: Compared
    found: Comparison

    @property
    def when(self) -> str:
        """The day and minute, in UTC."""
        return minute(self.made_at)


def minute(time: str) -> str:
    """A time in ISO 8601 to the minute."""
    return time[:16].replace("T", " ")


def keep(project: Path, model: str, of: Compared, found: Comparison, made_at: str) -> Kept:
    """Keeps a comparison; the trail tells of it. Raises DiskFull."""
    kept = Kept(uuid.uuid4().hex[:12], model, made_at, acting(), of, found)
    text = msgspec.json.encode(kept)
    write(_file(project, model, kept.id), text)
    verdict, seal = str(found.advice.verdict), hashlib.sha256(text).hexdigest()
    tell(project, What.COMPARE, model, seal, comparison=kept.id, table=of.table, verdict=verdict)
    return kept


def listed(project: Path, model: str) -> tuple[Kept, ...]:
    """Every comparison of a model, newest first; a damaged file is set aside, not removed."""
    files = sorted((project / FOLDER / model).glob("[0-9a-f]*.json"))
    found = [sound(file, Kept) for file in files]
    known = [kept for kept in found if kept is not None]
    return tuple(sorted(known, key=lambda kept: (kept.made_at, kept.id), reverse=True))


def load(project: Path, model: str, comparison: str) -> Kept:
    """The comparison of that id. Raises NotThere."""
    found = sound(_file(project, model, comparison), Kept)
    if found is None:
        raise NotThere("comparison", comparison)
    return found


def remove(project: Path, model: str, comparison: str) -> None:
    """Deletes a comparison; the trail tells of it. Raises NotThere."""
    file = _file(project, model, comparison)
    if not file.is_file():
        raise NotThere("comparison", comparison)
    unlink(file)
    tell(project, What.DELETE, model, kind="comparison", comparison=comparison)


def forget(project: Path, model: str = "") -> None:
    """Removes the comparisons of a model, or all of a project."""
    place = project / FOLDER / model
    if place.is_dir():
        discard(place)


def _file(project: Path, model: str, comparison: str) -> Path:
    known = re.fullmatch(r"[0-9a-f]{8,64}", model) and re.fullmatch(r"[0-9a-f]{12}", comparison)
    if not known:
        raise NotThere("comparison", comparison)
    return project / FOLDER / model / f"{comparison}.json"
