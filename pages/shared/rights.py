"""What a visitor's role leaves out: a widget says so on hover, a part says so in its place."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.store import allowed
from core.store.access import access
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import session


def why_not(right: Right, say: Phrases, *or_: Right) -> str:
    """Why the visitor may not do that in the project in use, in a sentence; empty where they may:
    where they have that right, or another of these."""
    if any(map(session.may, (right, *or_))):
        return ""
    return plain_words(say(f"people.needs.{right}", ask=_ask()))


def _ask() -> tuple[str, ...]:
    found = session.maybe_folder()
    return allowed.whom_to_ask(found) if found is not None else ()


def limits(
    right: Right, say: Phrases, busy: bool = False, hint: str | None = None, *or_: Right
) -> Any:
    """Arguments of a widget: out of use where it is ``busy`` or the role does not reach, with the
    reason on hover, else with its ``hint``."""
    why = why_not(right, say, *or_)
    return {"disabled": bool(why) or busy, "help": why or hint}


def told(right: Right, say: Phrases) -> bool:
    """True where the visitor may; else says in place of a part why it is not there."""
    why = why_not(right, say)
    if why:
        st.caption(why)
    return not why


def of_a_bringer(say: Phrases, busy: bool = False) -> Any:
    """As ``limits``, for bringing a table of one's own."""
    why = "" if session.may_bring() else _bring(say)
    return {"disabled": bool(why) or busy, "help": why or None}


def told_a_bringer(say: Phrases) -> bool:
    """As ``told``, for bringing a table of one's own."""
    may_bring = session.may_bring()
    if not may_bring:
        st.caption(_bring(say))
    return may_bring


def _bring(say: Phrases) -> str:
    return plain_words(say("people.needs.bring", ask=access(session.home()).admins))
