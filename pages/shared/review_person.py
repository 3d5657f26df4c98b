"""Who reviews: the person who signed in, or a name that is typed and told as typed."""

from __future__ import annotations

import streamlit as st

from core.review.review import Person
from core.store import reviews
from core.store.who import acting
from core.text.phrases import Phrases
from core.text.plain import plain_words

TYPED = "reviewer"


def part(say: Phrases) -> None:
    """A field for the name, where nobody signed in."""
    who = acting()
    if who.signed_in:
        st.caption(plain_words(say("review.person.signed_in", name=who.name)))
        return
    st.text_input(
        say("review.person.name"),
        help=say("review.person.help"),
        max_chars=100,
        key=TYPED,
        persist_state="session",
    )


def person() -> Person:
    """Who that is now; without a name whoever the machine says."""
    typed = str(st.session_state.get(TYPED, ""))
    return reviews.person(typed or acting().name)
