"""Groups of customers on the Explore page: segments, unusual customers, saved cohorts."""

from __future__ import annotations

from typing import Any

import msgspec
import streamlit as st

from core.charts.segments import points
from core.data.privacy.counts import K
from core.explore.clusters import FEWEST, MOST, STABLE, Method, Wish
from core.explore.filter_words import all_words
from core.explore.rule import Rule
from core.explore.segments import Segments, hidden
from core.explore.trait_words import answer_words, choice_words, named, numbered, told
from core.explore.trait_words import tried as tried_table
from core.store import segmentation
from core.store.cohorts import Origin
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import cohort_choice, cohorts_part, session, show, unusual_part, working
from pages.shared.fold import fold

SLOT = "find_segments"
CHOOSE = 0


def part(say: Phrases) -> None:
    """What to look at, and that."""
    view = st.segmented_control(
        say("segments.part.view"),
        list(VIEWS),
        default=next(iter(VIEWS)),
        required=True,
        format_func=lambda name: say(f"segments.view.{name}"),
        label_visibility="collapsed",
        key="segments-view",
        persist_state="session",
    )
    VIEWS[str(view)](say)


def _segments(say: Phrases) -> None:
    """How to group, the work, and what came of it."""
    cohort_choice.told_saved(say)
    wish, asked, dataset = _wish(say), session.asked(), session.dataset()
    key = segmentation.segments_key(dataset, asked.target, asked.outcome, wish)
    found = segmentation.kept_segments(session.folder(), dataset.id, key)
    question = {"target": asked.target, "outcome": asked.outcome}
    plainly = msgspec.to_builtins(wish)
    wanted: dict[str, Any] = {
        "project": asked.id,
        "table": dataset.id,
        "asked": question,
        "wish": plainly,
    }
    working.join(SLOT, "find_segments", **wanted)
    working.panel(SLOT, say, lambda result: None)
    if found is not None:
        _found(found, say)
    elif not working.held(SLOT) and st.button(
        say("segments.part.find"), icon=":material/bubble_chart:", key="find-segments"
    ):
        working.start(SLOT, "find_segments", **wanted)
        st.rerun()


def _wish(say: Phrases) -> Wish:
    left, right = st.columns(2)
    method = left.selectbox(
        say("segments.part.method"),
        list(Method),
        format_func=lambda method: say(f"segments.method.{method}"),
        key="segments-method",
        persist_state="session",
    )
    number = right.selectbox(
        say("segments.part.segments"),
        [CHOOSE, *range(FEWEST, MOST + 1)],
        format_func=lambda number: str(number) if number else say("segments.part.choose"),
        key="segments-number",
        persist_state="session",
    )
    st.caption(say(f"segments.method.{method}_help"))
    return Wish(Method(str(method)), int(number))


def _found(found: Segments, say: Phrases) -> None:
    """How many and why, the chart, and each segment in words."""
    st.caption(say("segments.part.rows", rows=found.rows, of=found.rows_of_table))
    for sentence in choice_words(found, say):
        st.write(plain_words(sentence))
    show.draw("segments", points(found), say)
    gone = hidden(found)
    if gone:
        st.caption(say("privacy.counts.hidden", rows=len(gone), k=K))
    fold(say("segments.part.why"), "segments-why", lambda: _why(found, say))
    places = st.columns(2)
    for number, place in enumerate(p for p in range(len(found.sizes)) if p not in gone):
        with places[number % 2].container(border=True, key=f"segment-box-{place}"):
            _one(found, place, say)


def _why(found: Segments, say: Phrases) -> None:
    facts = {"columns": len(found.columns), "target": found.target.name}
    st.write(plain_words(say("segments.part.about", **facts)))
    st.write(say("segments.part.why_text", stable=STABLE))
    st.dataframe(tried_table(found, say), hide_index=True, key="segments-tried")


def _one(found: Segments, place: int, say: Phrases) -> None:
    """A segment: how many, what it answered, what sets it apart, and a rule for it."""
    size = found.sizes[place]
    name = f"{numbered(place, say)}: {named(found, place, say)}"
    facts = {"name": name, "rows": size, "share": size / found.rows}
    st.markdown(f"**{plain_words(say('segments.part.title', **facts))}**")
    st.write(plain_words(answer_words(found, place, say)))
    st.markdown(show.bullets(told(found, place, say)))
    _rule(found, place, say)


def _rule(found: Segments, place: int, say: Phrases) -> None:
    rule = found.rules[place]
    if rule is None:
        st.caption(say("segments.rule.none"))
        return

    def inside() -> None:
        facts = {"met": rule.met, "precision": rule.precision, "recall": rule.recall}
        words = say("segments.rule.fits", filters=all_words(rule.filters, say), **facts)
        st.write(plain_words(words))
        _save(found, place, rule, say)

    fold(say("segments.rule.title"), f"segment-rule-{place}", inside, ":material/bookmark_add:")


def _save(found: Segments, place: int, rule: Rule, say: Phrases) -> None:
    if not session.may(Right.WORK):
        return
    called = named(found, place, say)
    with st.form(f"segment-keep-{place}", border=False):
        left, right = st.columns((3, 2), vertical_alignment="bottom")
        name = left.text_input(say("segments.part.name"), called, key=f"segment-called-{place}")
        if right.form_submit_button(say("segments.part.save"), icon=":material/bookmark_add:"):
            origin = Origin(numbered(place, say), rule.precision, rule.recall)
            cohort_choice.keep(name, rule.filters, origin)


VIEWS = {"segments": _segments, "unusual": unusual_part.part, "cohorts": cohorts_part.part}
