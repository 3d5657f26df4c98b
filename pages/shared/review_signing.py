"""Where a review stands, and the steps that can be taken: who takes them, and why."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.questions.question import keys
from core.review.review import State
from core.review.signing_off import MOVES
from core.store import reviews
from core.store.prints import prints
from core.store.reviews import Policy, Standing, Step
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import rights, session
from pages.shared.review_person import person

COLOURS = {
    State.DRAFT: st.info,
    State.IN_REVIEW: st.info,
    State.APPROVED: st.success,
    State.REJECTED: st.error,
    State.WITHDRAWN: st.warning,
}
ICONS = {
    State.DRAFT: ":material/edit_note:",
    State.IN_REVIEW: ":material/hourglass:",
    State.APPROVED: ":material/verified:",
    State.REJECTED: ":material/block:",
    State.WITHDRAWN: ":material/undo:",
}
STEPS = {
    State.DRAFT: ":material/undo:",
    State.IN_REVIEW: ":material/send:",
    State.APPROVED: ":material/verified:",
    State.REJECTED: ":material/block:",
    State.WITHDRAWN: ":material/undo:",
}


def banner(standing: Standing, say: Phrases) -> None:
    """The state in a sentence: since when, by whom, and what was changed since."""
    last = standing.review.last
    state = standing.state
    words = say(f"review.state.{state}_is")
    if last is not None and last.by.name:
        key = "signed_in" if last.by.signed_in else "typed"
        facts = {"name": last.by.name, "at": last.at[:16].replace("T", " ")}
        words += " " + say(f"review.by.{key}", **facts)
    if standing.changed:
        parts = ", ".join(say(f"review.part.{name}") for name in standing.changed)
        words += " " + say("review.changed", parts=parts)
    if last is not None and last.note:
        words += " " + say("review.why", note=last.note)
    COLOURS[state](plain_words(words), icon=ICONS[state])


def part(standing: Standing, say: Phrases) -> None:
    """A note and a button a step."""
    folder, model = session.folder(), session.model_id()
    answered = len(standing.review.verdicts.keys() & set(keys()))
    st.caption(say("review.answered", answered=answered, of=len(keys())))
    with st.form(f"signing-{model}-{len(standing.review.moves)}"):
        note = st.text_area(
            say("review.sign_note"), max_chars=reviews.LONGEST, key="sign-note", height="content"
        )
        st.caption(say("review.covers"))
        with st.container(horizontal=True):
            asked = [
                after
                for after in State
                if after in MOVES[standing.state]
                and st.form_submit_button(
                    say(f"review.step.{after}"),
                    icon=STEPS[after],
                    key=f"step-{after}",
                    type="primary" if after in (State.APPROVED, State.IN_REVIEW) else "secondary",
                    **_limits(after, say),
                )
            ]
    for after in asked:
        seen = st.session_state.get(_seen(model))
        reviews.moved(folder, model, Step(after, person(), note, seen), keys())
        st.rerun()
    st.session_state[_seen(model)] = prints(folder, model, standing.review)


def _limits(after: State, say: Phrases) -> Any:
    """Whoever works here may ask for a review; deciding takes the right to."""
    others = () if after in reviews.DECIDED else (Right.WORK,)
    return rights.limits(Right.REVIEW, say, False, None, *others)


def policy(say: Phrases) -> None:
    """Whether the project scores with approved models only."""
    known = reviews.policy(session.folder())
    wanted = st.toggle(
        say("review.policy.name"),
        known.approved_only,
        key=f"policy-{known.approved_only}",
        **rights.limits(Right.ADMIN, say, hint=say("review.policy.help")),
    )
    if wanted != known.approved_only:
        reviews.ask_for(session.folder(), Policy(approved_only=wanted))
        st.rerun()


def _seen(model: str) -> str:
    return f"prints-{model}"
