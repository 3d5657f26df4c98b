"""What a request says of itself, and how it is refused."""

from __future__ import annotations

from http import HTTPStatus

from starlette.types import Scope, Send

STREAM = "/_stcore/stream"
UPLOADS = "/_stcore/upload_file/"
HEALTH = "/_stcore/health"
FILES = "/media/"
REFUSED = 1008  # a websocket's word for a breach of policy
TOO_BIG = 1009
COME_BACK = b"1"  # seconds after which whoever asked too fast may ask again


def headers(scope: Scope, name: bytes) -> list[str]:
    """All headers of that name (in small letters)."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def header(scope: Scope, name: bytes) -> str:
    """The first header of that name; empty where there is none."""
    found = headers(scope, name)
    return found[0] if found else ""


def speaks(scope: Scope) -> bool:
    """True for a request or a websocket, and not for the server's own start and end."""
    return scope["type"] in ("http", "websocket")


async def refuse(scope: Scope, send: Send, status: HTTPStatus) -> None:
    """Ends it here; the connection closes too, so that nobody waits for a body."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": REFUSED})
        return
    body = status.phrase.encode()
    lines = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        lines.append((b"retry-after", COME_BACK))
    await send({"type": "http.response.start", "status": int(status), "headers": lines})
    await send({"type": "http.response.body", "body": body})
