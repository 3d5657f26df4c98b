"""Who has which role in the project in use; its admins give, change and take them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.errors import RolesDamaged
from core.store import allowed, people
from core.store.allowed import Given
from core.store.roles import Right, Role
from core.text.phrases import Phrases
from core.text.plain import WORD_JOINER, plain, plain_words
from pages.shared import frame, session
from pages.shared.around import inside
from pages.shared.fold import fold

TOLD = "people-told"
LONGEST = 254  # characters of an address


def part(say: Phrases) -> None:
    """A fold with everybody who has a role; one sentence where nobody signs in."""
    fold(say("people.title"), "people-roles", lambda: _inside(say), ":material/group:")


def _inside(say: Phrases) -> None:
    if not inside.is_signed_in():
        st.write(say("people.open"))
        return
    st.write(say("people.about"))
    role = allowed.role(session.folder())
    st.caption(say("people.mine", role=say(f"people.role.{role}")))
    may_give = session.may(Right.ADMIN)
    for each in _given(say):
        _line(each, may_give, say)
    if may_give:
        _giving(say)
    if told := st.session_state.pop(TOLD, ""):
        st.toast(told)


def _given(say: Phrases) -> tuple[Given, ...]:
    """Everybody with a role; a record that cannot be read is said, and roles are given anew."""
    try:
        found = allowed.given(session.folder())
    except RolesDamaged as fault:
        st.warning(frame.sentence(say, fault.code, fault.facts), icon=":material/warning:")
        return ()
    if not found:
        st.caption(say("people.nobody"))
    return found


def _line(each: Given, may_give: bool, say: Phrases) -> None:
    facts = {"role": say(f"people.role.{each.role}"), "by": each.by, "day": each.at[:10]}
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(plain(each.who), width="stretch")
        st.caption(plain_words(say("people.since", **facts)), width="content")
        if may_give and st.button(
            say("people.take"), key=f"take-{each.who}", icon=":material/person_remove:"
        ):
            words = plain_words(say("people.taken", who=each.who))
            _done(lambda: people.take(session.folder(), each.who), words, say)


def _giving(say: Phrases) -> None:
    with st.form("give-role", border=False, clear_on_submit=True):
        who, what = st.columns(2)
        typed = who.text_input(
            say("people.person"), max_chars=LONGEST, help=say("people.person_help"), key="role-who"
        )
        # all in sight: a list that opens is shut by a run that comes meanwhile
        role = what.segmented_control(
            say("people.choice"),
            list(Role),
            default=next(iter(Role)),
            required=True,
            format_func=lambda each: say(f"people.role.{each}"),
            key="role-what",
        )
        asked = st.form_submit_button(say("people.give"), icon=":material/person_add:")
    if asked and role and typed.strip():
        typed = typed.replace(WORD_JOINER, "")  # copied from a page, which breaks links with it
        facts = {"who": typed.strip(), "role": say(f"people.role.{role}")}
        words = plain_words(say("people.given", **facts))
        _done(lambda: people.give(session.folder(), typed, role), words, say)


def _done(change: Callable[[], object], words: str, say: Phrases) -> None:
    """Changes it and draws the page anew; what stands in the way is said in place."""
    with frame.guarded(say):
        change()
        st.session_state[TOLD] = words
        st.rerun()
