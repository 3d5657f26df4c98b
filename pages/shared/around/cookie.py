"""The cookie that tells one visitor from another; no script can read it, no other site sends it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from hashlib import sha256

from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.shared.around import signed
from pages.shared.around.request import HEALTH, header

NAME = "whybuy_visitor"
BYTES = 32
FORM = re.compile(r"[A-Za-z0-9_-]{43}")  # what secrets.token_urlsafe makes of BYTES


def visitor(scope: Scope) -> str:
    """Whom the cookies of a request tell of; empty without one of ours."""
    return visitor_of(cookie_parser(header(scope, b"cookie")))


def visitor_of(cookies: Mapping[str, str]) -> str:
    """The same of cookies: two people who sign in with one browser are two visitors."""
    person = signed.whose(cookies).name if signed.asks_who() else ""
    return known_as(cookies.get(NAME, ""), person)


def known_as(cookie: str, person: str = "") -> str:
    """A visitor's name within this server: the hash of the cookie, which itself is not kept, and of
    who signed in."""
    if not FORM.fullmatch(cookie):
        return ""
    return sha256(f"{cookie}{person}".encode()).hexdigest()


class Cookie:
    """Gives a cookie with a page, or with the health answer that comes before a session.

    Not with a page that another site opened: the browser holds the cookie back there, and a new one
    would take the place of the one that this visitor's other tabs use.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _may_be_given(scope):
            await self.app(scope, receive, send)
            return

        async def given(message: Message) -> None:
            if message["type"] == "http.response.start" and _suits(scope, message):
                line = (b"set-cookie", _made(scope.get("scheme") == "https"))
                message = {**message, "headers": [*message["headers"], line]}
            await send(message)

        await self.app(scope, receive, given)


def _may_be_given(scope: Scope) -> bool:
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and header(scope, b"sec-fetch-site") in ("", "none", "same-origin")
        and not visitor(scope)
    )


def _suits(scope: Scope, message: Message) -> bool:
    if message["status"] != 200:
        return False
    kinds = [value for name, value in message["headers"] if name.lower() == b"content-type"]
    return scope["path"] == HEALTH or any(kind.startswith(b"text/html") for kind in kinds)


def _made(encrypted: bool) -> bytes:
    line = f"{NAME}={secrets.token_urlsafe(BYTES)}; Path=/; HttpOnly; SameSite=Strict"
    return (line + "; Secure" if encrypted else line).encode()
