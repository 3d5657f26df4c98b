"""What was done in the project in use, newest first, and whether that record is whole."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.store import chain, trail
from core.store.chain import Verdict
from core.store.trail_words import AT_ONCE, judged, older, sentence
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import session

SHOWN = "trail-shown"


def part(say: Phrases) -> None:
    """The verdict, the newest entries in words, and older ones on demand."""
    folder = session.folder()
    st.subheader(say("trail.part.title"))
    found = _checked(str(folder), chain.stamp(folder))
    words = plain_words(judged(found, say))
    if found.is_whole:
        st.success(words, icon=":material/verified:")
    else:
        st.error(words, icon=":material/gpp_bad:")
    shown = st.session_state.get(SHOWN, AT_ONCE)
    for line in trail.latest(folder, shown):
        st.caption(plain_words(sentence(line, say)))
    if found.entries > shown:
        st.button(say("trail.part.older"), on_click=_older, icon=":material/history:")


def _older() -> None:
    st.session_state[SHOWN] = older(st.session_state.get(SHOWN, AT_ONCE))


@st.cache_data(max_entries=100, show_spinner=False)
def _checked(project: str, stamp: str) -> Verdict:
    """A trail of thousands of entries takes a tenth of a second: it is checked once a writing."""
    return chain.verify(Path(project))
