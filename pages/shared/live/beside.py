"""What stands under one customer's answer: a name for it, the chart to keep, who is like them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from core.explain.explanation import Scale
from core.explain.values import in_words
from core.store import scenarios
from core.store.clock import now
from core.store.roles import Right
from core.tasks.reasons import rows_of
from core.text.phrases import Phrases
from core.text.plain import plain_words
from core.what_if.live import scenario_of
from core.what_if.nearest import Nearest, Neighbour, Neighbourhood, nearest, neighbourhood
from core.what_if.pairs import points
from core.what_if.scenario import Comparison, compare, edited
from pages.shared import cached, session, show
from pages.shared.fold import fold
from pages.shared.live import ground
from pages.shared.live.permit import Shown

CUSTOMERS_SEARCHED = 5000
DIFFERENCES_NAMED = 4


def comparison(shown: Shown, edits: Mapping[str, object]) -> Comparison:
    """Before and after the edits."""
    known = ground.ground(shown)
    return compare(known.ready, scenario_of(known, edits), shown.of, known.known)


def name(shown: Shown, edits: Mapping[str, object], say: Phrases) -> None:
    """A name under which the change is kept with the project."""
    if not session.may(Right.WORK):
        return
    place, go = st.columns((3, 1), vertical_alignment="bottom")
    called = place.text_input(say("live.page.name"), key="what-if-name", max_chars=80)
    label = say("live.page.save")
    if go.button(label, disabled=not edits, icon=":material/bookmark_add:", key="what-if-save"):
        target = ground.ground(shown).ready.model.spec.target.name
        found = comparison(shown, edits)
        made = scenarios.of_customer(shown.model, target, shown.row, found)
        scenarios.keep(session.folder(), called, made, now())
        st.success(plain_words(say("live.page.saved", name=called)), icon=":material/check:")


def chart(shown: Shown, edits: Mapping[str, object], say: Phrases) -> None:
    """The most changed reasons as a chart to download, with its table; made when opened."""

    def inside() -> None:
        found = comparison(shown, edits)
        target = ground.ground(shown).ready.model.spec.target.name
        show.draw("comparison", points(found.before, found.after, target=target), say)

    fold(say("live.page.most_changed"), "what-if-chart", inside)


def alike(shown: Shown, edits: Mapping[str, object], say: Phrases) -> None:
    """The real customers nearest to the changed one; looked for when opened."""

    def inside() -> None:
        known = ground.ground(shown)
        scenario = scenario_of(known, edits)
        ready = _neighbourhood(str(session.folder()), shown.model)
        found = nearest(ready, edited(scenario, known.ready.model), shown.of)
        st.caption(say("live.page.nearest_what", candidates=found.candidates))
        _groups(found, known.known.scale, say)

    fold(say("live.page.nearest"), "what-if-nearest", inside)


def _groups(found: Nearest, scale: Scale, say: Phrases) -> None:
    groups = {"all": found.nearest}
    if scale is Scale.CHANCE:
        groups |= {"with": found.with_outcome, "without": found.without}
    for key, some in groups.items():
        st.markdown(f"**{plain_words(say(f'live.page.nearest_{key}', of=found.of))}**")
        if some:
            rows = [_line(each, scale, say) for each in some]
            st.dataframe(rows, hide_index=True, key=f"what-if-nearest-{key}")
        else:
            st.caption(say("live.page.nearest_none"))


def _line(found: Neighbour, scale: Scale, say: Phrases) -> dict[str, Any]:
    apart = [
        say(
            "live.page.differs",
            column=each.column,
            there=in_words(each.there, say),
            here=in_words(each.here, say),
        )
        for each in found.differences[:DIFFERENCES_NAMED]
    ]
    truth = say("live.page.training") if found.truth is None else in_words(found.truth, say)
    prediction = say(f"live.page.prediction_{scale}", prediction=found.prediction)
    return {
        say("live.page.column_customer"): session.row_shown(found.row),
        say(f"live.page.column_{scale}"): prediction,
        say("live.page.column_truth"): truth,
        say("live.page.column_apart"): "; ".join(apart),
    }


@st.cache_resource(max_entries=cached.MODELS_KEPT, show_spinner=False)
def _neighbourhood(project: str, model: str) -> Neighbourhood:
    """Held-out customers with what became of them, and the background."""
    saved, happened = cached.saved(project, model), cached.happened(project, model)
    rows = list(happened)[:CUSTOMERS_SEARCHED]
    table = rows_of(Path(project), saved, rows)
    truth = {saved.model.spec.target.name: [happened[row] for row in rows]}
    return neighbourhood(cached.support(project, model), table.assign(**truth))
