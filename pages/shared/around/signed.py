"""Who signed in: what Streamlit's signed cookie says, as far as it still holds.

Streamlit takes an identity for 30 days, and for as long as a tab stays open after signing out. Here
it is looked at in every run and every request: who it is, when they signed in, and that they have
not signed out since.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from typing import Any

from streamlit.auth_util import (
    get_cookie_with_chunks,
    get_origin_from_redirect_uri,
    get_secrets_auth_section,
)
from streamlit.runtime.secrets import secrets_singleton
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from core.errors import NotAPerson
from core.store import projects, signed_out
from core.store.access import BY_ISSUER, access, person_of
from core.store.who import NOBODY, Who

ONE_PROVIDER = "default"
OF_A_SIGN_IN = ("iss", "sub", "aud", "iat", "exp", "nonce")  # what no two have in common
SAID = ("iss", "sub", "email", "preferred_username")  # what tells who somebody is
HOUR = 3600.0
AHEAD = 300.0  # seconds that the provider's clock may be ahead of ours
_ASKS: list[bool] = []


def asks_who() -> bool:
    """True where the app's secrets have people sign in; it stays so if they are lost meanwhile."""
    if not _ASKS and secrets_singleton.load_if_toml_exists() and secrets_singleton.get("auth"):
        _ASKS.append(True)
    return bool(_ASKS)


def providers() -> tuple[str | None, ...]:
    """Names of those who vouch for people; None for the one that needs no name."""
    told = get_secrets_auth_section()
    named = tuple(name for name, held in told.items() if isinstance(held, Mapping) and held)
    named = tuple(name for name in named if "server_metadata_url" in told[name])
    return (None, *named) if "server_metadata_url" in told or not named else named


def whose(cookies: Mapping[str, str]) -> Who:
    """Who sent these cookies; nobody for what Streamlit has not signed for this very address."""
    return person(claims(cookies), time.time())


def claims(cookies: Mapping[str, str]) -> dict[str, Any]:
    """What the cookies say of somebody; empty where they say nothing that holds."""
    secret = get_cookie_secret()

    def one(name: str) -> bytes | None:
        text = cookies.get(name, "").encode("latin-1", "replace")
        return decode_signed_value(secret, name, text) if text else None

    try:
        found = json.loads(get_cookie_with_chunks(one, USER_COOKIE_NAME) or b"{}")
    except ValueError:
        return {}
    ours = isinstance(found, dict) and found.get("origin") == get_origin_from_redirect_uri()
    return found if ours else {}


def person(told: Mapping[str, Any], now: float) -> Who:
    """Who that is; nobody where the sign-in is over. ``now`` in seconds since 1970."""
    home = projects.home()
    begun = told.get("iat")
    if told.get("is_logged_in") is not True or not isinstance(begun, int | float):
        return NOBODY
    if not -AHEAD <= now - begun <= access(home).hours * HOUR:
        return NOBODY
    if signed_out.is_noted(home, sign_in(told)):
        return NOBODY
    return Who(name_of(told), signed_in=True)


def sign_in(told: Mapping[str, Any]) -> str:
    """The name of one sign-in: SHA-256 of what tells it from every other."""
    parts = {name: told.get(name) for name in OF_A_SIGN_IN}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def end(told: Mapping[str, Any]) -> None:
    """From now on what is told of this sign-in holds for nobody; nothing where nothing is told."""
    if told:
        signed_out.note(projects.home(), sign_in(told))


def name_of(told: Mapping[str, Any]) -> str:
    """What somebody is called here: the address, else the user name, as far as the provider vouches
    for it; else who vouches, and what they call them. Empty where it vouches for nobody."""
    issuer, subject, address, user = (_text(told, each) for each in SAID)
    bare = f"{issuer}{BY_ISSUER}{subject}" if issuer and subject else ""
    is_denied = "email_verified" in told and str(told["email_verified"]).lower() != "true"
    if is_denied:
        return bare
    if address:
        return _fitting(address, bare) if "@" in address else bare
    # two providers may call two people the same
    alone = told.get("provider", ONE_PROVIDER) == ONE_PROVIDER
    return _fitting(user, bare) if user and alone else bare


def _text(told: Mapping[str, Any], claim: str) -> str:
    found = told.get(claim)
    return found if isinstance(found, str) else ""


def _fitting(name: str, otherwise: str) -> str:
    try:
        return otherwise if BY_ISSUER in name else person_of(name)
    except NotAPerson:
        return otherwise
