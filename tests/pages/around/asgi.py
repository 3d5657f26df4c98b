"""A server's side of a request, without a server: what is sent to an app and what it answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.shared.around.cookie import NAME, known_as

HOST = "127.0.0.1:8501"
ORIGIN = f"http://{HOST}"
COOKIE = "a" * 43
OTHER = "b" * 43
ANNA, BERT = known_as(COOKIE), known_as(OTHER)


@dataclass
class Inner:
    """What stands behind the guards: takes the whole body and answers 200."""

    kind: str = "text/html; charset=utf-8"
    reads: bool = True
    reached: list[Scope] = field(default_factory=list)
    heard: list[Message] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached.append(scope)
        if scope["type"] == "websocket":
            await self._talk(receive, send)
            return
        more = self.reads
        while more:
            message = await receive()
            self.heard.append(message)
            more = message.get("more_body", False)
        headers = [(b"content-type", self.kind.encode()), (b"cache-control", b"max-age=9")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"page"})

    async def _talk(self, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        while True:
            message = await receive()
            self.heard.append(message)
            if message["type"] == "websocket.disconnect":
                return


@dataclass(frozen=True)
class Answer:
    """A status (0 for an accepted websocket, its code for a closed one) and headers."""

    status: int
    headers: dict[str, str]
    cookies: tuple[str, ...] = ()


def scope(method: str = "GET", path: str = "/", kind: str = "http", **headers: str) -> Scope:
    """A request for us, with headers named as in ``sec_fetch_site``; none for an empty one."""
    said = {"host": HOST} | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [(name.encode(), value.encode()) for name, value in said.items() if value]
    found = {"type": kind, "path": path, "headers": lines, "client": ("127.0.0.1", 1)}
    return found if kind == "websocket" else found | {"method": method, "scheme": "http"}


def cookie(value: str = COOKIE) -> str:
    """A Cookie header of ours."""
    return f"theme=dark; {NAME}={value}"


def answered(app: ASGIApp, asked: Scope, *come: Any) -> Answer:
    """What the app says to that; ``come`` are the messages after it, or seconds of silence."""
    with ThreadPoolExecutor(1) as aside:  # another test's browser may have a loop in this one
        return aside.submit(asyncio.run, _answered(app, asked, come)).result()


async def _answered(app: ASGIApp, asked: Scope, come: Iterable[Any]) -> Answer:
    waiting, sent = iter(come), []

    async def receive() -> Message:
        for each in waiting:
            if isinstance(each, dict):
                return each
            await asyncio.sleep(each)
        if asked["type"] == "websocket":
            return {"type": "websocket.disconnect", "code": 1001}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(asked, receive, send)
    return _told(sent)


def _told(sent: list[Message]) -> Answer:
    closed = [each["code"] for each in sent if each["type"] == "websocket.close"]
    if closed:
        return Answer(closed[0], {})
    if sent[0]["type"] == "websocket.accept":
        return Answer(0, {})
    lines = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
    cookies = tuple(value for name, value in lines if name == "set-cookie")
    return Answer(sent[0]["status"], dict(lines), cookies)


def body(data: bytes, more: bool = False) -> Message:
    """A part of a request's body."""
    return {"type": "http.request", "body": data, "more_body": more}


def said(data: bytes = b"x") -> Message:
    """A message over a websocket."""
    return {"type": "websocket.receive", "bytes": data}
