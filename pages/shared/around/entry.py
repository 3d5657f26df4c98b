"""The websocket of a page: with a cookie, to a session of its own, at a human pace."""

from __future__ import annotations

import time
from collections import Counter
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.shared.around.cookie import visitor
from pages.shared.around.pace import Bucket
from pages.shared.around.request import REFUSED, TOO_BIG, header, refuse
from pages.shared.around.visits import Visits

SOCKETS = 60  # of one visitor at once: tabs
SOCKETS_OF_ALL = 500
LARGEST = 8 << 20  # bytes of a message: what the fields of a page hold
RATE, BURST = 60.0, 600.0  # messages a second, and at once
PROTOCOL = b"sec-websocket-protocol"


class Entry:
    """Refuses a session of another visitor's, and ends what comes too fast or is too large."""

    def __init__(self, app: ASGIApp, known: Visits) -> None:
        self.app = app
        self._known = known
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        who = visitor(scope)
        status = self._wrong(who, wanted_session(scope))
        if status is not None:
            await refuse(scope, send, status)
            return
        self._open[who] += 1
        try:
            await self.app(scope, _paced(receive, send), send)
        finally:
            self._open[who] -= 1
            self._open += Counter()  # leaves out whoever has none

    def _wrong(self, who: str, session: str) -> HTTPStatus | None:
        if not who or self._known.is_others(session, who):
            return HTTPStatus.FORBIDDEN
        many = self._open[who] >= SOCKETS or self._open.total() >= SOCKETS_OF_ALL
        return HTTPStatus.TOO_MANY_REQUESTS if many else None


def wanted_session(scope: Scope) -> str:
    """The session that a websocket asks to take up again: the third of its protocols."""
    entries = header(scope, PROTOCOL).split(",")
    return entries[2].strip() if len(entries) > 2 else ""


def _paced(receive: Receive, send: Send) -> Receive:
    bucket = Bucket(RATE, BURST, time.monotonic())

    async def received() -> Message:
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        code = _too_much(message, bucket)
        if code is None:
            return message
        await send({"type": "websocket.close", "code": code})
        return {"type": "websocket.disconnect", "code": code}

    return received


def _too_much(message: Message, bucket: Bucket) -> int | None:
    if len(message.get("bytes") or message.get("text") or b"") > LARGEST:
        return TOO_BIG
    return None if bucket.takes(time.monotonic()) else REFUSED
