"""Where does it fail?"""

from __future__ import annotations

from collections.abc import Iterator

from core.charts.dotted import Dotted, Row
from core.explain.values import cut
from core.explore.filter_words import all_words
from core.models.family import Task
from core.questions.known import Known
from core.questions.question import Question, waiting
from core.review.errors import Errors, Segment
from core.review.piece import Drawn, Listed, Piece, Said
from core.text.phrases import Phrases, number, share

KEY = "questions.failing"
LONGEST = 44  # letters beside a chart; the table has the whole


def pieces(known: Known, say: Phrases) -> tuple[Piece, ...]:
    """Groups of customers about whom it is wrong most, and saved cohorts."""
    found = known.evidence.errors
    if found is None:
        few = known.evidence.whole
        return (Said(f"{KEY}.too_few") if few else waiting("evidence"),)
    return (*_segments(found, say), *_cohorts(found, say))


def _segments(found: Errors, say: Phrases) -> Iterator[Piece]:
    worse = [each for each in found.segments if each.is_worse]
    facts = {"looked_at": found.looked_at, "rows": found.rows}
    if not worse:
        yield Said(f"{KEY}.nowhere", facts, good=True)
    for each in worse[:1]:
        told = {"who": all_words(each.filters, say), "times": each.error / max(each.rest, 1e-12)}
        hard = _hard(each, found)
        yield Said(f"{KEY}.worst", facts | told | {"those": each.rows}, None if hard else False)
        if hard:
            yield Said(f"{KEY}.hard", {"predicted": each.predicted, "happened": each.happened})
    if found.segments:
        yield _drawn("errors", found, found.segments, say)
        yield _listed(f"{KEY}.segments", found, found.segments, say)


def _hard(worst: Segment, found: Errors) -> bool:
    """Whether chances about them are right on average: they are hard to tell, not told wrongly."""
    if found.task is Task.REGRESSION:
        return False
    return worst.happened_low <= worst.predicted <= worst.happened_high


def _cohorts(found: Errors, say: Phrases) -> Iterator[Piece]:
    if not found.cohorts:
        yield Said(f"{KEY}.no_cohorts")
        return
    yield _drawn("cohorts", found, found.cohorts, say)
    yield _listed(f"{KEY}.cohorts", found, found.cohorts, say)


def _drawn(about: str, found: Errors, shown: tuple[Segment, ...], say: Phrases) -> Piece:
    rows = tuple(
        Row(cut(_name(n, s, say), LONGEST), s.error, s.low, s.high, s.rows, s.is_worse)
        for n, s in enumerate(shown, start=1)
    )
    facts = {"measure": say(f"{KEY}.measure.{_measure(found)}"), "rows": found.rows}
    return Drawn("dotted", Dotted(about, rows, found.overall, facts=facts))


def _listed(title: str, found: Errors, shown: tuple[Segment, ...], say: Phrases) -> Piece:
    heads = ("who", "rows", "times", "predicted", "happened")
    words = number if found.task is Task.REGRESSION else share
    return Listed(
        title,
        tuple(f"{KEY}.of.{head}" for head in heads),
        tuple(
            (
                _name(n, s, say),
                s.rows,
                say(f"{KEY}.times", times=s.error / max(s.rest, 1e-12)),
                words(s.predicted),
                words(s.happened),
            )
            for n, s in enumerate(shown, start=1)
        ),
    )


def _name(number: int, segment: Segment, say: Phrases) -> str:
    return f"{number}. {segment.name or all_words(segment.filters, say)}"


def _measure(found: Errors) -> str:
    return "value" if found.task is Task.REGRESSION else "chance"


QUESTION = Question("failing", 50, pieces)
