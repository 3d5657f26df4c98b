"""How answers stand on a page: a drawing with its finding, numbers with intervals, findings."""

from __future__ import annotations

import hashlib
import logging
import math
import pickle
import re
import secrets
import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from typing import Any

import streamlit as st

from core.charts.board import Line
from core.charts.chart import Drawing, Look, chart, kept
from core.data.finding import Finding, Severity
from core.data.spreadsheet import as_csv
from core.evaluate.evaluation import Score
from core.evaluate.metric import metrics
from core.store import allowed
from core.store.models import Entry
from core.store.roles import Right
from core.store.who import acting_as
from core.text.phrases import Phrases, phrases
from core.text.plain import plain_words
from core.train.rivals import BASELINE
from pages.shared import session
from pages.shared.around import inside

FINDINGS_AT_ONCE = 6
DRAWINGS_KEPT = 200
RANDOM_BYTES = 8
LONGEST_NAME = 80
CONFIG = {"displaylogo": False, "modeBarButtons": [["toImage"]]}
ICONS = {
    Severity.STOP: ":material/block:",
    Severity.WARN: ":material/warning:",
    Severity.NOTE: ":material/info:",
}


def draw(key: str, points: object, say: Phrases, name: str = "") -> None:
    """The chart of that key with its finding, its sentence, and its numbers on demand."""
    drawn = hashlib.sha256(pickle.dumps(points)).hexdigest()
    drawing = _drawing(key, drawn, say.language, st.context.theme.type == "dark", points)
    place = re.sub(r"\W+", "-", f"{key}-{name}")
    with st.container(border=True, key=f"chart-{place}"):
        st.markdown(f"**{plain_words(drawing.title)}**")
        st.plotly_chart(drawing.figure, key=f"figure-{place}", alt=drawing.title, config=CONFIG)
        st.caption(plain_words(drawing.sentence))
        if st.toggle(say("pages.show.table"), key=place):  # tabs take a browser 30 ms a chart
            _table(drawing, place, say)


@st.cache_resource(max_entries=DRAWINGS_KEPT, show_spinner=False)
def _drawing(key: str, drawn: str, language: str, dark: bool, _points: object) -> Drawing:
    """A figure takes Plotly tens of milliseconds to build: the same points are drawn once."""
    drawing = chart(key).draw(_points, Look(phrases(language), dark))
    return replace(drawing, figure=kept(drawing.figure))


def _table(drawing: Drawing, place: str, say: Phrases) -> None:
    st.dataframe(drawing.table, hide_index=True, key=f"table-{place}", alt=drawing.title)
    download(say("pages.show.download"), drawing.table, f"{place}.csv", f"download-{place}")


def download(
    label: str, table: Any, file: str, key: str, told: Callable[[bytes], None] | None = None
) -> None:
    """A table as CSV that is safe to open in a spreadsheet, made on the click and then ``told``."""
    take(label, lambda: _csv(table, told), file, "text/csv", key)


def take(label: str, made: Callable[[], bytes], file: str, mime: str, key: str) -> None:
    """A file to download, made on the click.

    Streamlit tells large files apart by their length, three samples and their name: the name is
    another one in each run, so that nobody is given another's file or can guess its address. Whose
    role in the project in use takes no files out finds no button.
    """
    project = session.maybe_folder()
    if project is not None and not allowed.may(project, Right.EXPORT):
        return
    stem, _, ending = (re.sub(r"[^\w.-]+", "-", part) for part in file.rpartition("."))
    name = stem.lstrip(".-")[:LONGEST_NAME]
    st.download_button(
        label,
        data=offered(made),
        file_name=f"{name}-{secrets.token_hex(RANDOM_BYTES)}.{ending}",
        mime=mime,
        key=key,
        on_click="ignore",
        icon=":material/download:",
    )


def _csv(table: Any, told: Callable[[bytes], None] | None) -> bytes:
    content = as_csv(table)
    if told is not None:
        told(content)
    return content


def offered(made: Callable[[], bytes]) -> Callable[[], bytes]:
    """The same, for whoever may take files out when it is made; what goes wrong reaches the browser
    as a reference, where Streamlit tells all."""
    whose, project = inside.standing(), session.maybe_folder()

    def file() -> bytes:
        try:
            with acting_as(whose()):
                if project is not None:
                    allowed.need(project, Right.EXPORT)
                return made()
        except Exception:  # the edge: the trace goes to the log, the person gets a reference
            reference = uuid.uuid4().hex[:8]
            logging.exception("reference %s", reference)
            words = phrases()("around.offered", reference=reference)
        raise RuntimeError(words)

    return file


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
        undefined = metrics()[found.metric].undefined
        if math.isnan(found.value) and undefined:
            st.caption(say(f"evaluate.undefined.{undefined}"))
        else:
            st.caption(say("pages.show.interval", low=found.low, high=found.high))


def bullets(sentences: Iterable[str]) -> str:
    """Sentences with the user's words in them as the lines of a list."""
    return "\n".join(f"- {plain_words(sentence)}" for sentence in sentences)


def stops(found: tuple[Finding, ...], say: Phrases) -> None:
    """What makes an answer mean nothing until it is mended, as a warning before training."""
    learned = {column.name for column in session.dataset().schema.features}
    for each in found:
        if each.severity is Severity.STOP and (not each.column or each.column in learned):
            what = say(f"check.{each.code}.what", **asdict(each))
            st.warning(plain_words(what), icon=ICONS[Severity.STOP])
