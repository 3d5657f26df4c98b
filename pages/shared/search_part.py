"""Finding a good model within a time: the board of attempts fills while it runs."""

from __future__ import annotations

from pathlib import Path

import msgspec
import streamlit as st

from core.charts.found import Found
from core.evaluate.metric import ranking
from core.models.family import Task
from core.search.trial import ranked
from core.search.wish import Search, search, wish_of
from core.store import searches
from core.store.roles import Right
from core.store.searches import Kept
from core.text.phrases import Phrases
from core.train.spec import ModelSpec
from pages.shared import mixing_part, rights, session, show, training, working

MINUTE = 60
MINUTES = (2, 10, 60)
SLOT = "find"
BY_WIDTH = 240


def part(spec: ModelSpec, say: Phrases) -> None:
    """The wish for a time and for what is best, the search at work, and what is known of it."""
    working.join(SLOT, SLOT, project=session.asked().id)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        minutes = _minutes(say)
        asked = search(spec, by=_by(spec.task, say))
        known = searches.load(_place(asked))
        if _go(minutes, known, say):
            _start(asked, known, minutes)
    working.panel(SLOT, say, _found, lambda: _seen(asked))
    if known is not None and known.trials:
        found = Found(known.metric.key, known.trials, known.spent, known.search.parts)
        show.draw("found", found, say)
        _left(known, say)
        mixing_part.part(known, say)


def _place(asked: Search) -> Path:
    return searches.place(session.folder(), asked.spec.dataset, asked.id)


def _seen(asked: Search) -> int:
    known = searches.load(_place(asked))
    return 0 if known is None else len(known.trials)


def _minutes(say: Phrases) -> int:
    return st.segmented_control(
        say("pages.train.minutes"),
        MINUTES,
        default=MINUTES[0],
        required=True,
        format_func=lambda each: say("pages.train.minutes_of", minutes=each),
        help=say("pages.train.minutes_help"),
        key="minutes",
        persist_state="session",
    )


def _by(task: Task, say: Phrases) -> str:
    """The key of the metric that is to say which model is best."""
    keys, place = [metric.key for metric in ranking(task)], f"by-{task}"
    chosen = st.session_state.get(place, keys[0])
    return st.selectbox(
        say("pages.train.by"),
        keys,
        format_func=lambda key: say(f"evaluate.metric.{key}.name"),
        help="\n\n".join([say(f"evaluate.metric.{chosen}.help"), say("pages.train.by_help")]),
        key=place,
        persist_state="session",
        width=BY_WIDTH,
    )


def _go(minutes: int, known: Kept | None, say: Phrases) -> bool:
    """Whether a search was asked for just now: a new one, or the one that is known to go on."""
    begun = known is not None and bool(known.trials)
    return st.button(
        say("pages.train.find_more" if begun else "pages.train.find", minutes=minutes),
        type="primary",
        icon=":material/manage_search:",
        **rights.limits(Right.WORK, say, working.running(SLOT)),
        key="find-go",
    )


def _start(asked: Search, known: Kept | None, minutes: int) -> None:
    """Begins, or goes on for so many minutes more."""
    seconds = float(MINUTE * minutes) + (known.spent if known is not None else 0.0)
    working.start(
        SLOT,
        SLOT,
        project=session.project().id,
        asked=msgspec.to_builtins(asked),
        seconds=seconds,
    )
    st.rerun()


def _found(result: dict[str, str]) -> None:
    """The best of the search is the model in use."""
    session.choose(model=result["model"])


def _left(known: Kept, say: Phrases) -> None:
    """What a search that was stopped has found can be had all the same."""
    if known.model or working.running(SLOT) or not ranked(known.trials, known.metric):
        return
    st.caption(say("pages.train.unfinished"))
    icon, limits = ":material/model_training:", rights.limits(Right.WORK, say)
    if st.button(say("pages.train.take"), icon=icon, key="find-take", **limits):
        training.start(wish_of(known.search, ranked(known.trials, known.metric)[0]), say)
