"""One customer's reasons: what happened, the waterfall, and what works together."""

from __future__ import annotations

import streamlit as st

from core.charts import interactions, waterfall
from core.explain.explanation import Explanation
from core.explain.values import in_words
from core.models.family import Task
from core.store import reasons as kept
from core.store.models import SavedModel
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import cached, customer, frame, reasons_kept, session, show
from pages.shared.fold import fold


def one(saved: SavedModel, way: str, found: Explanation | None, say: Phrases) -> None:
    """What happened, one customer's waterfall, and what there is beside it."""
    st.subheader(say("pages.explain.one"))
    named = kept.way_of(way).of if saved.model.spec.task is Task.MULTICLASS else ""
    row = customer.choose(saved, named, False, say)
    target = saved.model.spec.target.name
    project, model = str(session.folder()), session.model_id()
    known = None if found is None else found.of_row(row)
    why = known or reasons_kept.why(project, model, row, way)
    happened = cached.happened(project, model)
    if row in happened:
        truth = in_words(happened[row], say)
        st.caption(plain_words(say("pages.explain.truth", truth=truth)))
    else:
        st.caption(say("pages.explain.learned_from"))
    show.draw("waterfall", waterfall.points(why, target=target), say)
    _told(why, say)
    if reasons_kept.has_trees(project, model):

        def way_down() -> None:
            show.draw("decision_path", reasons_kept.path(project, model, row, named), say)

        fold(say("pages.explain.path"), "path", way_down)
    frame.fragment(lambda say: _together(way, row, target, say), say)


def _together(way: str, row: int, target: str, say: Phrases) -> None:
    """What columns do together, worked out when the fold is opened; the page does not wait."""

    def inside() -> None:
        with st.spinner(say("pages.explain.together_what")):
            found = reasons_kept.joint(str(session.folder()), session.model_id(), row, way)
        show.draw("interactions", interactions.points(found, target), say)

    fold(say("pages.explain.together"), "together", inside)


def _told(why: Explanation, say: Phrases) -> None:
    """How the reasons were worked out, and what to know of them."""
    notes = (say(f"explain.note.{note}") for note in why.notes)
    st.caption(
        " ".join((say(f"explain.method.{why.method}.what", background=why.background), *notes))
    )
