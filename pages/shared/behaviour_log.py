"""The log of the project in use: its tables, and what is read of its history once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
import streamlit as st

from core import wire
from core.behaviour import recipe
from core.behaviour.asking import Overlook, askable, overlook
from core.behaviour.joins import Join, joins
from core.behaviour.question import Asks, Question
from core.behaviour.recipe import Recipe
from core.behaviour.recorded import Recorded
from core.behaviour.timeline import proposed
from core.data.dataset import Dataset
from core.store import guard, log_work, logs, projects
from core.store.logs import Log
from core.text.phrases import Phrases
from pages.shared import cached, session, working

HISTORIES_KEPT = 6
RECORD = "record"
T = TypeVar("T")


@dataclass(frozen=True)
class Known:
    """The log of project ``project`` (its id) in ``folder``; its tables by id.

    What nothing was said of yet is as proposed.
    """

    project: str
    folder: Path
    log: Log
    datasets: dict[str, Dataset]

    @property
    def key(self) -> str:
        return self.log.key

    @property
    def hides(self) -> bool:
        """Whether there are people in it, so that small groups hold no figures."""
        return any(guard.hidden(dataset) for dataset in self.datasets.values())

    def named(self, what: str) -> str:
        """A key of the session that is of this log alone."""
        return f"{what}-{self.project}-{self.key}"


def known() -> Known | None:
    """The log in use; None where there is no table to be one."""
    project = session.maybe_project()
    if project is None or not project.table:
        return None
    folder = projects.folder(session.home(), project.id)
    found = logs.log(folder, project.table)
    if not found.tables:
        return None
    if {use.table for use in found.uses} != set(found.tables):
        key = ("log-proposed", str(folder), *found.tables, found.key)
        found = cached.answer(key, lambda: log_work.proposed(folder, found))
    return Known(project.id, folder, found, logs.datasets(folder, found))


def recorded(log: Known) -> bool:
    """Whether there is a history of this very log."""
    return logs.has_history(log.folder, log.log)


def recording(log: Known, say: Phrases) -> None:
    """Records the history beside the page: by itself the first time."""
    working.join(RECORD, "record", project=log.project)
    begun = st.session_state.get(f"{RECORD}-begun") == log.named(RECORD)
    if not working.held(RECORD) and not begun:
        st.session_state[f"{RECORD}-begun"] = log.named(RECORD)  # a stopped one is not begun again
        _start(log)
    if working.held(RECORD):
        st.caption(say("behaviour.tables.recording"))
        working.panel(RECORD, say, lambda result: None)
    elif st.button(say("behaviour.tables.record"), type="primary", icon=":material/history:"):
        _start(log)
        st.rerun()


def _start(log: Known) -> None:
    logs.keep(log.folder, log.log)
    working.start(RECORD, "record", project=log.project)


def looked_over(log: Known, say: Phrases) -> Overlook:
    """What moving a question needs at once."""
    with st.spinner(say("behaviour.picture.counting")):
        return _overlook(str(log.folder), log.key, log.log)


@st.cache_resource(max_entries=HISTORIES_KEPT, show_spinner=False, hash_funcs=cached.APART)
def _overlook(project: str, key: str, _log: Log) -> Overlook:
    with logs.history(Path(project), _log) as found:
        return overlook(found)


def of_history(log: Known, asked: tuple[str | float, ...], make: Callable[[Recorded], T]) -> T:
    """What ``make`` tells of the history, told once under what was asked."""

    def made() -> T:
        with logs.history(log.folder, log.log) as found:
            return make(found)

    return cached.answer(("history", str(log.folder), log.key, *asked), made)


def links(log: Known, say: Phrases) -> tuple[Join, ...]:
    """How its tables hang together."""
    uses = msgspec.json.encode(log.log.uses).decode()
    with st.spinner(say("behaviour.picture.counting")):
        return cached.answer(
            ("joins", str(log.folder), uses),
            lambda: joins(list(log.datasets.values()), log.log.uses),
        )


def begin(found: Overlook, asks: Asks | None = None) -> Question:
    """Where a question of some sort begins: with that of the table in use, else as proposed."""
    recipe, allowed = built(), askable(found.story)
    if recipe is not None and asks in (None, recipe.question.asks):
        return recipe.question
    wanted = asks or next(iter(allowed), Asks.BUY)
    return proposed(found.story, wanted, found.window or Question(wanted).outcome)


def keep_asked(log: Known, question: Question) -> None:
    """The question that stands on the page is remembered where its fields are not drawn."""
    st.session_state[log.named("asked")] = msgspec.json.encode(question).decode()


def asked(log: Known, found: Overlook) -> Question:
    """The question that stands on the page."""
    text = st.session_state.get(log.named("asked"))
    return wire.read(text, Question) if text else begin(found)


def built() -> Recipe | None:
    """How the table in use was made of a log; None where it was not."""
    now = session.maybe_project()
    if now is None or not now.table:
        return None
    return recipe.read(session.dataset().provenance.recipe)
