"""What a person makes of the strongest reasons: expected, surprising or wrong, and which way."""

from __future__ import annotations

import streamlit as st

from core.explain.importance import importance
from core.review.review import Expected, Mark, Way
from core.store import reviews
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain
from core.train.preparation import is_numeric
from pages.shared import review_known, session

MARKED = 5


def part(say: Phrases) -> None:
    """One row a reason, the strongest first."""
    known = review_known.known()
    if known.reasons is None:
        return
    numeric = {c.name for c in known.saved.model.spec.features if is_numeric(c)}
    st.markdown(f"**{say('review.marks.title')}**")
    st.caption(say("review.marks.help"))
    for one in importance(known.reasons)[:MARKED]:
        mark = known.review.marks.get(one.column, Mark())
        _row(one.column, mark, one.column in numeric, say)


def _row(column: str, mark: Mark, numeric: bool, say: Phrases) -> None:
    model = session.model_id()
    name, expected, way = st.columns([2, 3, 2], vertical_alignment="center")
    name.markdown(plain(column))
    said = expected.segmented_control(
        plain(column),
        list(Expected),
        default=mark.expected,
        format_func=lambda each: say(f"review.marks.{each}"),
        label_visibility="collapsed",
        disabled=not session.may(Right.REVIEW),
        key=f"mark-{model}-{column}",
    )
    goes = mark.way
    if numeric:
        goes = way.selectbox(
            say("review.marks.way"),
            list(Way),
            index=list(Way).index(mark.way),
            format_func=lambda each: say(f"review.marks.way_{each}"),
            label_visibility="collapsed",
            disabled=not session.may(Right.REVIEW),
            key=f"way-{model}-{column}",
        )
    now = Mark(said, goes or Way.ANY)
    if now != mark:
        reviews.marked(session.folder(), model, column, now)
        st.rerun()
