"""A rule of thumb is typed and held against the model."""

from __future__ import annotations

import streamlit as st

from core.models.family import Task
from core.review.better import against_rule
from core.store import reviews
from core.store.meeting import meets
from core.store.roles import Right
from core.text.phrases import Phrases
from pages.shared import cached, frame, rights, session
from pages.shared.review_person import person


def part(say: Phrases) -> None:
    """A field, and what comes of it among the evidence."""
    saved = cached.saved(str(session.folder()), session.model_id())
    if saved.model.spec.task is not Task.BINARY:
        st.caption(say("review.rule.binary"))
        return
    with st.form("rule"):
        text = st.text_input(
            say("review.rule.name"),
            placeholder=say("review.rule.example"),
            help=say("review.rule.help"),
            key="rule-text",
        )
        asked = st.form_submit_button(
            say("review.rule.go"), icon=":material/rule:", **rights.limits(Right.REVIEW, say)
        )
    if asked:
        with frame.guarded(say):
            found = meets(session.folder(), saved, text)
            told = against_rule(saved.evaluation.predictions, found, saved.model.spec.seed)
            reviews.ruled(session.folder(), session.model_id(), text, told, person())
            st.rerun()
