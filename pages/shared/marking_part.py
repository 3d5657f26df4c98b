"""What may change: which columns are free, fixed, or follow from others, said in one place."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain_words
from core.what_if.limits import Freedom
from core.what_if.marking_table import marks, table
from pages.shared import frame, marking_kept, session
from pages.shared.fold import fold


def part(order: list[str], say: Phrases) -> None:
    """The fold, and under it what is wrong with a formula; ``order`` is that of the columns."""
    fold(
        say("smallest.marking.title"),
        "marking-fold",
        lambda: _table(order, say),
        ":material/lock_open:",
    )
    for column, fault in marking_kept.now().faults.items():
        words = frame.sentence(say, fault.code, fault.facts)
        said = plain_words(say("smallest.marking.fault", column=column))
        st.warning(f"{said} {words}", icon=":material/function:")


def _table(order: list[str], say: Phrases) -> None:
    st.caption(say("smallest.marking.help"))
    known = marking_kept.now()
    lines = table(known, order)
    key = f"marking-{marking_kept.digest(order)}"
    st.data_editor(
        lines,
        hide_index=True,
        column_config=_columns(say),
        disabled=["column"] if session.may(Right.WORK) else True,
        key=key,
        alt=say("smallest.marking.title"),
    )
    edits: dict[int, dict[str, Any]] = st.session_state[key]["edited_rows"]
    if edits:
        marking_kept.mark(marks(lines, edits))
        st.rerun()


def _columns(say: Phrases) -> dict[str, Any]:
    return {
        "column": st.column_config.TextColumn(say("smallest.limit.column"), pinned=True),
        "freedom": st.column_config.SelectboxColumn(
            say("smallest.marking.freedom"),
            options=list(map(str, Freedom)),
            format_func=lambda key: say(f"smallest.freedom.{key}"),
            required=True,
        ),
        "formula": st.column_config.TextColumn(say("smallest.marking.formula"), width="large"),
    }
