"""Five customers judged by a person before the model's answer and reasons are shown."""

from __future__ import annotations

import streamlit as st

from core.models.family import Task
from core.predict import Predictions
from core.questions.shown import as_frame
from core.review import people
from core.review.people import CUSTOMERS, Answer, Judged
from core.store import reviews
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain, plain_words, visible
from pages.shared import cached, review_known, rights, session

AVERAGE = -1


def part(say: Phrases) -> None:
    """Those that were judged, and the next one to judge."""
    saved = cached.saved(str(session.folder()), session.model_id())
    found = saved.evaluation.predictions
    judged = {each.row: each for each in review_known.known().review.judged}
    for number, each in enumerate(judged.values(), start=1):
        _judged(number, each, found, say)
    left = [row for row in people.five(found, saved.model.spec.seed) if row not in judged]
    if left:
        _ask(left[0], len(judged) + 1, say)


def _ask(row: int, number: int, say: Phrases) -> None:
    project, model = str(session.folder()), session.model_id()
    saved = cached.saved(project, model)
    found, target = saved.evaluation.predictions, saved.model.spec.target.name
    st.markdown(f"**{say('review.people.customer', number=number, of=CUSTOMERS)}**")
    usual = cached.row(project, model, AVERAGE)
    card = people.card(cached.row(project, model, row), usual, say)
    st.dataframe(as_frame(card, say), hide_index=True, key=f"judge-{row}", alt=say(card.title))
    with st.form(f"judge-form-{row}"):
        said = st.selectbox(
            plain(say("review.people.what", target=target)),
            list(people.choices(found)),
            index=None,
            format_func=lambda each: _choice(each, found, say),
            key=f"judge-said-{row}",
        )
        reason = st.selectbox(
            say("review.people.why"),
            [column.name for column in saved.model.spec.features],
            index=None,
            format_func=visible,
            key=f"judge-why-{row}",
        )
        asked = st.form_submit_button(say("review.people.go"), **rights.limits(Right.REVIEW, say))
    if asked and said is None:
        st.info(say("review.people.choose"), icon=":material/info:")
    elif asked and said is not None:
        mine = Judged(row, str(said), reason or "")
        why = cached.why(project, model, row, people.explained_class(found, mine))
        told = people.answer(found, mine, saved.evaluation.threshold, why)
        reviews.judged(session.folder(), model, told)
        st.rerun()


def _judged(number: int, each: Answer, found: Predictions, say: Phrases) -> None:
    facts = {"number": number, "reasons": each.reasons}
    for name in ("said", "model", "happened"):
        facts[name] = _choice(getattr(each, name), found, say)
    word = "agree" if each.agrees else "differ"
    st.markdown(f"- {plain_words(say(f'review.people.{word}', **facts))}")


def _choice(each: str, found: Predictions, say: Phrases) -> str:
    if found.task is Task.REGRESSION:
        return say(f"review.people.{each}")
    return visible(each)
