"""How long a body may take: who sends none, or drips one, holds nothing up."""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.shared.around.request import refuse

IDLE = 10.0  # seconds without a byte
LEAST = 20.0  # seconds that any body may take
RATE = 50_000.0  # bytes a second that a longer one must keep up
WITH_BODY = ("PUT", "POST")


class TooSlow(TimeoutError):
    """A body that did not come; an OSError, so that half-written files of it are removed."""


class Patience:
    """Ends a request whose body does not come."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in WITH_BODY:
            await self.app(scope, receive, send)
            return
        begun = False

        async def told(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, _timed(receive), told)
        except TooSlow:
            if not begun:
                await refuse(scope, send, HTTPStatus.REQUEST_TIMEOUT)


def _timed(receive: Receive) -> Receive:
    started, size, complete = time.monotonic(), 0, False

    async def received() -> Message:
        nonlocal size, complete
        if complete:  # whoever still listens waits for the browser to leave
            return await receive()
        left = started + LEAST + size / RATE - time.monotonic()
        try:
            message = await asyncio.wait_for(receive(), min(IDLE, left))
        except TimeoutError as slow:
            raise TooSlow from slow
        size += len(message.get("body", b""))
        complete = not message.get("more_body", False)
        return message

    return received
