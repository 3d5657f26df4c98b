"""What is not used, each with the sentence why; it may be tried again, or deleted."""

from __future__ import annotations

import streamlit as st

from core.store import registry, registry_words
from core.store.quarantine import Aside
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import models_bring, rights, session, working


def part(aside: tuple[Aside, ...], say: Phrases) -> None:
    """Each of them in a box."""
    st.caption(say("pages.models.aside_about"))
    for place, each in enumerate(aside):
        with st.container(border=True, key=f"aside-box-{place}"):
            st.write(plain_words(registry_words.why(each, say)))
            if each.when:
                st.caption(
                    plain_words(
                        say("pages.models.aside_when", when=registry_words.moment(each.when))
                    )
                )
            if each.key:
                _ways_out(each, say)


def _ways_out(each: Aside, say: Phrases) -> None:
    with st.container(horizontal=True):
        if st.button(
            say("pages.models.aside_try"),
            key=f"aside-try-{each.key}",
            icon=":material/replay:",
            **rights.limits(Right.WORK, say, working.running(models_bring.SLOT)),
        ):
            project = session.project().id
            working.start(models_bring.SLOT, "restore_model", project=project, key=each.key)
            st.rerun()
        limits = rights.limits(Right.WORK, say)
        with st.popover(say("pages.models.aside_remove"), icon=":material/delete:", **limits):
            st.write(say("pages.models.aside_sure"))
            if st.button(say("pages.models.remove_yes"), key=f"aside-remove-{each.key}"):
                registry.remove_aside(session.folder(), each.key)
                st.rerun()
