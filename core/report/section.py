"""The contract of a section of the report: one file in ``sections`` with a constant ``SECTION``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from core.discover import entries
from core.report.known import Known
from core.review.piece import Piece


@dataclass(frozen=True)
class Chapter:
    """What a reader sees under one heading. ``key`` is its anchor, ``title`` a key of core/text."""

    key: str
    title: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Section:
    """A place in the report, by its ``order``; mostly one chapter.

    What is not known is said in a sentence, never left out.
    """

    key: str
    order: int
    chapters: Callable[[Known], tuple[Chapter, ...]]


def alone(key: str, order: int, pieces: Callable[[Known], tuple[Piece, ...]]) -> Section:
    """A section of one chapter, whose title is ``report.<key>.title``."""
    return Section(key, order, lambda known: (Chapter(key, f"report.{key}.title", pieces(known)),))


def sections() -> tuple[Section, ...]:
    """Every section, in the order of the report."""
    return tuple(cast(dict[str, Section], entries("core.report.sections", "SECTION")).values())
