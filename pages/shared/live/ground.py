"""Answers about what a page shows: the same for the route and for a run of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from core.store import projects
from core.text.phrases import phrases
from core.what_if import live
from core.what_if.controls import Sort, controls
from core.what_if.live import Answer, Ground, View
from core.what_if.scenario import edited
from core.what_if.sparks import Spark, sparks
from pages.shared import cached, marking_kept, session
from pages.shared.live.permit import Shown

NUMBERS = (Sort.SLIDER, Sort.NUMBER)
CUSTOMERS_KEPT = 32


def ground(shown: Shown) -> Ground:
    """What all answers about it share. Raises NotThere, and what reading a model raises."""
    project = str(projects.folder(session.home(), shown.project))
    known = _ground(project, shown.model, shown.row, shown.of)
    return replace(known, marked=marking_kept.marked_of(project, shown.model))


@st.cache_resource(max_entries=CUSTOMERS_KEPT, show_spinner=False)
def _ground(project: str, model: str, number: int, of: str) -> Ground:
    row = cached.row(project, model, number)
    return Ground(
        ready=cached.explainer(project, model),
        support=cached.support(project, model),
        row=row,
        known=cached.why(project, model, number, of),
        controls=controls(cached.saved(project, model).model, row),
    )


def answer(shown: Shown, edits: Mapping[str, object], view: View) -> Answer:
    """What the model says after the edits."""
    known = ground(shown)
    return live.answer(known, live.scenario_of(known, edits), view, phrases(shown.language))


def lines(shown: Shown, edits: Mapping[str, object], columns: tuple[str, ...]) -> tuple[Spark, ...]:
    """The answer at every value of the numeric ones of ``columns``, other edits in place."""
    known = ground(shown)
    model, marked = known.ready.model, known.marked
    row = edited(live.scenario_of(known, edits), model)
    numbers = [c for c in columns if c in known.controls and known.controls[c].sort in NUMBERS]
    moving = [name for name in numbers if marked.may_change(name)]
    return sparks(model, row, moving, shown.of, phrases(shown.language), marked.formulas)
