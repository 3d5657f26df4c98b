"""Who may move a review from which state to which: whoever approves is not who trained or asked."""

from __future__ import annotations

import unicodedata

from core.errors import (
    ApprovedByRequester,
    ApprovedByTrainer,
    ApprovedWithNo,
    NoNote,
    NotAMove,
    QuestionsOpen,
    Unnamed,
)
from core.review.review import Answer, Person, Review, State

MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.IN_REVIEW}),
    State.IN_REVIEW: frozenset({State.APPROVED, State.REJECTED, State.DRAFT}),
    State.APPROVED: frozenset({State.WITHDRAWN}),
    State.REJECTED: frozenset({State.IN_REVIEW}),
    State.WITHDRAWN: frozenset({State.IN_REVIEW}),
}
WITH_NOTE = frozenset((State.REJECTED, State.WITHDRAWN))


def check(
    review: Review,
    after: State,
    by: Person,
    note: str,
    trainers: tuple[str, ...],
    questions: tuple[str, ...],
) -> None:
    """Raises where ``by`` may not take this step.

    ``trainers`` are who trained the model, ``questions`` the keys that must be answered before it
    is approved. Raises Unnamed, NotAMove, NoNote, QuestionsOpen, ApprovedWithNo, ApprovedByTrainer
    and ApprovedByRequester.
    """
    if not by.name.strip():
        raise Unnamed()
    if after not in MOVES[review.state]:
        raise NotAMove(review.state.words, after.words)
    if after in WITH_NOTE and not note.strip():
        raise NoNote(after.words)
    if after is State.APPROVED:
        _may_approve(review, by, trainers, questions)


def _may_approve(
    review: Review, by: Person, trainers: tuple[str, ...], questions: tuple[str, ...]
) -> None:
    left = tuple(key for key in questions if key not in review.verdicts)
    if left:
        raise QuestionsOpen(len(left), len(questions))
    refused = tuple(key for key in questions if review.verdicts[key].answer is Answer.NO)
    if refused:
        raise ApprovedWithNo(len(refused))
    if any(is_same(by.name, name) for name in trainers):
        raise ApprovedByTrainer(by.name)
    asked = next((m.by.name for m in reversed(review.moves) if m.after is State.IN_REVIEW), "")
    if is_same(by.name, asked):
        raise ApprovedByRequester(by.name)


def is_same(one: str, other: str) -> bool:
    """Whether two names are one person's, however they are spelt: width, case, accents, spaces."""
    return bool(_plain(one)) and _plain(one) == _plain(other)


def _plain(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name).casefold()
    return "".join(each for each in apart if each.isalnum())
