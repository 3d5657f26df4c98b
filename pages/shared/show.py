"""How answers stand on a page: a drawing with its finding, numbers with intervals, findings."""

from __future__ import annotations

import re
from collections.abc import Iterable

import streamlit as st
from core.data.check import Finding, Severity

from core.charts.board import Line
from core.charts.chart import Drawing, Look, chart
from core.evaluate.evaluation import Score
from core.store.models import Entry
from core.tasks import BASELINE
from core.text.phrases import Phrases
from core.text.plain import plain

ICONS = {
    Severity.STOP: ":material/block:",
    Severity.WARN: ":material/warning:",
    Severity.NOTE: ":material/info:",
}


def look(say: Phrases) -> Look:
    """How charts are worded and coloured for this visitor."""
    return Look(say, dark=st.context.theme.type == "dark")


def draw(key: str, points: object, say: Phrases, name: str = "") -> None:
    """The chart of that key with its finding, its sentence, and its numbers behind a tab."""
    drawing = chart(key).draw(points, look(say))
    place = re.sub(r"\W+", "-", f"{key}-{name}")
    with st.container(border=True, key=f"chart-{place}"):
        st.markdown(f"**{plain(drawing.title)}**")
        picture, numbers = st.tabs([say("pages.show.chart"), say("pages.show.table")], key=place)
        with picture:
            st.plotly_chart(
                drawing.figure,
                key=f"figure-{place}",
                alt=drawing.title,
                config={"displaylogo": False},
            )
        with numbers:
            _table(drawing, place, say)
        st.caption(plain(drawing.sentence))


def _table(drawing: Drawing, place: str, say: Phrases) -> None:
    st.dataframe(drawing.table, hide_index=True, key=f"table-{place}", alt=drawing.title)
    download(say("pages.show.download"), drawing.table, f"{place}.csv", f"download-{place}")


def download(label: str, table: object, file: str, key: str) -> None:
    """A table as CSV, made on the click."""
    st.download_button(
        label,
        data=lambda: table.to_csv(index=False).encode("utf-8-sig"),  # type: ignore[attr-defined]
        file_name=file,
        mime="text/csv",
        key=key,
        on_click="ignore",
        icon=":material/download:",
    )


def board_line(entry: Entry, name: str, using: str | None, scores: tuple[Score, ...]) -> Line:
    """A model as a line of the board, with its scores or the same at another threshold."""
    return Line(
        name=name,
        scores=scores,
        seconds=entry.seconds,
        training_rows=entry.training_rows,
        held_out_rows=entry.held_out_rows,
        trained_at=entry.trained_at,
        baseline=entry.spec.family == BASELINE,
        chosen=entry.id == using,
    )


def score(found: Score, say: Phrases) -> None:
    """One figure with its interval under it."""
    with st.container(border=True):
        st.metric(
            say(f"evaluate.metric.{found.metric}.name"),
            say("pages.show.value", value=found.value),
            help=say(f"evaluate.metric.{found.metric}.help"),
        )
        st.caption(say("pages.show.interval", low=found.low, high=found.high))


def findings(found: Iterable[Finding], say: Phrases) -> None:
    """What is wrong with a table, worst first, each with why and what to do."""
    for each in found:
        facts = {"code": each.code, "column": each.column, "count": each.count}
        facts["example"] = each.example
        what = plain(say(f"check.{each.code}.what", **facts))
        with st.expander(what, icon=ICONS[each.severity]):
            st.write(plain(say(f"check.{each.code}.why", **facts)))
            st.write(plain(say(f"check.{each.code}.do", **facts)))
