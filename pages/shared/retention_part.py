"""For how long a project keeps its customers' data."""

from __future__ import annotations

import streamlit as st

from core.store import log, logged, retention
from core.store.clock import now
from core.store.projects import Project
from core.store.retention import DAYS_AT_MOST, Kept
from core.store.who import acting
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import session

LINES_SHOWN = 5


def part(say: Phrases) -> None:
    """The days, the date on which the data go, and what was said of it before."""
    folder, project = session.folder(), session.project()
    known = retention.kept(folder)
    st.write(say("privacy.keep.about"))
    with st.form("keep", border=False):
        days = st.number_input(
            say("privacy.keep.days"),
            min_value=1,
            max_value=DAYS_AT_MOST,
            value=known.days if known else None,
            placeholder=say("privacy.keep.none"),
            key=f"keep-days-{project.id}-{known.days if known else 0}",
        )
        asked = st.form_submit_button(say("privacy.keep.set"), icon=":material/event_busy:")
    if asked and days:
        retention.keep(folder, days, (acting().name, now()))
        st.rerun()
    st.write(plain_words(_until(project, known, say)))
    if known and st.button(say("privacy.keep.always"), icon=":material/undo:"):
        retention.keep_on(folder)
        st.rerun()
    for entry in logged.entries(folder, log.KEEPING)[:LINES_SHOWN]:
        facts = {"who": entry.who, "when": entry.when, "rows": entry.rows}
        st.caption(plain_words(say(f"privacy.keep.log.{entry.what}", **facts)))


def _until(project: Project, known: Kept | None, say: Phrases) -> str:
    if known is None:
        return say("privacy.keep.forever")
    date, time = retention.moment(project, known)
    return say("privacy.keep.until", days=known.days, date=date, time=time)
