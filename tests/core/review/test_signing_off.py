"""Who may take which step: every pair of states, and every reason against an approval."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from core.errors import (
    ApprovedByRequester,
    ApprovedByTrainer,
    ApprovedWithNo,
    NoNote,
    NotAMove,
    QuestionsOpen,
    Unnamed,
)
from core.review.review import Answer, Move, Person, Review, State, Verdict
from core.review.signing_off import MOVES, check, is_same

ANNA, BEN, EVE = Person("anna@shop.example", True), Person("Ben"), Person("Eve")
QUESTIONS = ("data", "better")
YES = Verdict(Answer.YES, "", EVE, "2026-01-01T00:00:00+00:00")


def review(state: State, asked: Person = ANNA) -> Review:
    verdicts = dict.fromkeys(QUESTIONS, YES)
    moves = (Move(State.DRAFT, State.IN_REVIEW, asked, "", "", {}),)
    if state is not State.IN_REVIEW:
        moves = (*moves, Move(State.IN_REVIEW, state, EVE, "", "", {}))
    return Review(verdicts, moves=moves)


@pytest.mark.parametrize(("before", "after"), list(product(State, State)))
def test_only_steps_that_there_are(before: State, after: State) -> None:
    known = review(before)
    if after in MOVES[before]:
        check(known, after, EVE, "because", ("trainer",), QUESTIONS)
    else:
        with pytest.raises(NotAMove):
            check(known, after, EVE, "because", ("trainer",), QUESTIONS)


def test_whoever_trained_or_asked_does_not_approve() -> None:
    known = review(State.IN_REVIEW)
    with pytest.raises(ApprovedByTrainer):
        check(known, State.APPROVED, EVE, "", ("eve",), QUESTIONS)
    with pytest.raises(ApprovedByRequester):
        check(known, State.APPROVED, Person(" ANNA@shop.example"), "", (), QUESTIONS)
    check(known, State.APPROVED, EVE, "", ("anna@shop.example",), QUESTIONS)
    check(known, State.REJECTED, ANNA, "it fails", ("eve",), QUESTIONS)  # that anybody may


def test_questions_must_be_answered_and_none_with_no() -> None:
    known = review(State.IN_REVIEW)
    with pytest.raises(QuestionsOpen) as fault:
        check(known, State.APPROVED, EVE, "", (), (*QUESTIONS, "fair"))
    assert (fault.value.left, fault.value.questions) == (1, 3)
    no = replace(known, verdicts=known.verdicts | {"data": replace(YES, answer=Answer.NO)})
    with pytest.raises(ApprovedWithNo):
        check(no, State.APPROVED, EVE, "", (), QUESTIONS)
    concern = replace(
        known, verdicts=known.verdicts | {"data": replace(YES, answer=Answer.CONCERN)}
    )
    check(concern, State.APPROVED, EVE, "", (), QUESTIONS)


def test_a_name_and_a_note() -> None:
    with pytest.raises(Unnamed):
        check(review(State.DRAFT), State.IN_REVIEW, Person("  "), "", (), QUESTIONS)
    with pytest.raises(NoNote):
        check(review(State.IN_REVIEW), State.REJECTED, EVE, " ", (), QUESTIONS)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Anna Müller", "anna  mu\u0308ller", True),
        ("ＡＮＮＡ", "Anna", True),
        ("A. Smith", "a smith", True),
        ("Anna", "Hanna", False),
        ("", "", False),
        ("!", "?", False),
        ("김민수", "김민수 ", True),
    ],
)
def test_one_person_however_they_are_spelt(one: str, other: str, same: bool) -> None:
    assert is_same(one, other) is same
