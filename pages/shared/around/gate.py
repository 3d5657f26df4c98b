"""Who may speak to this server: a name of ours in Host, and in Origin the same name.

Checked before anything else. A page of another site that reaches this machine through a name of its
own (DNS rebinding) is stopped by Host; one that calls us from the browser by Origin and by
Sec-Fetch-Site (W3C Fetch Metadata). Streamlit would look up this machine's address in the internet,
waiting, for each foreign Origin of a websocket.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from pages.shared.around.request import header, headers, refuse, speaks

HERE = frozenset(("localhost", "127.0.0.1", "::1"))
ANYWHERE = frozenset(("", "0.0.0.0", "::", "*"))  # noqa: S104 - listened on, never a name
SCHEMES = ("http", "https")
ELSEWHERE = ("cross-site", "same-site")


class Gate:
    """Lets pass what is meant for this server and comes from its own pages."""

    def __init__(self, app: ASGIApp, names: Callable[[], frozenset[str]]) -> None:
        self.app = app
        self._names_of = names

    @cached_property
    def _names(self) -> frozenset[str]:
        return self._names_of()  # known once Streamlit has read its settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if speaks(scope) and not (self._is_meant(scope) and self._is_ours(scope)):
            await refuse(scope, send, HTTPStatus.FORBIDDEN)
        else:
            await self.app(scope, receive, send)

    def _is_meant(self, scope: Scope) -> bool:
        given = headers(scope, b"host")
        return len(given) == 1 and host_name(given[0]) in self._names

    @staticmethod
    def _is_ours(scope: Scope) -> bool:
        origins = headers(scope, b"origin")
        if len(origins) > 1 or (origins and not _same(origins[0], header(scope, b"host"))):
            return False
        return header(scope, b"sec-fetch-site") not in ELSEWHERE or _opens_a_page(scope)


def host_name(host: str) -> str:
    """The name in a Host header, without its port; empty for what is none."""
    try:
        parts = urlsplit(f"//{host}")
        if parts.netloc != host or parts.username is not None or parts.port == 0:
            return ""
    except ValueError:
        return ""
    return (parts.hostname or "").rstrip(".")


def names(address: str, allowed: list[str], shown: str) -> frozenset[str]:
    """The names this server answers to: its own, and those its settings tell.

    ``address`` is listened on, ``allowed`` and ``shown`` (what a browser types) are settings.
    """
    given = {host_name(each.strip().lower()) for each in (address, *allowed, shown) if each}
    return HERE | (given - ANYWHERE)


def _same(origin: str, host: str) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in SCHEMES and parts.netloc.lower() == host.lower()


def _opens_a_page(scope: Scope) -> bool:
    """A link on another site may open a page in a window, not in a frame."""
    return (
        scope.get("method") == "GET"
        and header(scope, b"sec-fetch-mode") == "navigate"
        and header(scope, b"sec-fetch-dest") == "document"
    )
