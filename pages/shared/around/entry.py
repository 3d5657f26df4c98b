"""The websocket of a page: with a cookie, to a session of its own, at a human pace."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.shared.around.cookie import visitor
from pages.shared.around.pace import Bucket, Buckets
from pages.shared.around.request import REFUSED, TOO_BIG, header, refuse
from pages.shared.around.visits import Visits

SOCKETS = 30  # of one visitor at once: tabs
SOCKETS_OF_ALL = 500
COMES, COMES_AT_ONCE = 2.0, 10.0  # websockets that a visitor opens a second, and at once
SAYS, SAYS_AT_ONCE = 10.0, 100.0  # messages, of all tabs of a visitor
LATEST = 1.0  # seconds that a message may be kept waiting
LARGEST = 8 << 20  # bytes of a message: what the fields of a page hold
PROTOCOL = b"sec-websocket-protocol"


class Entry:
    """Refuses a session of another visitor's; whoever says too much too fast is heard later."""

    def __init__(self, app: ASGIApp, known: Visits) -> None:
        self.app = app
        self._known = known
        self._open: Counter[str] = Counter()
        self._comes = Buckets(COMES, COMES_AT_ONCE)
        self._says = Buckets(SAYS, SAYS_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        who, now = visitor(scope), time.monotonic()
        status = self._wrong(who, wanted_session(scope), now)
        if status is not None:
            await refuse(scope, send, status)
            return
        self._open[who] += 1
        try:
            await self.app(scope, _paced(receive, send, self._says.of(who, now)), send)
        finally:
            self._open[who] -= 1
            self._open += Counter()  # leaves out whoever has none

    def _wrong(self, who: str, session: str, now: float) -> HTTPStatus | None:
        if not who or self._known.is_others(session, who):
            return HTTPStatus.FORBIDDEN
        many = self._open[who] >= SOCKETS or self._open.total() >= SOCKETS_OF_ALL
        if many or not self._comes.of(who, now).takes(now):
            return HTTPStatus.TOO_MANY_REQUESTS
        return None


def wanted_session(scope: Scope) -> str:
    """The session that a websocket asks to take up again: the third of its protocols."""
    entries = header(scope, PROTOCOL).split(",")
    return entries[2].strip() if len(entries) > 2 else ""


def _paced(receive: Receive, send: Send, bucket: Bucket) -> Receive:
    """Messages no faster than the bucket fills; the line ends where too many wait for that."""

    async def received() -> Message:
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        code, wait = TOO_BIG, None
        if len(message.get("bytes") or message.get("text") or b"") <= LARGEST:
            code, wait = REFUSED, bucket.waits(time.monotonic(), LATEST)
        if wait is None:
            await send({"type": "websocket.close", "code": code})
            return {"type": "websocket.disconnect", "code": code}
        await asyncio.sleep(wait)
        return message

    return received
