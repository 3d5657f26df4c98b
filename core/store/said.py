"""What people said of a project's models: notes, which is the champion, which are put away.

Each kind lies in a file of its own that is replaced whole; who changes one does so alone, of all
processes and tabs, so that nobody's words are lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from core.store.allowed import need_to_write
from core.store.clock import now
from core.store.folder import room_on_disk, sound, unlink, write
from core.store.locked import locked
from core.store.who import acting

FOLDER = "registry"
ARCHIVED, CHAMPIONS, NOTES = "archived.json", "champions.json", "notes"
Kept = TypeVar("Kept")


class Mark(msgspec.Struct, frozen=True):
    """Who said something and when (UTC, ISO 8601)."""

    who: str
    signed_in: bool
    when: str


class Note(msgspec.Struct, frozen=True):
    """What somebody wrote about a model; plain text."""

    id: str
    text: str
    mark: Mark


class Question(msgspec.Struct, frozen=True, order=True):
    """What is asked of which table; ``outcome`` is empty but for a binary target."""

    table: str
    target: str
    outcome: str


class Champion(msgspec.Struct, frozen=True):
    """The model that answers a question, as somebody decided."""

    question: Question
    model: str
    mark: Mark


def mark() -> Mark:
    """Whoever acts now, now."""
    who = acting()
    return Mark(who.name, who.signed_in, now())


@contextmanager
def alone(project: Path) -> Iterator[None]:
    """Within the block nobody else changes what is said of the project's models; not to be nested.

    Raises DiskFull and CannotWrite, and as ``need_to_write``: before anything is told.
    """
    place = project / FOLDER
    need_to_write(place)
    with room_on_disk(FOLDER):
        place.mkdir(parents=True, exist_ok=True)
    with locked(place):
        yield


def archived(project: Path) -> dict[str, Mark]:
    """The models that are put away, by id. Raises what ``vault.opened`` raises."""
    return sound(project / FOLDER / ARCHIVED, dict[str, Mark]) or {}


def keep_archived(project: Path, marks: dict[str, Mark]) -> None:
    """Keeps which models are put away. Raises DiskFull."""
    write(project / FOLDER / ARCHIVED, msgspec.json.encode(marks))


def champions(project: Path) -> tuple[Champion, ...]:
    """The champion of each question that has one. Raises what ``vault.opened`` raises."""
    return sound(project / FOLDER / CHAMPIONS, tuple[Champion, ...]) or ()


def keep_champions(project: Path, found: tuple[Champion, ...]) -> None:
    """Keeps the champions. Raises DiskFull."""
    write(project / FOLDER / CHAMPIONS, msgspec.json.encode(found))


def notes(project: Path, model: str) -> tuple[Note, ...]:
    """What was written about a model, oldest first. Raises what ``vault.opened`` raises."""
    return sound(_notes(project, model), tuple[Note, ...]) or ()


def keep_notes(project: Path, model: str, found: tuple[Note, ...]) -> None:
    """Keeps what was written about a model. Raises DiskFull."""
    if found:
        write(_notes(project, model), msgspec.json.encode(found))
    else:
        unlink(_notes(project, model))


def noted(project: Path) -> dict[str, int]:
    """How many notes there are of each model that has any."""
    places = (project / FOLDER / NOTES).glob("[0-9a-f]*.json")
    return {file.stem: len(notes(project, file.stem)) for file in places}


def _notes(project: Path, model: str) -> Path:
    return project / FOLDER / NOTES / f"{model}.json"
