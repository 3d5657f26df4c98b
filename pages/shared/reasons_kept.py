"""Reasons kept for the next run, keyed by ids and by the text of how they were asked for."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.charts import decision_path
from core.charts import network as network_chart
from core.charts import partial as partial_chart
from core.charts import tree as tree_chart
from core.charts.decision_path import PathPoints
from core.charts.network import NetworkPoints
from core.charts.partial import PartialPoints
from core.charts.tree import TreePoints
from core.explain.explaining import Explainer
from core.explain.explanation import Explanation
from core.explain.joint import Joint
from core.explain.standins import StandIn
from core.store import reasons
from pages.shared import cached

WAYS_KEPT = cached.MODELS_KEPT
ROWS_KEPT = 300


@st.cache_resource(max_entries=WAYS_KEPT, show_spinner=False)
def explanation(project: str, model: str, way: str, parts: int) -> Explanation | None:
    """The reasons kept so far; ``parts`` says how many slices there are."""
    return reasons.load(reasons.place(Path(project), model, way))


@st.cache_resource(max_entries=WAYS_KEPT, show_spinner=False)
def explainer(project: str, model: str, way: str, by: str = "") -> Explainer:
    """The model made ready, by its own method if by no other, to be explained as a way asks."""
    from core.explain import explaining

    return explaining.explainer(cached.saved(project, model).model, reasons.way_of(way).asked, by)


@st.cache_resource(max_entries=ROWS_KEPT, show_spinner=False)
def why(project: str, model: str, number: int, way: str) -> Explanation:
    """The reasons of one row, by the model's own method: others may take minutes a row."""
    from core.explain.explaining import explain

    row = cached.row(project, model, number)
    return explain(explainer(project, model, way), row, reasons.way_of(way).of)


@st.cache_resource(max_entries=ROWS_KEPT, show_spinner=False)
def joint(project: str, model: str, number: int, way: str) -> Joint:
    """What the columns do together for one row, by the chosen method where it knows that."""
    from core.explain.joint import interactions_of, method_for

    asked = reasons.way_of(way)
    by = method_for(cached.saved(project, model).model, asked.method)
    ready = explainer(project, model, way, by)
    return interactions_of(ready, cached.row(project, model, number), asked.of)


@st.cache_resource(max_entries=WAYS_KEPT, show_spinner=False, hash_funcs=cached.APART)
def along(project: str, model: str, ranked: tuple[str, ...]) -> tuple[StandIn, ...]:
    """Which of the columns go along with each other."""
    from core.explain.standins import standins

    known = cached.saved(project, model).model
    return standins(known.background, known.spec.features, ranked)


@st.cache_resource(max_entries=ROWS_KEPT, show_spinner=False, hash_funcs=cached.APART)
def partial(project: str, model: str, column: str, named: str) -> PartialPoints | None:
    """What the model says as one column alone is changed; None where that has no values."""
    return partial_chart.of_model(cached.saved(project, model).model, column, named)


@st.cache_resource(max_entries=WAYS_KEPT, show_spinner=False)
def picture(project: str, model: str, named: str) -> tuple[str, TreePoints | NetworkPoints] | None:
    """The model drawn, by the chart's key; None for one that cannot be.

    Of a forest it is the tree that is closest to it.
    """
    from core.explain.questions import can_be_drawn
    from core.explain.wiring import has_wiring

    known = cached.saved(project, model).model
    if has_wiring(known):
        return "network", network_chart.of_model(known)
    return ("tree", tree_chart.of_model(known, named)) if can_be_drawn(known) else None


@st.cache_resource(max_entries=ROWS_KEPT, show_spinner=False)
def path(project: str, model: str, number: int, named: str) -> PathPoints:
    """One row's way through the model's tree."""
    row = cached.row(project, model, number)
    return decision_path.of_model(cached.saved(project, model).model, row, named)


def has_trees(project: str, model: str) -> bool:
    """True for a model in which a row goes its way through a tree."""
    from core.explain.questions import can_be_drawn

    return can_be_drawn(cached.saved(project, model).model)
