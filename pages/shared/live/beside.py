"""What stands under one customer's answer: the chart to keep, the nearest customers, a name."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.text.phrases import Phrases
from core.what_if.live import cells
from core.what_if.pairs import points
from core.what_if.scenario import Comparison, Scenario, compare
from pages.shared import show
from pages.shared.live import ground
from pages.shared.live.permit import Shown


def comparison(shown: Shown, edits: Mapping[str, object]) -> Comparison:
    """Before and after the edits."""
    known = ground.ground(shown)
    scenario = Scenario(known.row, cells(known.controls, edits))
    return compare(known.ready, scenario, shown.of, known.known)


def chart(shown: Shown, edits: Mapping[str, object], say: Phrases) -> None:
    """The most changed reasons as a chart to download, with its table; made when opened."""
    fold = st.expander(say("pages.what_if.most_changed"), key="what-if-chart", on_change="rerun")
    if fold.open:
        found = comparison(shown, edits)
        target = ground.ground(shown).ready.model.spec.target.name
        with fold:
            show.draw("comparison", points(found.before, found.after, target=target), say)
