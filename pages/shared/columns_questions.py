"""Questions about the columns that only a person can answer, two buttons each."""

from __future__ import annotations

import hashlib
from typing import Any

import streamlit as st

from core.data.dataset import Dataset
from core.data.doubts import Code, Doubt, Reading
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import columns_kept, frame

QUESTIONS_AT_ONCE = 3


def questions(dataset: Dataset, say: Phrases) -> None:
    """The gravest questions; beyond a few, behind a switch."""
    asked = columns_kept.doubts()
    first, more = asked[:QUESTIONS_AT_ONCE], asked[QUESTIONS_AT_ONCE:]
    for doubt in first:
        _question(dataset, doubt, say)
    if more and st.toggle(say("columns.more_questions", more=len(more)), key="all-questions"):
        for doubt in more:
            _question(dataset, doubt, say)


def _question(dataset: Dataset, doubt: Doubt, say: Phrases) -> None:
    key = f"columns.doubt.{doubt.code}"
    facts = {
        "columns": doubt.columns,
        "count": doubt.count,
        "example": doubt.example,
        "low": doubt.low,
        "high": doubt.high,
    }
    place = hashlib.sha256(doubt.key.encode()).hexdigest()[:12]
    with st.container(border=True, key=f"doubt-{place}"):
        st.markdown(f"**{plain_words(say(f'{key}.ask', **facts))}**")
        st.caption(plain_words(say(f"{key}.why", **facts)))
        with st.container(horizontal=True):
            for which, reading in zip(("first", "second"), doubt.readings, strict=True):
                st.button(
                    plain_words(say(f"{key}.{which}", **facts, **_meant(doubt, reading, say))),
                    key=f"doubt-{place}-{which}",
                    on_click=frame.clicked(columns_kept.correct),
                    args=(dataset, reading.edits, (doubt.key,)),
                )


def _meant(doubt: Doubt, reading: Reading, say: Phrases) -> dict[str, Any]:
    """What the example is under one reading, for its button."""
    if doubt.code is Code.DATE_ORDER:
        year, month, day = map(int, reading.meant.split("-"))
        return {"year": year, "month": say(f"columns.month.m{month}"), "day": day}
    return {"value": float(reading.meant)} if doubt.code is Code.DECIMAL else {}
