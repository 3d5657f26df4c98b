"""Customers unlike the others: the work, how far two ways of looking agree, and who they are."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.charts.unusual import points
from core.data.table import frame
from core.explore.unusual import Odd, Unusual
from core.explore.unusual_words import agreement, place_words, why_words
from core.store import segmentation
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import cached, session, show, working

SLOT = "find_unusual"
SEED = 0
TOLD = 10


def part(say: Phrases) -> None:
    """The button or the work, and what came of it."""
    asked, dataset = session.asked(), session.dataset()
    key = segmentation.unusual_key(dataset, asked.target, SEED)
    found = segmentation.kept_unusual(session.folder(), dataset.id, key)
    st.caption(say("segments.unusual.about"))
    wanted = {"project": asked.id, "table": dataset.id, "target": asked.target}
    working.join(SLOT, "find_unusual", **wanted)
    working.panel(SLOT, say, lambda result: None)
    if found is not None:
        _found(found, key, say)
    elif not working.held(SLOT) and st.button(
        say("segments.unusual.find"), icon=":material/person_search:", key="find-unusual"
    ):
        working.start(SLOT, "find_unusual", **wanted, seed=SEED)
        st.rerun()


def _found(found: Unusual, key: str, say: Phrases) -> None:
    st.caption(say("segments.part.rows", rows=found.rows, of=found.rows_of_table))
    for sentence in agreement(found, say):
        st.write(plain_words(sentence))
    show.draw("unusual", points(found), say)
    listed = found.odd[:TOLD]
    st.subheader(say("segments.unusual.listed", odd=len(listed), rows=found.rows))
    st.caption(say("segments.unusual.caution"))
    rows = _rows(found, key)
    places = st.columns(2)
    for number, odd in enumerate(listed):
        with places[number % 2].container(border=True, key=f"unusual-{odd.row}"):
            _one(odd, found.rows, rows.loc[odd.row], say)


def _one(odd: Odd, of: int, row: Any, say: Phrases) -> None:
    st.markdown(f"**{say('segments.unusual.row', number=session.row_shown(odd.row))}**")
    st.markdown(show.bullets(why_words(odd, row, say)))
    st.caption(plain_words(place_words(odd, of, say)))


def _rows(found: Unusual, key: str) -> Any:
    """The cells of the listed customers, by row number."""
    dataset, place = session.dataset(), str(session.folder())
    wanted = [odd.row for odd in found.odd]
    return cached.answer((place, dataset.id, key), lambda: frame(dataset, found.columns, wanted))
