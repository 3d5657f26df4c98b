"""What the columns are: an editable table with a way back, and what was corrected last time."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.data.dataset import Dataset
from core.data.lines import line_edits
from core.schema import Kind, Role
from core.store import corrections, shapes
from core.store.corrections import Corrections
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain_words
from core.train.preparation import is_text
from core.train.texts import ROWS_OF_A_WORD
from pages.shared import cached, columns_kept, frame, rights, session
from pages.shared.columns_closer import closer
from pages.shared.columns_questions import questions
from pages.shared.fold import fold


def part(say: Phrases) -> None:
    """Kinds, roles, orders and gaps of the table in use, correctable, with a way back."""
    dataset, made = session.dataset(), columns_kept.made()
    st.subheader(say("pages.data.columns_title"))
    if rights.told(Right.WORK, say):
        st.caption(say("columns.help"))
        _offer(dataset, made, say)
        questions(dataset, say)
    _table(dataset, say)
    if texts := tuple(column.name for column in dataset.schema.features if is_text(column)):
        st.caption(plain_words(say("columns.texts", columns=texts, rows=ROWS_OF_A_WORD)))
    if not session.may(Right.WORK):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        _undo(dataset, made, say)
    fold(say("columns.closer"), "closer", lambda: closer(dataset, say), ":material/tune:")


def _offer(dataset: Dataset, made: Corrections, say: Phrases) -> None:
    known = shapes.offered(session.home(), dataset, made)
    if known is None:
        if shapes.OFFER in made.answered:
            _used(dataset, made, say)
        return
    news = shapes.news(known.edits, dataset.schema)
    facts = {"columns": tuple(news), "day": known.kept_at[:10]}
    with st.container(border=True):
        key = "columns.remembered.offer" if news else "columns.remembered.offer_answers"
        st.markdown(plain_words(say(key, **facts)))
        with st.container(horizontal=True):
            st.button(
                say("columns.remembered.use"),
                key="shape-use",
                on_click=frame.clicked(columns_kept.correct),
                args=(dataset, news, (shapes.OFFER, *known.answered)),
            )
            leave = say("columns.remembered.leave")
            st.button(leave, key="shape-leave", on_click=frame.clicked(_leave), args=(dataset,))
            _forget_button(dataset, say)


def _used(dataset: Dataset, made: Corrections, say: Phrases) -> None:
    step = next(step for step in made.steps if shapes.OFFER in step.answers)
    if len(step.answers) == 1 and not step.after:
        return
    columns = tuple(column.name for column in step.after)
    key = "columns.remembered.used" if columns else "columns.remembered.used_answers"
    st.caption(plain_words(say(key, columns=columns)))
    _forget_button(dataset, say)


def _leave(dataset: Dataset) -> None:
    corrections.correct(session.folder(), dataset, {}, (shapes.OFFER,))


def _forget_button(dataset: Dataset, say: Phrases) -> None:
    st.button(
        say("columns.remembered.forget"),
        key="shape-forget",
        icon=":material/delete:",
        on_click=frame.clicked(shapes.forget),
        args=(session.home(), dataset.schema.names),
    )


def _table(dataset: Dataset, say: Phrases) -> None:
    key = f"columns-{session.project().id}-{cached.schema_key()}"
    text, choice = st.column_config.TextColumn, st.column_config.SelectboxColumn
    st.data_editor(
        columns_kept.lines(),
        column_config={
            "column": text(say("columns.column"), disabled=True, pinned=True),
            "kind": choice(
                say("columns.kind"),
                options=list(Kind),
                required=True,
                help=say("columns.kind_help"),
            ),
            "role": choice(
                say("columns.role"),
                options=list(Role),
                required=True,
                help=say("columns.role_help"),
            ),
            "ordered": st.column_config.CheckboxColumn(
                say("columns.ordered"), help=say("columns.ordered_help")
            ),
            "missing": st.column_config.ListColumn(
                say("columns.missing"), help=say("columns.missing_help")
            ),
            "example": text(say("columns.example"), disabled=True, width="large"),
        },
        hide_index=True,
        disabled=not session.may(Right.WORK),
        key=key,
        alt=say("pages.data.columns_title"),
    )
    edits: dict[int, dict[str, Any]] = st.session_state[key]["edited_rows"]
    if edits:
        columns_kept.correct(dataset, line_edits(dataset, edits))
        st.rerun()


def _undo(dataset: Dataset, made: Corrections, say: Phrases) -> None:
    if not made.steps:
        return
    st.button(
        say("columns.undo"),
        key="columns-undo",
        icon=":material/undo:",
        on_click=frame.clicked(columns_kept.take_back),
        args=(dataset,),
    )
    if shapes.remembered(session.home(), dataset.schema.names):
        st.caption(say("columns.remembered.kept"))
