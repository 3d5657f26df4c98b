"""Pictures of a history, one at a time: each is counted when it is chosen."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

import streamlit as st

from core.behaviour.asking import Overlook
from core.behaviour.pictures.few import without_few
from core.behaviour.pictures.funnel import STEPS_AT_MOST, Steps, funnel, usual_steps
from core.behaviour.pictures.intervals import intervals
from core.behaviour.pictures.life import customers_like, life, some_buyer
from core.behaviour.pictures.repeats import repeats
from core.behaviour.pictures.retention import Every, retention, usual_period
from core.behaviour.pictures.rfm import rfm
from core.behaviour.pictures.transitions import Between, transitions
from core.behaviour.question import Question
from core.behaviour.recorded import Recorded
from core.text.phrases import Phrases
from core.text.plain import plain
from pages.shared import behaviour_log, show
from pages.shared.behaviour_log import Known
from pages.shared.frame import fragment

PICTURES = ("funnel", "retention", "rfm", "intervals", "repeats", "transitions", "life")
OF_PURCHASES = ("retention", "rfm", "intervals", "repeats")
STEPS_AT_LEAST = 2
T = TypeVar("T")


def part(log: Known, found: Overlook, say: Phrases) -> None:
    """The chosen picture, by itself."""
    asked = behaviour_log.asked(log, found)
    fragment(lambda say: _chosen(log, found, asked, say), say)


def _chosen(log: Known, found: Overlook, asked: Question, say: Phrases) -> None:
    name = st.segmented_control(
        say("behaviour.picture.which"),
        PICTURES,
        default=PICTURES[0],
        required=True,
        format_func=lambda each: say(f"behaviour.picture.{each}"),
        label_visibility="collapsed",
        key="behaviour-picture",
        persist_state="session",
    )
    if name in OF_PURCHASES and not found.story.buyers:
        st.info(say("behaviour.picture.nothing"), icon=":material/info:")
        return
    drawn = {
        "funnel": _funnel,
        "retention": _retention,
        "rfm": _rfm,
        "intervals": _intervals,
        "repeats": _repeats,
        "transitions": _transitions,
        "life": _life,
    }
    drawn[str(name)](log, found, asked, say)


def _told(
    log: Known, asked: tuple[str | float, ...], make: Callable[[Recorded], T], say: Phrases
) -> T:
    """What a picture shows; of few customers nothing where there are people in the project."""
    hides = log.hides
    with st.spinner(say("behaviour.picture.counting")):
        return behaviour_log.of_history(
            log,
            (int(hides), *asked),
            lambda found: without_few(make(found)) if hides else make(found),
        )


def _funnel(log: Known, found: Overlook, asked: Question, say: Phrases) -> None:
    usual = _told(log, ("usual-steps",), usual_steps, say)
    chosen, within = st.columns([4, 1], vertical_alignment="bottom")
    kinds = chosen.multiselect(
        say("behaviour.picture.steps"),
        [kind for kind, _ in found.story.kinds],
        list(usual.kinds),
        format_func=plain,
        max_selections=STEPS_AT_MOST,
        key=log.named("funnel-steps"),
    )
    visit = usual.days is None and within.toggle(
        say("behaviour.picture.session"), value=True, key=log.named("funnel-visit")
    )
    days = None
    if not visit:
        days = int(
            within.number_input(
                say("behaviour.picture.days"),
                1,
                365,
                usual.days or 7,
                key=log.named("funnel-days"),
            )
        )
    if len(kinds) < STEPS_AT_LEAST:
        st.info(say("behaviour.picture.few_steps"), icon=":material/info:")
        return
    steps = Steps(tuple(kinds), days)
    key: tuple[str | float, ...] = ("funnel", *steps.kinds, days or 0)
    show.draw("funnel", _told(log, key, lambda past: funnel(past, steps), say), say)


def _retention(log: Known, found: Overlook, asked: Question, say: Phrases) -> None:
    usual = _told(log, ("usual-period",), usual_period, say)
    period = Every(_either("every", usual, log.named("retention-every"), say))
    shown = _told(log, ("retention", period), lambda past: retention(past, period), say)
    show.draw("retention", shown, say)


def _either(what: str, usual: StrEnum, key: str, say: Phrases) -> str:
    """One of a few words, the usual one first."""
    chosen = st.segmented_control(
        say(f"behaviour.picture.{what}"),
        list(type(usual)),
        default=usual,
        required=True,
        format_func=lambda each: say(f"behaviour.picture.{each}"),
        key=key,
    )
    return chosen or usual


def _rfm(log: Known, found: Overlook, asked: Question, say: Phrases) -> None:
    money = "amount" in found.story.tells and st.toggle(
        say("behaviour.picture.money"), key=log.named("rfm-money")
    )
    question = None if asked.has_moments else asked
    key = ("rfm", int(money), str(question))
    shown = _told(log, key, lambda past: rfm(past, question, money=bool(money)), say)
    show.draw("rfm", shown, say)


def _intervals(log: Known, found: Overlook, asked: Question, say: Phrases) -> None:
    show.draw("intervals", _told(log, ("intervals",), intervals, say), say)


def _repeats(log: Known, found: Overlook, asked: Question, say: Phrases) -> None:
    show.draw("repeats", _told(log, ("repeats",), repeats, say), say)


def _transitions(log: Known, found: Overlook, asked: Question, say: Phrases) -> None:
    between = Between.KINDS
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    if "category" in found.story.tells:
        with left:
            between = Between(_either("between", between, log.named("transitions-between"), say))
    stays = right.toggle(say("behaviour.picture.stays"), key=log.named("transitions-stays"))
    key = ("transitions", between, int(stays))
    shown = _told(log, key, lambda past: transitions(past, between, stays=stays), say)
    show.draw("transitions", shown, say)


def _life(log: Known, found: Overlook, asked: Question, say: Phrases) -> None:
    """One customer: by a part of the id, or another one at a time."""
    turn = int(st.session_state.setdefault(log.named("life-turn"), 0))
    left, middle, right = st.columns([2, 2, 1.4], vertical_alignment="bottom")
    typed = left.text_input(
        say("behaviour.picture.search"),
        help=say("behaviour.picture.search_help"),
        key=log.named("life-search"),
    ).strip()
    if typed:
        listed = _told(log, ("like", typed), lambda past: customers_like(past, typed), say)
        if not listed:
            st.info(say("behaviour.picture.search_none"), icon=":material/info:")
            return
        customer = str(
            middle.selectbox(
                say("behaviour.picture.customer"),
                listed,
                format_func=plain,
                key=log.named(f"life-customer-{typed}"),
            )
        )
    else:
        if right.button(
            say("behaviour.picture.another"), icon=":material/shuffle:", key="life-another"
        ):
            turn += 1
            st.session_state[log.named("life-turn")] = turn
        customer = _told(log, ("some", turn), lambda past: some_buyer(past, turn), say)
    key = ("life", customer, str(asked))
    show.draw("life", _told(log, key, lambda past: life(past, customer, asked), say), say)
