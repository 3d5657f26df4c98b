"""What the model is for and where it must not be relied on, in people's own words."""

from __future__ import annotations

from core.report.known import Known
from core.report.section import alone
from core.report.wording import words
from core.review.piece import Piece, Said


def _pieces(known: Known) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for name, text in (("meant", known.told.intended_use), ("limits", known.told.limits)):
        pieces.append(Said(f"report.use.{name}"))
        lines = [line for line in text.splitlines() if line.strip()]
        pieces += [words(line) for line in lines] or [Said(f"report.use.no_{name}")]
    return (*pieces, Said("report.use.always"))


SECTION = alone("use", 20, _pieces)
