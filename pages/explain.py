"""Why the model says what it says: over many customers, and for one."""

import streamlit as st

from core.charts import beeswarm, dependence, importance, waterfall
from core.explain.explanation import Explanation
from core.explain.importance import importance as ranked
from core.explain.reasons import reasons
from core.explain.sentences import sentence
from core.models.family import Task
from core.store import reasons as kept
from core.store.models import SavedModel
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import cached, customer, journey, session, show, working
from pages.shared.frame import page

FIRST_ROWS = 200
MORE_ROWS = 1000
TABS = ("importance", "beeswarm", "dependence")


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


def start(of: str, rows: int) -> None:
    """Explains held-out customers beside the app."""
    project, model = session.project().id, session.model_id()
    working.start("explain", "explain", project=project, model=model, of=of, rows=rows)


def overall(saved: SavedModel, of: str, say: Phrases) -> None:
    """What there is so far, and the work that adds to it."""
    place = kept.place(session.folder(), session.model_id(), of)
    parts = kept.parts(place)
    found = cached.explanation(str(session.folder()), session.model_id(), of, parts)
    model = session.model_id()
    working.join("explain", "explain", project=session.project().id, model=model, of=of)
    if found is None and not working.held("explain"):
        start(of, FIRST_ROWS)
    working.panel("explain", say, lambda result: None, lambda: kept.parts(place))
    if found is None:
        st.caption(say("pages.explain.waiting"))
        return
    st.caption(say("pages.explain.explained", done=len(found.rows), rows=len(saved.model.held_out)))
    pictures(found, saved.model.spec.target.name, say)
    more = min(MORE_ROWS, len(saved.model.held_out))
    label = say("pages.explain.go", rows=more)
    busy = working.running("explain")
    if len(found.rows) < more and not busy and st.button(label, icon=":material/add:"):
        start(of, more)
        st.rerun()


def pictures(found: Explanation, target: str, say: Phrases) -> None:
    """Importance, every customer, one column."""
    labels = [say(f"pages.explain.tab_{name}") for name in TABS]
    first, second, third = st.tabs(labels, key="explain-tabs", on_change="rerun")
    if first.open:
        with first:
            show.draw("importance", importance.points(found, target=target), say)
    if second.open:
        with second:
            show.draw("beeswarm", beeswarm.points(found, target=target), say)
    if third.open:
        with third:
            columns = [one.column for one in ranked(found)]
            column = st.selectbox(say("pages.explain.column"), columns, key="dependence-column")
            show.draw("dependence", dependence.points(found, column, target), say, column)


def one(saved: SavedModel, of: str, say: Phrases) -> None:
    """One customer's waterfall with its sentence and what happened."""
    st.subheader(say("pages.explain.one"))
    named = of if saved.model.spec.task is Task.MULTICLASS else ""
    row = customer.choose(saved, named, False, say)
    target = saved.model.spec.target.name
    project, model = str(session.folder()), session.model_id()
    why = cached.why(project, model, row, named)
    st.write(plain_words(sentence(reasons(why), say, target)))
    happened = cached.happened(project, model)
    if row in happened:
        st.caption(plain_words(say("pages.explain.truth", truth=happened[row])))
    else:
        st.caption(say("pages.explain.learned_from"))
    show.draw("waterfall", waterfall.points(why, target=target), say)
    told(why, say)


def told(why: Explanation, say: Phrases) -> None:
    """How the reasons were worked out, and what to know of them."""
    notes = (say(f"explain.note.{note}") for note in why.notes)
    st.caption(
        " ".join((say(f"explain.method.{why.method}.what", background=why.background), *notes))
    )


with page("explain") as say:
    saved = cached.saved(str(session.folder()), session.model_id())
    of = outcome(saved, say)
    overall(saved, of, say)
    one(saved, of, say)
    if st.button(say("pages.explain.next"), type="primary"):
        journey.go("what_if")
