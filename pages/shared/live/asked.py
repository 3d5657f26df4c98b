"""A question that a page's script sent, and what it is told."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass

import msgspec

from core.errors import UserError
from core.text.phrases import phrases
from core.what_if.live import Answer, Plain, View
from core.what_if.sparks import Spark
from pages.shared.live import ground
from pages.shared.live.permit import Shown, permitted

STANDING = View()


@dataclass(frozen=True)
class Change:
    """Edits by column, and what stands on the screen; ``permit`` tells whose.

    ``lines`` are columns whose whole line is wanted instead of an answer.
    """

    permit: str
    edits: dict[str, Plain]
    view: View = STANDING
    lines: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Told:
    """An answer, or lines, or a sentence that says what is wrong."""

    answer: Answer | None = None
    lines: tuple[Spark, ...] | None = None
    error: str = ""


def told(body: bytes) -> tuple[bytes, int]:
    """JSON for JSON, with HTTP's status."""
    try:
        change = msgspec.json.decode(body, type=Change)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return b"{}", 400
    shown = permitted(change.permit)
    if shown is None:
        return b"{}", 403
    found, status = _found(shown, change)
    return msgspec.json.encode(found), status


def _found(shown: Shown, change: Change) -> tuple[Told, int]:
    say = phrases(shown.language)
    try:
        if change.lines is not None:
            return Told(lines=ground.lines(shown, change.edits, change.lines)), 200
        return Told(answer=ground.answer(shown, change.edits, change.view)), 200
    except UserError as error:
        return Told(error=say(f"errors.{error.code}", **error.facts)), 422
    except Exception:  # the edge: the trace goes to the log, the person gets a reference
        reference = uuid.uuid4().hex[:8]
        logging.exception("reference %s", reference)
        return Told(error=say("errors.unexpected", reference=reference)), 500
