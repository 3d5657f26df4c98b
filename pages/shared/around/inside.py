"""What a page tells the guards around it, and what they let it know."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.secrets import secrets_singleton

from pages.shared.around.cookie import NAME, known_as
from pages.shared.around.uploads import desk

VISITOR = "visitor"
NOBODY = ""


def at(page: str) -> None:
    """This run shows that page."""
    desk().at(_session(), page)


def takes_uploads() -> None:
    """The page shows an uploader from here on."""
    desk().opened(_session())


def is_own_session() -> bool:
    """False where a browser with another cookie took up a session that it did not begin."""
    cookie = st.context.cookies.get(NAME, NOBODY)
    given = known_as(cookie) if isinstance(cookie, str) else NOBODY  # a page under test has none
    return st.session_state.setdefault(VISITOR, given) == given


def must_sign_in() -> bool:
    """True where the app's secrets have people sign in and this visitor has not yet."""
    return _asks_who() and not st.user.is_logged_in


def is_signed_in() -> bool:
    """True where the app's secrets have people sign in and this visitor has."""
    return _asks_who() and bool(st.user.is_logged_in)


def _asks_who() -> bool:
    return secrets_singleton.load_if_toml_exists() and bool(secrets_singleton.get("auth"))


def _session() -> str:
    context = get_script_run_ctx()
    return context.session_id if context else NOBODY
