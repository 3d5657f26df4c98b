"""What goes with the outcome: the strongest columns first, any column on demand."""

import streamlit as st

from core.schema import Schema
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import (
    cached,
    cohort_choice,
    explore_parts,
    inputs,
    journey,
    segments_part,
    session,
)
from pages.shared.frame import fragment, page

PARTS = {
    "strongest": explore_parts.strongest,
    "overview": explore_parts.overview,
    "one": explore_parts.one,
    "two": explore_parts.two,
    "time": explore_parts.time,
    "together": explore_parts.together,
    "missing": explore_parts.missing,
}
SEGMENTS = "segments"
OF_EVERY_COLUMN = ("strongest", "overview")


def filters(schema: Schema, say: Phrases) -> str:
    """Conditions on columns, as a key; every chart below follows them."""
    saved = cohort_choice.filters(say)
    with st.expander(say("pages.explore.filters"), icon=":material/filter_alt:"):
        narrowed = inputs.conditions(say("pages.explore.filter_columns"), schema, "filters")
        cohort_choice.saving((*saved, *narrowed) if narrowed else (), say)
    wanted = (*saved, *narrowed)
    text = cached.filters_text(wanted)
    kept, rows = cached.rows_kept(text)
    if wanted:
        st.caption(say("pages.explore.shown", kept=kept, rows=rows))
    return text if kept else ""


def opened(name: str, wanted: str, say: Phrases) -> None:
    """One part, by itself: what is changed within draws nothing else anew."""
    if name in OF_EVERY_COLUMN and explore_parts.counting(wanted, say):
        return
    if name == SEGMENTS:
        segments_part.part(say)
        return
    fragment(lambda say: PARTS[name](wanted, say), say)


with page("explore") as say:
    asked, schema = session.asked(), session.dataset().schema
    wanted = filters(schema, say)
    if schema.owner:
        st.caption(plain_words(say("pages.explore.owned", owner=schema.owner)))
    if not wanted:
        st.info(say("pages.explore.nobody"), icon=":material/info:")
    else:
        names = (*PARTS, SEGMENTS)
        labels = [say(f"pages.explore.tab_{name}") for name in names]
        tabs = st.tabs(labels, key="explore-tabs", on_change="rerun")
        for name, tab in zip(names, tabs, strict=True):
            if tab.open:
                with tab:
                    opened(name, wanted, say)
    if st.button(say("pages.explore.next"), type="primary"):
        journey.go("train")
