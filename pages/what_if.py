"""One customer, changed: the new answer and the new reasons beside the old ones."""

from typing import Any

import streamlit as st

from core.charts import comparison
from core.models.family import Task
from core.store.models import SavedModel
from core.text.phrases import Phrases
from core.text.plain import plain_words
from core.what_if.controls import Control, changes, controls
from core.what_if.scenario import Scenario, compare, edited
from core.what_if.support import outside
from pages.shared import cached, customer, frame, inputs, session, show

FIRST_FIELDS = 8
PLACES = 2


def outcome(saved: SavedModel, say: Phrases) -> str:
    """Which class's chance is looked at, where there are several."""
    if saved.model.spec.task is not Task.MULTICLASS:
        return ""
    label = say("pages.what_if.class")
    return str(st.selectbox(label, saved.model.classes, key="what-if-class"))


def fields(known: dict[str, Control], order: list[str], turn: str, say: Phrases) -> dict[str, Any]:
    """A widget a field, the most influential first; the rest behind a fold."""
    st.subheader(say("pages.what_if.fields"))
    values: dict[str, Any] = {}
    places = st.columns(PLACES)
    for i, name in enumerate(order[:FIRST_FIELDS]):
        with places[i % PLACES]:
            values[name] = inputs.field(known[name], turn, say)
    return values | others([known[name] for name in order[FIRST_FIELDS:]], turn, say)


def others(known: list[Control], turn: str, say: Phrases) -> dict[str, Any]:
    """The other fields; while they are folded away the browser need not make them."""
    if not known:
        return {}
    fold = st.expander(say("pages.what_if.all_fields"), key=f"all-{turn}", on_change="rerun")
    if not fold.open:
        return {control.column: inputs.kept(control, turn) for control in known}
    values, places = {}, fold.columns(PLACES)
    for i, control in enumerate(known):
        with places[i % PLACES]:
            values[control.column] = inputs.field(control, turn, say)
    return values


def numbers(shown: comparison.ComparisonPoints, say: Phrases) -> None:
    """Before and after as two large numbers with the difference."""
    was, now, difference = shown.words
    before, after = st.columns(2)
    with before.container(border=True, height="stretch"):
        st.metric(say("pages.what_if.before"), was)
    with after.container(border=True, height="stretch"):
        words = say(f"pages.what_if.difference_{shown.unit.scale}", difference=difference)
        st.metric(say("pages.what_if.after"), now, words, delta_color="off", delta_arrow="off")


def answer(say: Phrases) -> None:
    """Fields on one side; before, after and the reasons on the other. A fragment of its own."""
    project, model = str(session.folder()), session.model_id()
    saved = cached.saved(project, model)
    left, right = st.columns((3, 4), gap="large")
    with left:
        of = outcome(saved, say)
        row = customer.choose(saved, of, True, say)
        before = cached.row(project, model, row)
        widgets = controls(saved.model, before)
        turn = f"{model}-{row}-{st.session_state.get('what-if-turn', 0)}"
        values = fields(widgets, cached.order(project, model, row, of), turn, say)
        st.button(say("pages.what_if.reset"), on_click=reset, icon=":material/restart_alt:")
    scenario = Scenario(before, changes(widgets, values))
    known = cached.why(project, model, row, of)
    found = compare(cached.explainer(project, model), scenario, of, known)
    shown = comparison.points(found.before, found.after, target=saved.model.spec.target.name)
    with right:
        numbers(shown, say)
        if not scenario.edits:
            st.caption(say("pages.what_if.unchanged"))
        warn(project, model, scenario, say)
        show.draw("comparison", shown, say)
        st.caption(say("pages.what_if.caution"))


def warn(project: str, model: str, scenario: Scenario, say: Phrases) -> None:
    """Says so where the data end."""
    if not scenario.edits:
        return
    known = cached.support(project, model)
    beyond = outside(known, edited(scenario, known.model))
    if beyond.columns:
        words = say("pages.what_if.outside", columns=beyond.columns)
        st.warning(plain_words(words), icon=":material/warning:")
    elif beyond.combination:
        st.warning(say("pages.what_if.unusual"), icon=":material/warning:")


def reset() -> None:
    """Every field stands where it stood."""
    st.session_state["what-if-turn"] = st.session_state.get("what-if-turn", 0) + 1


with frame.page("what_if") as say:
    session.model_id()
    frame.fragment(answer, say)
