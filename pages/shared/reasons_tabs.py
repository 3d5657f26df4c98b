"""What there is to see of many customers' reasons, a tab each; a tab works when it is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.charts import beeswarm, dependence, heat, importance
from core.explain.explanation import Explanation
from core.explain.importance import importance as ranked
from core.explain.tabular import as_table
from core.explain.words import word_effects, word_table
from core.models.family import Task
from core.store import export
from core.store.models import SavedModel
from core.text.phrases import Phrases
from core.text.plain import plain_words
from core.train.texts import ROWS_OF_A_WORD
from pages.shared import frame, reasons_cohorts, reasons_kept, reasons_quality, session, show


@dataclass(frozen=True, eq=False)
class Seen:
    """A model, the reasons to be shown, and how they were asked for.

    ``every`` are all that are there; where those shown are a saved cohort's, ``cohort`` names it.
    """

    saved: SavedModel
    found: Explanation
    way: str
    every: Explanation
    cohort: str = ""

    @property
    def target(self) -> str:
        return self.saved.model.spec.target.name

    @property
    def named(self) -> str:
        """The class whose chance is explained where there are several, else nothing."""
        return self.found.of if self.saved.model.spec.task is Task.MULTICLASS else ""


def tabs(seen: Seen, say: Phrases) -> None:
    """The tabs, and in the open one its picture."""
    labels = [say(f"pages.explain.tab_{name}") for name in TABS]
    for tab, body in zip(
        st.tabs(labels, key="explain-tabs", on_change="rerun"), TABS.values(), strict=True
    ):
        if tab.open:
            with tab, frame.guarded(say):
                body(seen, say)


def _importance(seen: Seen, say: Phrases) -> None:
    columns = tuple(one.column for one in ranked(seen.found))
    along = reasons_kept.along(str(session.folder()), session.model_id(), columns)
    points = importance.points(seen.found, target=seen.target, along=along)
    show.draw("importance", points, say)
    rows, file = len(seen.found.rows), "reasons.csv"
    show.download(
        say("pages.explain.export", rows=rows),
        as_table(seen.found),
        file,
        "reasons-export",
        export.telling(session.folder(), session.model_id(), file, rows),
    )


def _beeswarm(seen: Seen, say: Phrases) -> None:
    show.draw("beeswarm", beeswarm.points(seen.found, target=seen.target), say)


def _dependence(seen: Seen, say: Phrases) -> None:
    columns = [one.column for one in ranked(seen.found)]
    column = st.selectbox(say("pages.explain.column"), columns, key="dependence-column")
    if column in seen.saved.model.preparation.texts:
        _words(seen, column, say)
        return
    points = dependence.points(seen.found, column, seen.target)
    show.draw("dependence", points, say, column)


def _words(seen: Seen, column: str, say: Phrases) -> None:
    """Of a text, the words that go with its strongest effects."""
    found = word_effects(seen.found, column, seen.saved.model.preparation.texts[column])
    if not found:
        st.info(say("explain.words.none", rows=ROWS_OF_A_WORD), icon=":material/info:")
        return
    st.write(plain_words(say("explain.words.what", column=column)))
    st.dataframe(word_table(found, seen.found.scale, say), hide_index=True, key="words")


def _cohorts(seen: Seen, say: Phrases) -> None:
    if seen.cohort and len(seen.found.rows) < len(seen.every.rows):
        pair = (seen.found, seen.every)
        reasons_cohorts.beside_others(pair, seen.cohort, seen.target, say)
    reasons_cohorts.side_by_side(seen.found, seen.target, say)


def _heat(seen: Seen, say: Phrases) -> None:
    show.draw("heat", heat.points(seen.found, target=seen.target), say)


def _partial(seen: Seen, say: Phrases) -> None:
    columns = [column.name for column in seen.saved.model.spec.features]
    ranked_first = [one.column for one in ranked(seen.found) if one.column in columns]
    rest = [column for column in columns if column not in ranked_first]
    column = st.selectbox(say("pages.explain.column"), [*ranked_first, *rest], key="partial-column")
    if column in seen.saved.model.preparation.texts:
        tab = say("pages.explain.tab_dependence")
        st.info(say("explain.words.no_values", tab=tab), icon=":material/info:")
        return
    place = str(session.folder()), session.model_id()
    points = reasons_kept.partial(*place, column, seen.named)
    if points is None:
        st.info(say("pages.explain.no_values"), icon=":material/info:")
    else:
        show.draw("partial", points, say, column)


def _model(seen: Seen, say: Phrases) -> None:
    drawn = reasons_kept.picture(str(session.folder()), session.model_id(), seen.named)
    if drawn is None:
        st.info(say("pages.explain.not_drawn"), icon=":material/info:")
        return
    key, points = drawn
    show.draw(key, points, say)


def _quality(seen: Seen, say: Phrases) -> None:
    reasons_quality.panel(seen.way, say)


TABS: dict[str, Callable[[Seen, Phrases], None]] = {
    "importance": _importance,
    "beeswarm": _beeswarm,
    "dependence": _dependence,
    "cohorts": _cohorts,
    "heat": _heat,
    "partial": _partial,
    "model": _model,
    "quality": _quality,
}
