"""The evidence is gathered beside the page; columns whose groups are compared are chosen here."""

from __future__ import annotations

import streamlit as st

from core.schema import Kind, Role
from core.store import evidence
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import visible
from pages.shared import rights, session, working

TASK = "gather"


def part(say: Phrases) -> None:
    """What there is, the work that adds to it, and the button that starts it."""
    folder, model = session.folder(), session.model_id()
    found = evidence.load(folder, model)
    slot = f"{TASK}-{model}"
    columns = _columns(found.compared, say)
    asked = {"project": folder.name, "model": model, "columns": columns}
    working.join(slot, TASK, **asked)
    working.panel(slot, say, lambda result: None, lambda: evidence.load(folder, model))
    complete = found.whole and set(columns) <= set(found.compared)
    if complete:
        return
    st.caption(say("review.gather.help"))
    if st.button(
        say("review.gather.go"),
        type="primary",
        icon=":material/fact_check:",
        key="gather-go",
        **rights.limits(Right.REVIEW, say, working.running(slot), None, Right.WORK),
    ):
        working.start(slot, TASK, project=folder.name, model=model, columns=columns)
        st.rerun()


def _columns(compared: tuple[str, ...], say: Phrases) -> list[str]:
    """Columns that are not marked as sensitive and shall be compared all the same."""
    schema, target = session.dataset().schema, session.project().target
    sensitive = {column.name for column in schema.with_role(Role.SENSITIVE)}
    others = [
        c.name
        for c in schema.columns
        if c.name != target
        and c.name not in sensitive
        and c.kind is not Kind.TEXT
        and c.role is not Role.ID
    ]
    return st.multiselect(
        say("review.gather.columns"),
        others,
        default=[name for name in compared if name in others],
        format_func=visible,
        help=say("review.gather.columns_help"),
        key=f"compared-columns-{session.model_id()}",
        max_selections=8,
    )
