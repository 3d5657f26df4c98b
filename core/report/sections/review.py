"""What reviewers asked, found and signed."""

from __future__ import annotations

from pathlib import Path

from core.report.known import Known
from core.report.section import Chapter, Section
from core.review.piece import Said

KEY = "review"


def review_of(project: Path, model: str) -> tuple[Chapter, ...]:
    """The chapters of a model's review: questions with evidence and verdicts, state, signatures."""
    return (Chapter(KEY, "report.review.title", (Said("report.review.none", {}, False),)),)


def _chapters(known: Known) -> tuple[Chapter, ...]:
    if known.project is None:
        said = Said("report.review.alone", {}, False)
        return (Chapter(KEY, "report.review.title", (said,)),)
    return review_of(known.project, known.spec.id)


SECTION = Section(KEY, 100, _chapters)
