"""A whole segment changed: who, which levers, and what it comes to."""

from __future__ import annotations

import msgspec
import streamlit as st

from core import wire
from core.charts import class_shift, shift
from core.models.family import Task
from core.store import scenarios
from core.store.clock import now
from core.store.models import SavedModel
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain_words
from core.what_if.segment import Segment, Shifted, derivations
from core.what_if.segment_words import signed, what, written
from core.what_if.totals import Earned, Money, Total, happened
from pages.shared import segment_kept, segment_wish, session, show, working

ASKED = "segment-asked"
SLOT = "segment"


def tab(saved: SavedModel, of: str, say: Phrases) -> None:
    """The wish on one side, what comes of it on the other; ``of`` names a class of several."""
    left, right = st.columns((3, 4), gap="large")
    with left:
        asked = segment_wish.wish(saved, of, say)
        money = segment_wish.money(saved, say)
        met = segment_kept.met(asked)
        st.caption(say("segment.tab.met", customers=met))
        if st.button(
            say("segment.tab.go"),
            type="primary",
            icon=":material/groups:",
            disabled=not met or working.running(SLOT),
            key="segment-go",
        ):
            derivations(asked, session.dataset().schema)
            st.session_state[ASKED] = (saved.model.spec.id, segment_kept.text(asked))
            _start(asked)
    with right:
        working.panel(SLOT, say, lambda result: None)
        _answer(saved, of, asked, money, say)


def _start(asked: Segment) -> None:
    """Beside the app where it takes long and is not there yet."""
    if segment_kept.found(asked) is None:
        project, wanted = session.project().id, msgspec.to_builtins(asked)
        working.start(SLOT, "segment", project=project, model=session.model_id(), segment=wanted)
        st.rerun()


def _answer(saved: SavedModel, of: str, asked: Segment, money: Money | None, say: Phrases) -> None:
    """What came of the last wish that was asked; a newer one waits for the button."""
    model, text = st.session_state.get(ASKED, ("", ""))
    if model != saved.model.spec.id:
        st.info(say("segment.tab.empty"), icon=":material/info:")
        st.caption(say("segment.tab.caution"))
        return
    wanted = wire.read(text, Segment)
    with st.spinner(say("segment.tab.working"), show_time=True):
        found = segment_kept.found(wanted)
    if found is None:
        if not working.held(SLOT):
            st.info(say("segment.tab.empty"), icon=":material/info:")
        return
    if wanted != asked:
        st.caption(say("segment.tab.old"))
    st.markdown(f"**{plain_words(what(wanted, say))}**")
    if len(found.rows):
        _result(saved, of, wanted, money, say)
    else:
        st.warning(say("segment.tab.nobody"), icon=":material/block:")
        _left_out(found, say)


def _result(saved: SavedModel, of: str, wanted: Segment, money: Money | None, say: Phrases) -> None:
    found, every = segment_kept.there(wanted), segment_kept.sums(wanted)
    total = next(one for one in every if one.of == of or not of)
    gained = segment_kept.gain(wanted, money, of) if money else None
    _numbers(total, found, gained, say)
    _truth(saved, found, total, say)
    st.caption(say("segment.tab.covers"))
    _left_out(found, say)
    show.draw("shift", shift.points(found, of), say)
    if found.task is Task.MULTICLASS:
        show.draw("class_shift", class_shift.points(found.target, every), say)
    for fit in found.fits:
        facts = {"column": fit.column, "same": fit.same, "rows": fit.rows}
        st.caption(plain_words(say("segment.tab.fit", **facts)))
    st.caption(say("segment.tab.caution"))
    made = scenarios.of_segment(saved.model.spec.id, wanted, found, total, gained)
    _save(made, wanted, say)


def _truth(saved: SavedModel, found: Shifted, total: Total, say: Phrases) -> None:
    """What really happened, where it is known: whether to trust the sum before."""
    known = happened(saved.model, found, total.of)
    if known is not None:
        facts = {"happened": known, "before": total.before}
        st.caption(say("segment.tab.happened", **facts))


def _numbers(total: Total, found: Shifted, gained: Earned | None, say: Phrases) -> None:
    """Expected before and after, and the difference; with money, what it earns."""
    kind = "value" if found.task is Task.REGRESSION else "class"
    shown = written(total)
    places = [*st.columns(2), *st.columns(2)] if gained else list(st.columns(3))
    for place, key, value in (
        (places[0], "before", shown.before),
        (places[1], "after", shown.after),
        (places[2], "difference", shown.difference),
    ):
        with place.container(border=True, height="stretch"):
            st.metric(say(f"segment.tab.{key}_{kind}"), value)
            if key == "difference":
                st.caption(say("segment.tab.interval", low=shown.low, high=shown.high))
    if gained:
        gain = gained.gain
        with places[3].container(border=True, height="stretch"):
            st.metric(say("segment.tab.money_gain"), signed(gain.value))
            ends = {"low": signed(gain.low), "high": signed(gain.high)}
            st.caption(say("segment.tab.interval", **ends))
        costs = {"margin": gained.margin, "costs": gained.costs, "touched": gained.touched}
        st.caption(say("segment.tab.costs", **costs))
    counts = {"customers": total.customers, "touched": int(found.touched.sum())}
    st.caption(plain_words(say(f"segment.tab.meaning_{kind}", of=total.of, **counts)))


def _left_out(found: Shifted, say: Phrases) -> None:
    """Whose rows were looked at, and who was left out and why."""
    if found.looked_at < found.rows_of_table:
        among = {"looked_at": found.looked_at, "rows": found.rows_of_table}
        st.caption(say("segment.tab.looked_at", **among))
    if not found.left:
        return
    title = say("segment.tab.left_out", left=found.left_out, met=found.met)
    with st.expander(title, icon=":material/person_off:", expanded=not len(found.rows)):
        for why, count in found.left:
            st.write(say(f"segment.left.{why}", customers=count))


def _save(made: scenarios.Made, wanted: Segment, say: Phrases) -> None:
    if not session.may(Right.WORK):
        return
    with st.form("segment-save", border=False, clear_on_submit=True):
        left, right = st.columns((3, 2), vertical_alignment="bottom")
        name = left.text_input(
            say("segment.tab.name"), placeholder=what(wanted, say), key="segment-name"
        )
        if right.form_submit_button(say("segment.tab.save"), icon=":material/bookmark_add:"):
            kept = scenarios.keep(session.folder(), name or what(wanted, say), made, now())
            st.success(plain_words(say("segment.tab.saved", name=kept.name)))
