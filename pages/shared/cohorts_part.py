"""The saved cohorts of a project: what each means, how many it holds, and a way to delete it."""

from __future__ import annotations

import streamlit as st

from core.data.privacy.counts import K
from core.explore.filter_words import all_words
from core.store import cohorts
from core.store.cohorts import Cohort
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain, plain_words
from pages.shared import cached, cohort_choice, session


def part(say: Phrases) -> None:
    """A box a cohort."""
    cohort_choice.told_saved(say)
    known = cohorts.fitting(session.folder(), session.dataset().schema)
    if not known:
        st.info(say("segments.cohort.none"), icon=":material/info:")
    for each in known:
        with st.container(border=True, key=f"cohort-box-{each.id}"):
            _box(each, say)


def _box(each: Cohort, say: Phrases) -> None:
    st.markdown(f"**{plain(each.name)}**")
    st.write(plain_words(all_words(each.filters, say)))
    kept, rows = cached.rows_kept(cached.filters_text(each.filters))
    if 0 < kept < K:
        st.caption(say("segments.part.hidden"))
    else:
        st.caption(say("segments.cohort.counts", kept=kept, rows=rows))
    if each.origin is not None:
        facts = {"precision": each.origin.precision, "recall": each.origin.recall}
        words = say("segments.rule.origin", segment=each.origin.segment, **facts)
        st.caption(plain_words(words))
    if not session.may(Right.WORK):
        return
    with st.popover(say("segments.cohort.remove"), icon=":material/delete:"):
        st.write(plain_words(say("segments.cohort.sure", name=each.name)))
        if st.button(say("segments.cohort.yes"), key=f"cohort-remove-{each.id}"):
            cohorts.remove(session.folder(), each.id)
            st.rerun()
