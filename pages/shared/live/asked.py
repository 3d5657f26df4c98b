"""A question that a page's script sent, and what it is told."""

from __future__ import annotations

import json
import logging
import uuid
from dataclasses import dataclass
from typing import Any

import msgspec

from core import wire
from core.errors import BadValue, UserError
from core.text.phrases import phrases
from core.what_if.controls import Control
from core.what_if.live import Answer, Plain, View
from core.what_if.sparks import Spark
from pages.shared.live import ground
from pages.shared.live.permit import Shown, permitted


class Standing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands on the screen, as in ``View``."""

    rows: tuple[str, ...] = ()
    span: tuple[float, float] | None = None


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Edits by column, and what stands on the screen; ``permit`` tells whose.

    ``lines`` are columns whose whole line is wanted instead of an answer.
    """

    permit: str
    edits: dict[str, Plain]
    view: Standing = Standing()
    lines: tuple[str, ...] | None = None


class Repeated(ValueError):
    """A name that stands twice in one object: which of the two is meant nobody can tell."""


@dataclass(frozen=True)
class Told:
    """An answer, or lines, or a sentence that says what is wrong."""

    answer: Answer | None = None
    lines: tuple[Spark, ...] | None = None
    error: str = ""


def told(body: bytes) -> tuple[bytes, int]:
    """JSON for JSON, with HTTP's status; what was sent is never told back."""
    try:
        change = wire.read(body, Change)
        json.loads(body, object_pairs_hook=_once, parse_int=str, parse_float=str)
    except (msgspec.DecodeError, UnicodeDecodeError, Repeated):
        return b"{}", 400
    shown = permitted(change.permit)
    if shown is None:
        return b"{}", 403
    found, status = _found(shown, change)
    return msgspec.json.encode(found), status


def _once(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        raise Repeated


def _found(shown: Shown, change: Change) -> tuple[Told, int]:
    say = phrases(shown.language)
    try:
        known = ground.ground(shown).controls
        if not all(_fits(known.get(name), value) for name, value in change.edits.items()):
            return Told(error=say("live.refused")), 422
        if change.lines is not None:
            return Told(lines=ground.lines(shown, change.edits, change.lines)), 200
        view = View(change.view.rows, change.view.span)
        return Told(answer=ground.answer(shown, change.edits, view)), 200
    except BadValue:
        return Told(error=say("live.refused")), 422
    except UserError as error:
        return Told(error=say(f"errors.{error.code}", **error.facts)), 422
    except Exception:  # the edge: the trace goes to the log, the person gets a reference
        reference = uuid.uuid4().hex[:8]
        logging.exception("reference %s", reference)
        return Told(error=say("errors.unexpected", reference=reference)), 500


def _fits(field: Control | None, value: Plain) -> bool:
    """Whether a page's own field could have sent that: numbers as numbers, all else as text."""
    if field is None or value is None:
        return field is not None
    return isinstance(value, str) is (field.sort not in ground.NUMBERS)
