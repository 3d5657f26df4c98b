"""Finding a good model within a time: the board of attempts fills while it runs."""

from __future__ import annotations

from pathlib import Path

import msgspec
import streamlit as st

from core.charts.found import Found
from core.search.trial import ranked
from core.search.wish import search, wish_of
from core.store import searches
from core.store.roles import Right
from core.store.searches import Kept
from core.text.phrases import Phrases
from core.train.spec import ModelSpec
from pages.shared import mixing_part, rights, session, show, training, working

MINUTE = 60
MINUTES = (2, 10, 60)
SLOT = "find"


def part(spec: ModelSpec, say: Phrases) -> None:
    """The wish for a time, the search at work, and what is known of the last one."""
    now = session.asked()
    working.join(SLOT, SLOT, project=now.id)
    known = _of(spec)
    minutes = _asked(known, say)
    if minutes:
        _start(spec, known, minutes)
    working.panel(SLOT, say, _found, lambda: _seen(spec))
    if known is not None and known.trials:
        show.draw("found", Found(known.task, known.trials, known.spent, known.search.parts), say)
        _left(known, say)
        mixing_part.part(known, say)


def _of(spec: ModelSpec) -> Kept | None:
    """What there is of the search for a model of this wish."""
    return searches.load(_place(spec))


def _place(spec: ModelSpec) -> Path:
    return searches.place(session.folder(), spec.dataset, search(spec).id)


def _seen(spec: ModelSpec) -> int:
    known = _of(spec)
    return 0 if known is None else len(known.trials)


def _asked(known: Kept | None, say: Phrases) -> int:
    """The minutes of a search that was asked for just now; 0 where none was."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        minutes = st.segmented_control(
            say("pages.train.minutes"),
            MINUTES,
            default=MINUTES[0],
            required=True,
            format_func=lambda each: say("pages.train.minutes_of", minutes=each),
            help=say("pages.train.minutes_help"),
            key="minutes",
            persist_state="session",
        )
        begun = known is not None and bool(known.trials)
        go = st.button(
            say("pages.train.find_more" if begun else "pages.train.find", minutes=minutes),
            type="primary",
            icon=":material/manage_search:",
            **rights.limits(Right.WORK, say, working.running(SLOT)),
            key="find-go",
        )
    return minutes if go else 0


def _start(spec: ModelSpec, known: Kept | None, minutes: int) -> None:
    """Begins, or goes on for so many minutes more."""
    seconds = float(MINUTE * minutes) + (known.spent if known is not None else 0.0)
    working.start(
        SLOT,
        SLOT,
        project=session.project().id,
        spec=msgspec.to_builtins(spec),
        families=[],
        seconds=seconds,
    )
    st.rerun()


def _found(result: dict[str, str]) -> None:
    """The best of the search is the model in use."""
    session.choose(model=result["model"])


def _left(known: Kept, say: Phrases) -> None:
    """What a search that was stopped has found can be had all the same."""
    if known.model or working.running(SLOT) or not ranked(known.trials, known.task):
        return
    st.caption(say("pages.train.unfinished"))
    icon, limits = ":material/model_training:", rights.limits(Right.WORK, say)
    if st.button(say("pages.train.take"), icon=icon, key="find-take", **limits):
        training.start(wish_of(known.search, ranked(known.trials, known.task)[0]), say)
