"""What a page tells the guards around it, and what they let it know."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.store.who import NOBODY, Who, asked_of, machine
from pages.shared.around import signed
from pages.shared.around.cookie import NAME, known_as
from pages.shared.around.uploads import desk

VISITOR = "visitor"
UNKNOWN = ""
SCREEN = "pages"


def at(page: str) -> None:
    """This run shows that page."""
    desk().at(_session(), page)


def takes_uploads() -> None:
    """The page shows an uploader from here on."""
    desk().opened(_session())


def is_own_session() -> bool:
    """False where a browser with another cookie, or another person, took up a session that it did
    not begin."""
    cookie = st.context.cookies.get(NAME, UNKNOWN)
    name = person().name if signed.asks_who() else UNKNOWN
    given = known_as(cookie, name) if isinstance(cookie, str) else UNKNOWN  # a test's page has none
    return st.session_state.setdefault(VISITOR, given) == given


def must_sign_in() -> bool:
    """True where the app's secrets have people sign in and this visitor has not, or no more."""
    return person() == NOBODY


def is_signed_in() -> bool:
    """True where the app's secrets have people sign in and this visitor has."""
    return signed.asks_who() and not must_sign_in()


def sign_out() -> None:
    """Ends this visitor's sign-in here and now, then sends the browser to where it ends for the
    provider too: a page that is slow to go there, or never does, leaves no other tab open."""
    try:
        signed.end(_told())
    finally:  # a full disk keeps nobody in
        st.logout()


def person() -> Who:
    """Whose run this is: the person who signed in where people do, else who is at this machine."""
    return standing()()


def standing() -> Callable[[], Who]:
    """Asks later whose run this was: nobody's once that person has signed out."""
    if not signed.asks_who():
        return machine
    told = _told()
    return lambda: signed.person(told, time.time())


def vouch() -> None:
    """From here on core asks whose run it is: also before a page begins and in a click's call."""
    asked_of(SCREEN, _whose_run)


def _whose_run() -> Who | None:
    """Where people sign in, what runs for no page is nobody's until it says otherwise."""
    return person() if signed.asks_who() else None


def _told() -> Mapping[str, Any]:
    context = get_script_run_ctx(suppress_warning=True)
    return dict(context.user_info) if context else {}


def _session() -> str:
    context = get_script_run_ctx()
    return context.session_id if context else UNKNOWN
