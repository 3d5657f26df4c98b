"""Reasons kept for the next run, keyed by ids and by the text of how they were asked for."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.explain.explaining import Explainer
from core.explain.explanation import Explanation
from core.explain.standins import StandIn
from core.store import reasons
from pages.shared import cached

WAYS_KEPT = 8
ROWS_KEPT = 300


@st.cache_resource(max_entries=WAYS_KEPT, show_spinner=False)
def explanation(project: str, model: str, way: str, parts: int) -> Explanation | None:
    """The reasons kept so far; ``parts`` says how many slices there are."""
    return reasons.load(reasons.place(Path(project), model, way))


@st.cache_resource(max_entries=WAYS_KEPT, show_spinner=False)
def explainer(project: str, model: str, way: str) -> Explainer:
    """The model made ready, by its own method, to be explained as a way asks."""
    from core.explain import explaining

    return explaining.explainer(cached.saved(project, model).model, reasons.way_of(way).asked)


@st.cache_resource(max_entries=ROWS_KEPT, show_spinner=False)
def why(project: str, model: str, number: int, way: str) -> Explanation:
    """The reasons of one row, by the model's own method: others may take minutes a row."""
    from core.explain.explaining import explain

    row = cached.row(project, model, number)
    return explain(explainer(project, model, way), row, reasons.way_of(way).of)


@st.cache_resource(max_entries=WAYS_KEPT, show_spinner=False)
def along(project: str, model: str, ranked: tuple[str, ...]) -> tuple[StandIn, ...]:
    """Which of the columns go along with each other."""
    from core.explain.standins import standins

    known = cached.saved(project, model).model
    return standins(known.background, known.spec.features, ranked)
