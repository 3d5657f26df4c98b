"""How far the reasons on the page can be trusted: checks that run beside the app."""

from __future__ import annotations

import streamlit as st

from core.explain.verdicts import Trust, Verdict, verdicts
from core.store import reasons as kept
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import session, working

ICONS = {
    Trust.GOOD: ":material/check_circle:",
    Trust.CAREFUL: ":material/info:",
    Trust.BAD: ":material/warning:",
}


def panel(way: str, say: Phrases) -> None:
    """What is known, the work that adds to it, and the button that starts it."""
    project, model = session.project().id, session.model_id()
    place = kept.place(session.folder(), model, way)
    slot = f"quality-{place.name}"
    asked = {"project": project, "model": model, "way": way}
    found = kept.quality(place)
    st.caption(say("pages.explain.quality_what"))
    if found is not None:
        for each in verdicts(found, say):
            _verdict(each, say)
    working.join(slot, "quality", **asked)
    working.panel(slot, say, lambda result: None, lambda: kept.quality(place))
    unfinished = found is None or found.shuffled is None
    if unfinished and not working.held(slot):
        label = say("pages.explain.quality_go")
        if st.button(label, icon=":material/fact_check:", key="quality-go"):
            working.start(slot, "quality", **asked)
            st.rerun()


def _verdict(each: Verdict, say: Phrases) -> None:
    with st.container(border=True, key=f"verdict-{each.check}"):
        st.markdown(f"{ICONS[each.trust]} **{say(f'quality.check.{each.check}')}**")
        st.write(plain_words(each.sentence))
