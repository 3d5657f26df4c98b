"""What was done in the project last, and whether the log of it is whole."""

from __future__ import annotations

from core.report.known import Known
from core.report.section import alone
from core.report.wording import when, words
from core.review.piece import Listed, Piece, Said
from core.store.chain import verify
from core.store.trail import Line, What
from core.store.trail_words import judged, who

LINES_SHOWN = 10


def _pieces(known: Known) -> tuple[Piece, ...]:
    if known.project is None:
        return (Said("report.trail.alone"),)
    if known.trail is None:
        return Said("report.trail.unread", {}, False), wholeness(known)
    if not known.trail:
        told = wholeness(known)
        return (Said("report.trail.none") if told.good else told,)
    say = known.say
    rows = tuple(
        (
            str(line.number),
            when(line.when),
            who(line, say),
            _what(line, known),
            say(f"report.trail.of.{_of(line, known)}"),
        )
        for line in reversed(known.trail[-LINES_SHOWN:])
    )
    headers = tuple(f"report.trail.{name}" for name in ("number", "when", "who", "did", "to"))
    return (
        Said("report.trail.lines", {"lines": len(known.trail), "shown": len(rows)}),
        Listed("report.trail.last", headers, rows),
        wholeness(known),
    )


def wholeness(known: Known) -> Said:
    """Whether nobody changed, took out or added a line."""
    if known.project is None:
        return Said("report.trail.alone")
    found = verify(known.project)
    return words(judged(found, known.say), found.is_whole)


def _what(line: Line, known: Known) -> str:
    """In words; a newer version may have told what this one has none for."""
    if isinstance(line.what, What):
        return known.say(f"report.trail.what.{line.what}")
    return known.say("report.trail.unknown")


def _of(line: Line, known: Known) -> str:
    """What it was done to, where that is this model or its table: an id may be a customer's."""
    if line.of == known.spec.id:
        return "model"
    return "table" if line.of == known.spec.dataset else "other"


SECTION = alone("trail", 110, _pieces)
