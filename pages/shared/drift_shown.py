"""A comparison on a page: the advice on top, then columns, the whole, predictions, performance."""

from __future__ import annotations

import streamlit as st

from core.charts import calibration_then_now
from core.drift.comparison import Comparison, Verdict
from core.drift.words import (
    LIMITS,
    advice_words,
    attention,
    columns_table,
    outcome_words,
    performance_table,
    scope_words,
    whole_words,
)
from core.store.drifts import Kept
from core.text.phrases import Phrases
from core.text.plain import plain_words, visible
from pages.shared import show

TOLD = {
    Verdict.KEEP: (st.success, ":material/check_circle:"),
    Verdict.WATCH: (st.warning, ":material/visibility:"),
    Verdict.RETRAIN: (st.error, ":material/model_training:"),
    Verdict.CANNOT: (st.error, ":material/block:"),
    Verdict.UNKNOWN: (st.info, ":material/help:"),
}


def shown(kept: Kept, say: Phrases) -> None:
    """All of it, the advice first."""
    found = kept.found
    _advice(found, say)
    for sentence in scope_words(found, say):
        st.caption(plain_words(sentence))
    if found.columns:
        _columns(kept, say)
    left, right = st.columns(2)
    with left:
        _predictions(kept, say)
    with right:
        _whole(found, say)
    if found.spreads:
        _performance(found, say)


def _advice(found: Comparison, say: Phrases) -> None:
    head, *others = advice_words(found, say)
    told, icon = TOLD[found.advice.verdict]
    told(plain_words(head), icon=icon)
    if others:
        st.markdown(show.bullets(others))


def _columns(kept: Kept, say: Phrases) -> None:
    """The table, and the column that is looked at."""
    found = kept.found
    st.subheader(say("drift.part.columns"), help=say("drift.part.columns_help"))
    carries, size = say("drift.table.carries"), say("drift.table.size")
    st.dataframe(
        columns_table(found, say),
        hide_index=True,
        key=f"drift-columns-{kept.id}",
        column_config={
            carries: st.column_config.ProgressColumn(carries, min_value=0, max_value=100,
                                                     format="%.1f%%"),
            size: st.column_config.ProgressColumn(size, min_value=0.0, max_value=2 * LIMITS[1],
                                                  format="%.3f"),
        },
    )  # fmt: skip
    if all(one.importance is None for one in found.columns):
        st.caption(say("drift.part.carries_unknown"))
    names = attention(found)
    if names:
        chosen = st.selectbox(
            say("drift.part.one"), names, format_func=visible, key=f"drift-column-{kept.id}"
        )
        show.draw("then_now", next(c for c in found.columns if c.name == chosen), say)


def _predictions(kept: Kept, say: Phrases) -> None:
    spreads = {one.of: one for one in kept.found.spreads}
    if not spreads:
        return
    st.subheader(say("drift.part.predictions"))
    of = next(iter(spreads))
    if len(spreads) > 1:
        of = st.selectbox(
            say("drift.part.outcome"), list(spreads), format_func=visible,
            key=f"drift-outcome-{kept.id}",
        )  # fmt: skip
    show.draw("scores_then_now", spreads[of], say)


def _whole(found: Comparison, say: Phrases) -> None:
    sentences = whole_words(found, say)
    if sentences:
        st.subheader(say("drift.part.whole"))
        for sentence in sentences:
            st.write(plain_words(sentence))


def _performance(found: Comparison, say: Phrases) -> None:
    st.subheader(say("drift.part.performance"))
    for sentence in outcome_words(found, say):
        st.write(plain_words(sentence))
    if found.performance is None:
        return
    st.dataframe(performance_table(found, say), hide_index=True, key="drift-performance")
    places = iter(st.columns(2))  # the first that there is stands on the left
    if found.course is not None:
        with next(places):
            show.draw("by_month", found.course, say)
    if found.performance.groups[1]:
        with next(places):
            points = calibration_then_now.points(found.performance)
            show.draw("calibration_then_now", points, say)
