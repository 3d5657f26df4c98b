"""Are its reasons sound?"""

from __future__ import annotations

from collections.abc import Iterator

from core.charts import importance as importance_chart
from core.explain.explanation import Explanation
from core.explain.importance import importance
from core.explain.ties import ties
from core.explain.verdicts import Trust, verdicts
from core.questions.known import Known
from core.questions.question import Question, text, waiting
from core.review.courses import Course
from core.review.piece import Drawn, Listed, Piece, Said
from core.review.review import Expected, Way
from core.review.steady import COLUMNS
from core.text.phrases import Phrases, share

KEY = "questions.reasons"
MOST = 0.95  # of customers: a column that goes one way does so for nearly all of them
STEADY, SHAKY = 0.7, 0.5
GOOD = {Trust.GOOD: True, Trust.CAREFUL: None, Trust.BAD: False}


def pieces(known: Known, say: Phrases) -> tuple[Piece, ...]:
    """Their order and ties, what people make of them, courses, steadiness, and the tests."""
    if known.reasons is None:
        return (waiting("reasons"),)
    return (
        *_order(known.reasons, known.saved.model.spec.target.name),
        *_marks(known, say),
        *_courses(known, say),
        *_steady(known, say),
        *_tests(known, say),
    )


def _order(found: Explanation, target: str) -> Iterator[Piece]:
    yield Drawn("importance", importance_chart.points(found, target=target))
    ranked = tuple(one.column for one in importance(found)[:COLUMNS])
    runs = ties(found, ranked)
    if runs:
        first, last = runs[0]
        told = {"columns": ranked[first : last + 1]}
        yield Said(f"{KEY}.tied", told)
    else:
        yield Said(f"{KEY}.settled", {"columns": len(ranked)}, good=True)


def _marks(known: Known, say: Phrases) -> Iterator[Piece]:
    marks = {name: m.expected for name, m in known.review.marks.items() if m.expected is not None}
    if not marks:
        yield Said(f"{KEY}.unmarked")
        return
    for word in Expected:
        names = tuple(name for name, each in marks.items() if each is word)
        if names:
            good = {Expected.EXPECTED: True, Expected.SURPRISING: None, Expected.WRONG: False}
            yield Said(f"{KEY}.marked.{word}", {"columns": names}, good[word])


def _courses(known: Known, say: Phrases) -> Iterator[Piece]:
    found = known.evidence.courses
    if found is None:
        yield waiting("courses")
        return
    wanted = {name: m.way for name, m in known.review.marks.items() if m.way is not Way.ANY}
    for course in found:
        if course.column in wanted:
            yield _course(course, wanted[course.column])
    if found:
        yield Listed(
            f"{KEY}.courses",
            tuple(f"{KEY}.of_course.{head}" for head in ("column", "rising", "falling", "rows")),
            tuple((c.column, share(c.rising), share(c.falling), c.rows) for c in found),
        )


def _course(found: Course, way: Way) -> Piece:
    kept = found.rising if way is Way.RISES else found.falling
    back = found.fall if way is Way.RISES else found.rise
    facts = {"column": found.column, "share": kept, "back": back, "rows": found.rows}
    good = kept >= MOST
    return Said(f"{KEY}.{way}_{'kept' if good else 'broken'}", facts, good)


def _steady(known: Known, say: Phrases) -> Iterator[Piece]:
    found = known.evidence.steady
    if found is None:
        if not known.evidence.whole:
            yield waiting("steady")
        return
    worst = found.same_top
    word = "steady" if worst >= STEADY else "mostly" if worst >= SHAKY else "shaky"
    facts = {"share": worst, "fits": len(found.refits), "rows": found.rows}
    yield Said(f"{KEY}.{word}", facts, {"steady": True, "mostly": None, "shaky": False}[word])
    yield Listed(
        f"{KEY}.places",
        tuple(f"{KEY}.of_place.{head}" for head in ("column", "rank", "between", "same")),
        tuple((p.column, p.rank, f"{p.best} – {p.worst}", share(p.same_way)) for p in found.places),
    )


def _tests(known: Known, say: Phrases) -> Iterator[Piece]:
    if known.quality is None:
        yield waiting("quality")
        return
    for each in verdicts(known.quality, say):
        words = f"{say(f'quality.check.{each.check}')} {each.sentence}"
        yield text(words, GOOD[each.trust])


QUESTION = Question("reasons", 70, pieces)
