"""The routes beside the pages: a field that moves is answered without a run of the page."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

ANSWER = "api/what-if"
LARGEST = 1_000_000  # bytes of a question
JSON = "application/json"
_STARTED: list[bool] = []


def routes() -> list[Route]:
    """The routes of the app that ``serve.py`` starts."""
    _STARTED.append(True)
    PagesManager.uses_pages_directory = False  # pages are run by app.py alone
    return [Route(f"/{ANSWER}", answered, methods=["POST"])]


def route() -> str:
    """Where changes are answered; empty where the pages were started without routes."""
    return ANSWER if _STARTED else ""


async def answered(request: Request) -> Response:
    """The answer to one change, as JSON."""
    if not own(request):
        return Response(status_code=403)
    body = await _body(request)
    if body is None:
        return Response(status_code=413)
    content, status = await run_in_threadpool(_told, body)
    return Response(content, status, {"Cache-Control": "no-store"}, media_type=JSON)


def own(request: Request) -> bool:
    """True for a question of one of our own pages: same origin, and JSON, which forms cannot send.

    A browser names the origin of every POST; whatever else calls must hold a permit.
    """
    origin, host = request.headers.get("origin"), request.headers.get("host", "")
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    return origin is not None and urlsplit(origin).netloc == host and kind == JSON


async def _body(request: Request) -> bytes | None:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            return None
        parts.append(part)
    return b"".join(parts)


def _told(body: bytes) -> tuple[bytes, int]:
    from pages.shared.live.asked import told  # brings pandas, which the start does without

    return told(body)
