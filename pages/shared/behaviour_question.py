"""The question in words with blanks to fill, its windows over the log, and live counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from core.behaviour.asking import (
    CUTOFFS_AT_MOST,
    Overlook,
    askable,
    cutoffs_that_fit,
    rolled,
    rolling,
    room_for_cutoffs,
    told,
)
from core.behaviour.pictures.windows import windows
from core.behaviour.question import Asks, Eligible, Question
from core.behaviour.recorded import Recorded
from core.behaviour.timeline import counts
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import behaviour_build, behaviour_log, show
from pages.shared.behaviour_log import Known
from pages.shared.frame import fragment

LONGEST = 3650  # days that may be asked for
WORDS = (Asks.CATEGORY, Asks.PRODUCT, Asks.NEXT)
MOST = 50
# widths beside each other
BLANKS, CUTOFFS, BESIDE = [2.2, 2.2, 1.2, 1.1, 1.2], [1.4, 3.6, 1, 1], [4, 1.1]


@dataclass(frozen=True)
class Blanks:
    """The fields of one sort of question, and where they begin."""

    log: Known
    asks: Asks
    begin: Question

    def key(self, name: str, value: Any) -> str:
        """The field's key; its value is there from the first time on."""
        key = self.log.named(f"ask-{self.asks}-{name}")
        if key not in st.session_state:
            st.session_state[key] = value
        return key

    def days(self, place: Any, name: str, least: int, say: Phrases) -> int:
        """A number of days, or a count of something."""
        found = place.number_input(
            say(f"behaviour.question.{name}"),
            least,
            LONGEST,
            help=say(f"behaviour.question.{name}_help"),
            key=self.key(name, max(least, int(getattr(self.begin, name)))),
            persist_state="session",
        )
        return int(found)


def part(log: Known, found: Overlook, say: Phrases) -> None:
    """The question by itself: moving it draws nothing else anew."""
    fragment(lambda say: _live(log, found, say), say)


def _live(log: Known, found: Overlook, say: Phrases) -> None:
    allowed = askable(found.story)
    if not allowed:
        st.info(say("behaviour.picture.nothing"), icon=":material/info:")
        return
    places = st.columns(BLANKS, vertical_alignment="bottom")
    asks = _asks(places[0], log, found, allowed, say)
    blanks = Blanks(log, asks, behaviour_log.begin(found, asks))
    wish = _wish(blanks, places, say)
    if not wish.has_moments:
        wish = _with_cutoffs(blanks, found, wish, say)
    behaviour_log.keep_asked(log, wish)
    _shown(log, found, wish, say)


def _asks(place: Any, log: Known, found: Overlook, allowed: tuple[Asks, ...], say: Phrases) -> Asks:
    key, begin = log.named("ask"), behaviour_log.begin(found).asks
    if st.session_state.get(key) not in allowed:
        st.session_state[key] = begin if begin in allowed else allowed[0]
    chosen = place.selectbox(
        say("behaviour.question.asks"),
        allowed,
        format_func=lambda asks: say(f"behaviour.asks.{asks}"),
        key=key,
        persist_state="session",
    )
    return Asks(chosen)


def _wish(blanks: Blanks, places: Any, say: Phrases) -> Question:
    """Everything but the cutoffs; only what the question needs."""
    wish = replace(blanks.begin, asks=blanks.asks, cutoffs=())
    _, whom, back, gap, outcome = places
    wish = replace(wish, lookback=blanks.days(back, "lookback", 1, say))
    if not wish.has_moments:
        eligible = whom.selectbox(
            say("behaviour.question.eligible"),
            list(Eligible),
            format_func=lambda each: say(f"behaviour.eligible.{each}"),
            help=say("behaviour.question.eligible_help"),
            key=blanks.key("eligible", wish.eligible),
            persist_state="session",
        )
        wish = replace(wish, eligible=Eligible(eligible))
    if not wish.has_moments or wish.asks is Asks.RESPOND:
        wish = replace(
            wish,
            gap=blanks.days(gap, "gap", 0, say),
            outcome=blanks.days(outcome, "outcome", 1, say),
        )
    if wish.asks in WORDS:
        wish = replace(wish, most=min(MOST, blanks.days(whom, "most", 2, say)))
    return wish


