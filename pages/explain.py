"""Why the model says what it says: over many customers, and for one."""

import streamlit as st

from core.explain.explanation import Explanation
from core.models.family import Task
from core.review.together import together
from core.store import reasons as kept
from core.store.models import SavedModel
from core.text.phrases import Phrases
from pages.shared import (
    cached,
    cohort_choice,
    journey,
    reasons_kept,
    reasons_now,
    reasons_one,
    reasons_tabs,
    reasons_way,
    review_pieces,
    session,
    working,
)
from pages.shared.frame import page

FIRST_ROWS = 200
MORE_ROWS = 1000


def outcome(saved: SavedModel, say: Phrases) -> str:
    """Which class's chance is explained."""
    model = saved.model
    if model.spec.task is not Task.MULTICLASS:
        return model.spec.outcome or model.spec.target.name
    return str(
        st.selectbox(
            say("pages.explain.class"),
            model.classes,
            key="explained-class",
            persist_state="session",
        )
    )


def overall(saved: SavedModel, way: str, say: Phrases) -> Explanation | None:
    """What there is so far, and the work that adds to it."""
    project, model = session.project().id, session.model_id()
    place = kept.place(session.folder(), model, way)
    slot, parts = f"explain-{place.name}", kept.parts(place)
    asked = {"project": project, "model": model, "way": way}
    found = reasons_kept.explanation(str(session.folder()), model, way, parts)
    working.join(slot, "explain", **asked)
    if found is None and not working.held(slot):
        reasons_now.begin(slot, saved, FIRST_ROWS, asked)
        found = reasons_kept.explanation(str(session.folder()), model, way, kept.parts(place))
    working.panel(slot, say, lambda result: None, lambda: kept.parts(place))
    if found is None:
        st.caption(say("pages.explain.waiting"))
        return None
    done = len(found.rows)
    explained = say("pages.explain.explained", done=done, rows=len(saved.model.held_out))
    review_pieces.caption(explained, together(done, found.units), say)
    shown = cohort_choice.explained(found, (str(session.folder()), model, way), say)
    reasons_tabs.tabs(reasons_tabs.Seen(saved, shown.found, way, found, shown.cohort), say)
    more = min(MORE_ROWS, len(saved.model.held_out))
    label = say("pages.explain.go", rows=more)
    busy = working.running(slot)
    if len(found.rows) < more and not busy and st.button(label, icon=":material/add:"):
        reasons_now.begin(slot, saved, more, asked)
        st.rerun()
    return found


with page("explain") as say:
    saved = cached.saved(str(session.folder()), session.model_id())
    of = outcome(saved, say)
    results = st.container()
    way = reasons_way.chosen(saved, of, say)
    with results:
        found = overall(saved, way, say)
    reasons_one.one(saved, way, found, say)
    if st.button(say("pages.explain.next"), type="primary"):
        journey.go("what_if")
