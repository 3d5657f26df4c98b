"""A job's bar: what it is doing, how long it will take, and Stop; the page stays usable."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core import jobs
from core.errors import NotThere
from core.jobs import Job
from core.status import State, Status
from core.text.phrases import Phrases
from core.text.plain import plain
from pages.shared import frame, session

LOOK_EVERY = 0.5
A_MINUTE = 60
A_MOMENT, NEARLY = 2, 0.1  # seconds, and a share: two estimates that are as good as one
Done = Callable[[dict[str, str]], None]


def start(slot: str, task: str, secret: str = "", **arguments: object) -> None:
    """Starts (or joins) a job and remembers it under ``slot``; nobody remembers a ``secret``."""
    st.session_state[f"job-{slot}"] = jobs.start(session.home(), task, secret, **arguments).id


def join(slot: str, task: str, **arguments: object) -> None:
    """Shows a running job of that task in ``slot``, though another tab or person started it."""
    if _job(slot) is None:
        found = jobs.find(session.home(), task, **arguments)
        if found is not None:
            st.session_state[f"job-{slot}"] = found.id


def running(slot: str) -> bool:
    """True while the slot's job waits or runs."""
    job = _job(slot)
    return job is not None and not jobs.status(job).state.ended


def held(slot: str) -> bool:
    """True while the slot has a job, running or with something left to say."""
    return _job(slot) is not None


def panel(slot: str, say: Phrases, done: Done, watch: Callable[[], object] = bool) -> None:
    """Shows the slot's job; calls ``done(result)`` once when it ends well, then runs again.

    The page also runs again whenever what ``watch()`` gives has changed: slices that arrive. A job
    that failed leaves its sentence until it is dismissed.
    """
    job = _job(slot)
    if job is None:
        return
    now = jobs.status(job)
    if not now.state.ended:
        seen = watch()

        def looked_at(say: Phrases) -> None:
            if watch() != seen:
                st.rerun()
            _bar(slot, job, say)

        frame.fragment(looked_at, say, every=LOOK_EVERY)
        return
    if now.state is State.FAILED:
        _failure(slot, job, now, say)
        return
    st.session_state.pop(f"job-{slot}")
    if now.state is State.DONE:
        done(now.result)
        st.rerun()
    st.info(say("jobs.stopped"), icon=":material/stop_circle:")


def _job(slot: str) -> Job | None:
    known = st.session_state.get(f"job-{slot}")
    if not known:
        return None
    try:
        return jobs.job(session.home(), known)
    except NotThere:
        return None


def _bar(slot: str, job: Job, say: Phrases) -> None:
    now = jobs.status(job)
    if now.state.ended:
        st.rerun()
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.progress(min(max(now.share, 0.0), 1.0), text=_words(now, say))
        if st.button(say("jobs.stop"), key=f"stop-{slot}", icon=":material/stop_circle:"):
            jobs.stop(job)
            st.rerun()


def _words(now: Status, say: Phrases) -> str:
    if now.place:
        return plain(_in_line(now, say))
    stage, left = say(now.stage), now.left_between
    if left is None:
        return plain(stage)
    low, high = (max(1, round(seconds)) for seconds in left)
    if high - low <= max(A_MOMENT, NEARLY * high):
        return plain(say("jobs.left", stage=stage, seconds=high))
    return plain(say("jobs.left_between", stage=stage, low=low, high=high))


def _in_line(now: Status, say: Phrases) -> str:
    line = say("jobs.line", ahead=now.place - 1) if now.place > 1 else say("jobs.next")
    if now.begins_in is None:
        return line
    if now.begins_in < A_MINUTE:
        return say("jobs.soon", line=line)
    return say("jobs.begins", line=line, minutes=round(now.begins_in / A_MINUTE))


def _failure(slot: str, job: Job, now: Status, say: Phrases) -> None:
    known = f"errors.{now.error}" in say
    facts = jobs.facts(job) or {"reference": job.id}
    words = frame.sentence(say, now.error if known else "unexpected", facts)
    st.error(words, icon=":material/error:")
    if st.button(say("jobs.dismiss"), key=f"dismiss-{slot}"):
        st.session_state.pop(f"job-{slot}")
        st.rerun()
