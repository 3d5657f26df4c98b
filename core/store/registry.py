"""Every model of a project, over all its tables and questions, and what people say of each.

What is changed here is told to the project's trail before it is done: there may be a line of what
was broken off, and no change without its line.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from core.errors import IsArchived, ModelDamaged, ModelThere, NoteEmpty, NotThere, UserError
from core.store import adoption, models, quarantine, reviews, said, trail
from core.store.allowed import need_to_write
from core.store.board import board
from core.store.models import Entry
from core.store.quarantine import Aside
from core.store.said import Champion, Mark, Note, Question
from core.store.shelf import MODELS, NO_KEY
from core.store.trail import What
from core.text.plain import visible

NOTE_AT_MOST = 2000


@dataclass(frozen=True)
class Model:
    """A model as the registry tells of it: by whom it was made champion or put away, if it was,
    how many notes there are of it, and how far its review is (empty where there is none)."""

    entry: Entry
    champion: Mark | None
    archived: Mark | None
    notes: int
    review: str

    @property
    def question(self) -> Question:
        return question_of(self.entry)


@dataclass(frozen=True)
class Registry:
    """All models, newest first; and what is not used, each with why."""

    models: tuple[Model, ...]
    aside: tuple[Aside, ...]

    def __getitem__(self, model: str) -> Model:
        """The model of that id. Raises NotThere."""
        for each in self.models:
            if each.entry.id == model:
                return each
        raise NotThere("model", model)

    def rivals(self, model: str) -> int:
        """How many other models answer the question of that one."""
        asked = self[model].question
        return sum(each.question == asked for each in self.models) - 1


def registry(project: Path) -> Registry:
    """What there is. Raises what ``vault.opened`` raises."""
    found, away, notes = board(project), said.archived(project), said.noted(project)
    crowned = {each.model: each.mark for each in said.champions(project)}
    listed = tuple(
        Model(e, crowned.get(e.id), away.get(e.id), notes.get(e.id, 0), review_of(project, e.id))
        for e in found.entries
    )
    left_out = tuple(
        Aside("", name, fault.code, fault.facts) for name, fault in found.faults.items()
    )
    return Registry(listed, (*left_out, *quarantine.asides(project)))


def question_of(entry: Entry) -> Question:
    """What a model answers."""
    return Question(entry.spec.dataset, entry.spec.target.name, entry.spec.outcome)


def review_of(project: Path, model: str) -> str:
    """How far a model's review is, as it is kept; empty where it has none."""
    return reviews.state_of(project, model)


def proposed(project: Path, entries: Iterable[Entry]) -> str:
    """Which of a question's models is its champion; empty where none is."""
    crowned = {each.model for each in said.champions(project)}
    return next((entry.id for entry in entries if entry.id in crowned), "")


def archive(project: Path, model: str) -> None:
    """Puts a model away: out of boards and choices, and kept whole. It is no champion any more.

    Raises NotThere and DiskFull.
    """
    models.place(project, model)
    with said.alone(project):
        before = said.archived(project)
        if model in before:
            return
        trail.tell(project, What.ARCHIVE, model)
        _uncrown(project, model)
        said.keep_archived(project, before | {model: said.mark()})


def restore(project: Path, model: str) -> None:
    """Brings a model back that was put away. Raises NotThere and DiskFull."""
    models.place(project, model)
    with said.alone(project):
        left = said.archived(project)
        if model in left:
            trail.tell(project, What.RESTORE, model)
            del left[model]
            said.keep_archived(project, left)


def crown(project: Path, model: str) -> Champion:
    """Makes a model the champion of its question, in place of another. Raises NotThere, IsArchived,
    and what ``models.entry`` raises."""
    question = question_of(models.entry(models.place(project, model)))
    with said.alone(project):
        if model in said.archived(project):
            raise IsArchived(model)
        made = Champion(question, model, said.mark())
        trail.tell(project, What.CHAMPION, model, target=question.target, outcome=question.outcome)
        others = (each for each in said.champions(project) if each.question != question)
        said.keep_champions(project, (*others, made))
    return made


def uncrown(project: Path, model: str) -> None:
    """The model is no champion any more. Raises DiskFull."""
    with said.alone(project):
        if any(each.model == model for each in said.champions(project)):
            trail.tell(project, What.CHAMPION, model, target="", outcome="")
            _uncrown(project, model)


def note(project: Path, model: str, text: str) -> Note:
    """Writes a note about a model, on one line and cut. Raises NotThere, NoteEmpty and DiskFull."""
    models.place(project, model)
    words = visible(text, NOTE_AT_MOST)
    if not words:
        raise NoteEmpty()
    made = Note(uuid.uuid4().hex[:12], words, said.mark())
    with said.alone(project):
        trail.tell(project, What.NOTE, model, hashlib.sha256(words.encode()).hexdigest())
        said.keep_notes(project, model, (*said.notes(project, model), made))
    return made


def unnote(project: Path, model: str, note_id: str) -> None:
    """Removes a note. Raises NotThere and DiskFull."""
    with said.alone(project):
        before = said.notes(project, model)
        left = tuple(each for each in before if each.id != note_id)
        if len(left) == len(before):
            raise NotThere("note", note_id)
        trail.tell(project, What.NOTE, model, removed=note_id)
        said.keep_notes(project, model, left)


def remove(project: Path, model: str) -> None:
    """Deletes a model with its reasons and with what was said of it. Raises NotThere, DiskFull."""
    models.place(project, model)
    with said.alone(project):
        models.remove(project, model)  # which tells of it
        _forget(project, model)


def restore_aside(project: Path, key: str) -> str:
    """Brings a model back that was set aside, where it passes every check now; gives its id.

    Raises NotThere, ModelThere, and with the model set aside again what is wrong with it.
    """
    found = quarantine.aside(project, key)
    if (project / MODELS / found.model).exists():
        raise ModelThere(found.model)
    need_to_write(project / MODELS)
    trail.tell(project, What.RESTORE, found.model)
    place = quarantine.put_back(project, key)
    try:
        adoption.readmit(place)
    except NO_KEY:  # nothing is wrong with the model
        raise
    except UserError as fault:
        quarantine.set_aside(place, fault.reason if isinstance(fault, ModelDamaged) else fault.code)
        raise
    return found.model


def remove_aside(project: Path, key: str) -> None:
    """Deletes what was set aside. Raises NotThere and DiskFull."""
    found = quarantine.aside(project, key)
    with said.alone(project):
        trail.tell(project, What.DELETE, found.model or found.file)
        quarantine.remove(project, key)


def settle(project: Path) -> None:
    """Forgets what was said of models that are gone: a process was killed between the two.

    Raises what ``vault.opened`` raises, and DiskFull.
    """
    spoken = {*said.archived(project), *said.noted(project)}
    spoken |= {each.model for each in said.champions(project)}
    shelf = project / MODELS
    there = {place.name for place in shelf.glob("*")} | {*quarantine.listed(project)}
    there |= {place.name.split(".")[1] for place in shelf.glob(".*.*")}  # just being put in place
    if gone := spoken - there:
        with said.alone(project):
            for model in sorted(gone):
                _forget(project, model)


def _forget(project: Path, model: str) -> None:
    said.keep_notes(project, model, ())
    _uncrown(project, model)
    left = said.archived(project)
    if model in left:
        del left[model]
        said.keep_archived(project, left)


def _uncrown(project: Path, model: str) -> None:
    before = said.champions(project)
    left = tuple(each for each in before if each.model != model)
    if len(left) != len(before):
        said.keep_champions(project, left)
