"""The contract of a question of a review: what one file in ``core/questions`` says about itself.

A question's file defines one constant ``QUESTION``. Its words are in ``core/text`` under
``questions.<key>``: ``title`` asks it and ``help`` says what to look for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from core.discover import entries
from core.questions.known import Known
from core.review.piece import Piece, Said
from core.text.phrases import Phrases


@dataclass(frozen=True)
class Question:
    """One question. ``pieces(known, say)`` gives the evidence without working anything out."""

    key: str
    order: int
    pieces: Callable[[Known, Phrases], tuple[Piece, ...]]


def questions() -> tuple[Question, ...]:
    """Every question, in the order in which they are asked."""
    found = cast(dict[str, Question], entries("core.questions", "QUESTION"))
    return tuple(sorted(found.values(), key=lambda each: each.order))


def keys() -> tuple[str, ...]:
    """The keys of all questions: each must be answered before a model is approved."""
    return tuple(each.key for each in questions())


def text(words: str, good: bool | None = None) -> Said:
    """A sentence that was made elsewhere."""
    return Said("questions.text", {"text": words}, good)


def waiting(what: str) -> Said:
    """What has not been looked at yet, by its key in ``questions.waiting``."""
    return Said(f"questions.waiting.{what}")
