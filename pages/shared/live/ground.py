"""Answers about what a page shows: the same for the route and for a run of the page."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.store import projects
from core.text.phrases import phrases
from core.what_if import live
from core.what_if.controls import Sort, controls
from core.what_if.live import Answer, Ground, View
from core.what_if.scenario import Scenario, edited
from core.what_if.sparks import Spark, sparks
from pages.shared import cached, session
from pages.shared.live.permit import Shown

NUMBERS = (Sort.SLIDER, Sort.NUMBER)
CUSTOMERS_KEPT = 32


def ground(shown: Shown) -> Ground:
    """What all answers about it share. Raises NotThere, and what reading a model raises."""
    project = str(projects.folder(session.home(), shown.project))
    return _ground(project, shown.model, shown.row, shown.of)


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
    return live.answer(known, live.cells(known.controls, edits), view, phrases(shown.language))


def lines(shown: Shown, edits: Mapping[str, object], columns: tuple[str, ...]) -> tuple[Spark, ...]:
    """The answer at every value of the numeric ones of ``columns``, other edits in place."""
    known = ground(shown)
    model = known.ready.model
    row = edited(Scenario(known.row, live.cells(known.controls, edits)), model)
    wanted = [c for c in columns if c in known.controls and known.controls[c].sort in NUMBERS]
    return sparks(model, row, wanted, shown.of, phrases(shown.language))
