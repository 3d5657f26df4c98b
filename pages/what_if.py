"""What would change it: one customer's fields, the smallest change, a segment, what is kept."""

from __future__ import annotations

import streamlit as st

from core.models.family import Task
from core.store.models import SavedModel
from core.text.phrases import Phrases
from pages.shared import (
    cached,
    customer,
    frame,
    marking_part,
    opening,
    scenarios_tab,
    segment_tab,
    session,
    smallest_tab,
)
from pages.shared.live import beside, live
from pages.shared.live.permit import Shown


def outcome(saved: SavedModel, say: Phrases) -> str:
    """Which class's chance is looked at, where there are several."""
    if saved.model.spec.task is not Task.MULTICLASS:
        return ""
    label = say("pages.what_if.class")
    return str(
        st.selectbox(label, saved.model.classes, key="what-if-class", persist_state="session")
    )


def chosen(say: Phrases) -> tuple[SavedModel, Shown]:
    """The model, and which customer is looked at: the same one on the first two tabs."""
    project, model = str(session.folder()), session.model_id()
    saved = cached.saved(project, model)
    of = outcome(saved, say)
    row = customer.choose(saved, of, True, say)
    return saved, Shown(session.project().id, model, row, of, say.language)


def one(say: Phrases) -> None:
    """One customer: fields and answer, and under them what can be made of it."""
    _, shown = chosen(say)
    order = cached.order(str(session.folder()), shown.model, shown.row, shown.of)
    marking_part.part(order, say)
    edits = live.customer(shown, order, say)
    beside.name(shown, edits, say)
    beside.chart(shown, edits, say)
    beside.alike(shown, edits, say)


def smallest(say: Phrases) -> None:
    """What would be enough to change that customer's answer."""
    saved, shown = chosen(say)
    live.begin(shown)
    marking_part.part(cached.order(str(session.folder()), shown.model, shown.row, shown.of), say)
    smallest_tab.tab(saved, shown.row, shown.of, say)


def segment(say: Phrases) -> None:
    """Many customers changed at once."""
    saved = cached.saved(str(session.folder()), session.model_id())
    opening.offer_formulas()
    segment_tab.tab(saved, outcome(saved, say), say)


def kept(say: Phrases) -> None:
    """What was given a name."""
    saved = cached.saved(str(session.folder()), session.model_id())
    scenarios_tab.tab(saved, outcome(saved, say), say)


TABS = {"one": one, "smallest": smallest, "segment": segment, "saved": kept}

with frame.page("what_if") as say:
    session.model_id()
    labels = [say(f"live.tab.{name}") for name in TABS]
    for place, body in zip(
        st.tabs(labels, key="what-if-tab", on_change="rerun"), TABS.values(), strict=True
    ):
        if place.open:
            with place:
                frame.fragment(body, say)
