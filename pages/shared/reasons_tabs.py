"""What there is to see of many customers' reasons, a tab each; a tab works when it is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.charts import beeswarm, dependence, importance
from core.explain.explanation import Explanation
from core.explain.importance import importance as ranked
from core.explain.tabular import as_table
from core.store.models import SavedModel
from core.text.phrases import Phrases
from pages.shared import reasons_cohorts, reasons_kept, reasons_quality, session, show


@dataclass(frozen=True, eq=False)
class Seen:
    """A model, the reasons that are there, and how they were asked for."""

    saved: SavedModel
    found: Explanation
    way: str

    @property
    def target(self) -> str:
        return self.saved.model.spec.target.name


def tabs(seen: Seen, say: Phrases) -> None:
    """The tabs, and in the open one its picture."""
    labels = [say(f"pages.explain.tab_{name}") for name in TABS]
    for tab, body in zip(
        st.tabs(labels, key="explain-tabs", on_change="rerun"), TABS.values(), strict=True
    ):
        if tab.open:
            with tab:
                body(seen, say)


def _importance(seen: Seen, say: Phrases) -> None:
    columns = tuple(one.column for one in ranked(seen.found))
    along = reasons_kept.along(str(session.folder()), session.model_id(), columns)
    points = importance.points(seen.found, target=seen.target, along=along)
    show.draw("importance", points, say)
    show.download(
        say("pages.explain.export", rows=len(seen.found.rows)),
        as_table(seen.found),
        "reasons.csv",
        "reasons-export",
    )


def _beeswarm(seen: Seen, say: Phrases) -> None:
    show.draw("beeswarm", beeswarm.points(seen.found, target=seen.target), say)


def _dependence(seen: Seen, say: Phrases) -> None:
    columns = [one.column for one in ranked(seen.found)]
    column = st.selectbox(say("pages.explain.column"), columns, key="dependence-column")
    points = dependence.points(seen.found, column, seen.target)
    show.draw("dependence", points, say, column)


def _cohorts(seen: Seen, say: Phrases) -> None:
    reasons_cohorts.side_by_side(seen.found, seen.target, say)


def _quality(seen: Seen, say: Phrases) -> None:
    reasons_quality.panel(seen.way, say)


TABS: dict[str, Callable[[Seen, Phrases], None]] = {
    "importance": _importance,
    "beeswarm": _beeswarm,
    "dependence": _dependence,
    "cohorts": _cohorts,
    "quality": _quality,
}
