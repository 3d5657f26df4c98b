"""What reviewers asked, found and signed: a chapter for the state, and one for each question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.questions import known as asked_of
from core.questions.question import Question, questions
from core.report import people
from core.report.known import Known
from core.report.section import Chapter, Section
from core.report.wording import when
from core.review.piece import Drawn, Listed, Piece, Said
from core.review.review import Move, Person, Review
from core.store import reviews
from core.text.phrases import Phrases

KEY = "review"
SEAL_SHOWN = 16
# other sections draw the same; here are the charts that a review alone has
OWN = frozenset(("dotted",))


def _chapters(known: Known) -> tuple[Chapter, ...]:
    if known.project is None:
        said = Said("report.review.alone", {}, False)
        return (Chapter(KEY, "report.review.title", (said,)),)
    review = reviews.load(known.project, known.spec.id)
    asked = _asked(known)
    return (
        Chapter(KEY, "report.review.title", tuple(_state(known, review))),
        *(
            Chapter(
                f"{KEY}-{question.key}",
                f"questions.{question.key}.title",
                (*_verdict(question, review, known.say), *_evidence(question, asked, known.say)),
            )
            for question in questions()
        ),
    )


def _asked(known: Known) -> asked_of.Known:
    """What the questions are asked of, with nothing in it that tells a customer."""
    if known.project is None:
        raise TypeError(known.name)
    saved = replace(known.saved, evaluation=known.evaluation)
    found = asked_of.of(known.project, saved)
    dataset = known.table.dataset if known.table else None
    if found.findings is None or dataset is None:
        return replace(found, findings=None)
    safe = tuple(
        replace(each, example=people.example(each, dataset, known.sayable, known.say))
        for each in found.findings
    )
    return replace(found, findings=safe)


def _evidence(question: Question, asked: asked_of.Known, say: Phrases) -> Iterator[Piece]:
    for piece in question.pieces(asked, say):
        if not isinstance(piece, Drawn) or piece.chart in OWN:
            yield piece


def _state(known: Known, review: Review) -> Iterator[Piece]:
    say = known.say
    yield Said("report.review.state", {"state": say(f"review.state.{review.state}_is")})
    if not review.verdicts and not review.moves:
        yield Said("report.review.none", {}, False)
    last = review.last
    if last is None or known.project is None:
        return
    sound = reviews.is_sealed(known.project, known.spec.id, last)
    yield Said(f"report.review.{'sound' if sound else 'unsound'}", {}, sound)
    heads = ("before", "after", "by", "at", "why", "seal")
    yield Listed(
        "report.review.steps",
        tuple(f"report.review.{head}" for head in heads),
        tuple(_step(move, say) for move in review.moves),
    )


def _step(move: Move, say: Phrases) -> tuple[object, ...]:
    by = f"{move.by.name} ({_how(move.by, say)})" if move.by.name else say("report.review.app")
    why = move.note
    if move.changed:
        why = ", ".join(say(f"review.part.{name}") for name in move.changed)
    seal = move.seal[:SEAL_SHOWN]
    return move.before.words, move.after.words, by, when(move.at), why, seal


def _verdict(question: Question, review: Review, say: Phrases) -> Iterator[Piece]:
    verdict = review.verdicts.get(question.key)
    if verdict is None:
        yield Said("report.review.open")
        return
    facts = {"by": verdict.by.name, "how": _how(verdict.by, say), "at": when(verdict.at)}
    answer = say(f"review.answer.{verdict.answer}")
    good = {"yes": True, "no": False, "concern": None}[verdict.answer]
    yield Said("report.review.verdict", facts | {"answer": answer}, good)
    if verdict.note:
        yield Said("report.review.note", {"note": verdict.note})


def _how(person: Person, say: Phrases) -> str:
    return say(f"report.review.{'signed_in' if person.signed_in else 'typed'}")


SECTION = Section(KEY, 100, _chapters)
