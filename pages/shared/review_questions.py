"""The questions of a review, each with its evidence and a verdict to set."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.questions.question import Question, questions
from core.review.review import Answer, Review
from core.store import reviews
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import (
    review_known,
    review_people,
    review_pieces,
    review_reasons,
    review_rule,
    rights,
    session,
)
from pages.shared.fold import fold
from pages.shared.review_person import person

ICONS = {
    Answer.YES: ":material/check_circle:",
    Answer.NO: ":material/cancel:",
    Answer.CONCERN: ":material/error:",
}
OPEN = ":material/radio_button_unchecked:"
# what a question asks of a person beside a verdict
ASKS: dict[str, Callable[[Phrases], None]] = {
    "better": review_rule.part,
    "people": review_people.part,
    "reasons": review_reasons.part,
}


def part(review: Review, say: Phrases) -> None:
    """A fold a question, with its verdict in its name."""
    for number, question in enumerate(questions(), start=1):
        verdict = review.verdicts.get(question.key)
        title = say(f"questions.{question.key}.title")
        word = say(f"review.answer.{verdict.answer}") if verdict else say("review.answer.none")
        label = say("review.question", number=number, title=title, answer=word)
        icon = ICONS[verdict.answer] if verdict else OPEN
        fold(label, f"question-{question.key}", partial(_inside, question, review, say), icon)


def _inside(question: Question, review: Review, say: Phrases) -> None:
    st.caption(say(f"questions.{question.key}.help"))
    review_pieces.pieces(review_known.pieces(question, say), question.key, say)
    if question.key in ASKS:
        ASKS[question.key](say)
    _verdict(question, review, say)


def _verdict(question: Question, review: Review, say: Phrases) -> None:
    known = review.verdicts.get(question.key)
    model = session.model_id()
    with st.form(f"verdict-{question.key}-{model}"):
        answer = st.radio(
            say("review.verdict"),
            list(Answer),
            index=list(Answer).index(known.answer) if known else None,
            format_func=lambda each: say(f"review.answer.{each}"),
            horizontal=True,
            key=f"answer-{question.key}-{model}",
        )
        note = st.text_area(
            say("review.note"),
            value=known.note if known else "",
            max_chars=reviews.LONGEST,
            key=f"note-{question.key}-{model}",
            height="content",
        )
        asked = st.form_submit_button(
            say("review.keep"), type="primary", **rights.limits(Right.REVIEW, say)
        )
    if known:
        told = {"by": known.by.name, "at": known.at[:16].replace("T", " ")}
        st.caption(plain_words(say("review.said", **told)))
    if asked and answer is None:
        st.info(say("review.choose"), icon=":material/info:")
    elif asked and answer is not None:
        reviews.said(session.folder(), model, question.key, answer, note, person())
        st.rerun()
