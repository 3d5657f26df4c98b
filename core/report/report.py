"""The report of a model as a value: its chapters in order, of pieces that may leave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from core.report import gathering, people
from core.report.known import Known
from core.report.section import Chapter, sections


@dataclass(frozen=True, eq=False)
class Report:
    """``made_at`` is when, in UTC and ISO 8601."""

    known: Known
    chapters: tuple[Chapter, ...]
    made_at: str

    @property
    def language(self) -> str:
        return self.known.say.language


def report(project: Path, model: str, language: str, made_at: str) -> Report:
    """The report of a model of a project, read wholly from the store.

    Raises NotThere, ModelDamaged, ModelForeign, ModelOutdated and what ``rest.content`` raises.
    """
    return _report(gathering.known(project, model, language), made_at)


def report_of_folder(place: Path, language: str, made_at: str) -> Report:
    """The same of a model's folder outside of every project. Raises as ``report``."""
    return _report(gathering.known_folder(place, language), made_at)


def _report(known: Known, made_at: str) -> Report:
    found = [chapter for section in sections() for chapter in section.chapters(known)]
    chapters = tuple(
        replace(each, pieces=tuple(people.shared(piece, known.say) for piece in each.pieces))
        for each in found
    )
    return Report(known, chapters, made_at)