def _with_cutoffs(blanks: Blanks, found: Overlook, wish: Question, say: Phrases) -> Question:
    """The cutoff on a calendar and on a line of days, and how many there are before it."""
    last = rolling(blanks.begin)[0]
    low, high = map(date.fromisoformat, room_for_cutoffs(found.story, wish, blanks.begin))
    keys = [blanks.key(name, date.fromisoformat(last[:10])) for name in ("day", "line")]
    for key in keys:  # another window leaves another room
        st.session_state[key] = min(max(st.session_state[key], low), high)
    day, line, many, between = st.columns(CUTOFFS, vertical_alignment="bottom")
    day.date_input(
        say("behaviour.question.cutoff"),
        min_value=low,
        max_value=high,
        help=say("behaviour.question.cutoff_help"),
        key=keys[0],
        on_change=_follow,
        args=(keys[0], keys[1]),
        persist_state="session",
    )
    if low == high:
        line.caption(say("behaviour.question.short"))
    else:
        line.slider(
            say("behaviour.question.slide"),
            low,
            high,
            key=keys[1],
            on_change=_follow,
            args=(keys[1], keys[0]),
            persist_state="session",
        )
    last_day = st.session_state[keys[0]].isoformat()
    return _repeated(blanks, found, replace(wish, cutoffs=(last_day,)), (many, between), say)


def _repeated(
    blanks: Blanks, found: Overlook, wish: Question, places: tuple[Any, Any], say: Phrases
) -> Question:
    """The same cutoff some more times before, as far as the log reaches."""
    _, count, apart = rolling(blanks.begin)
    number = places[0].number_input(
        say("behaviour.question.count"),
        1,
        CUTOFFS_AT_MOST,
        help=say("behaviour.question.several_help"),
        key=blanks.key("count", count),
        persist_state="session",
    )
    steps = places[1].number_input(
        say("behaviour.question.apart"),
        1,
        LONGEST,
        key=blanks.key("apart", max(1, apart)),
        persist_state="session",
        disabled=number == 1,
    )
    fitting = min(int(number), cutoffs_that_fit(found.story, wish, int(steps)))
    if fitting < number:
        st.caption(say("behaviour.question.fewer", count=fitting))
    return replace(wish, cutoffs=rolled(wish.cutoffs[0], fitting, int(steps)))


def _follow(moved: str, other: str) -> None:
    st.session_state[other] = st.session_state[moved]


def _shown(log: Known, found: Overlook, wish: Question, say: Phrases) -> None:
    """The question as a sentence beside its button, its windows, and whom it asks about."""
    words, go = st.columns(BESIDE, vertical_alignment="center")
    words.markdown(f"**{plain_words(behaviour_build.sentence(wish, say))}**")
    with go:
        behaviour_build.button(log, found, wish, say)
    drawn, beside = st.columns(BESIDE)
    with beside:
        if wish.has_moments:
            _number(say("behaviour.counts.asked"), found.moments.get(wish.asks, 0), say)
            st.caption(say("behaviour.question.moments"))
        else:
            _counted(found, wish, say)
    with drawn:
        show.draw("windows", windows(Recorded(Path(), found.story), found.volume, wish), say)


def _counted(found: Overlook, wish: Question, say: Phrases) -> None:
    """Whom it asks about, and what else is to be known of that."""
    live = counts(found.pulse, wish)
    known = told(wish, live)
    _number(say("behaviour.counts.customers"), known.asked, say)
    hit = "leave" if wish.asks is Asks.LEAVE else "yes"
    _number(say(f"behaviour.counts.{hit}"), known.hits, say, known.share)
    if wish.asks in (Asks.CATEGORY, Asks.PRODUCT):
        st.caption(say("behaviour.counts.answered"))
    if found.window:
        st.caption(say("behaviour.question.usual", window=found.window))
    if len(live.each) > 1:
        st.caption(say("behaviour.question.one_side"))
        with st.popover(say("behaviour.question.several"), width="stretch"):
            for cutoff, customers, buyers in live.each:
                facts = {"customers": customers, "buyers": buyers}
                st.caption(plain_words(say("behaviour.question.at_cutoff", cutoff=cutoff, **facts)))


def _number(label: str, value: float, say: Phrases, share: float | None = None) -> None:
    with st.container(border=True):
        st.metric(label, say("behaviour.counts.number", value=value))
        if share is not None:
            st.caption(say("behaviour.counts.percent", share=share))
