"""Which ways lead in: what the pages need, by the method they use, and nothing else."""

from __future__ import annotations

from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from pages.shared.around.request import FILES, HEALTH, STREAM, UPLOADS, header, refuse, speaks

CORE = "/_stcore/"
READ = frozenset(("GET", "HEAD"))
# Streamlit's own ways that its front end uses; figures for operators, the agents' interface and its
# description, old components and files of the app's folder are closed
OF_CORE = frozenset((HEALTH, "/_stcore/host-config"))
COMPONENTS = "/_stcore/bidi-components/"
CLOSED = ("/component/", "/app/", "/docs", "/redoc", "/openapi")
NEVER_CLOSED_IN = "/static/"


class Ways:
    """Refuses what no page of ours asks for."""

    def __init__(self, app: ASGIApp, asked: frozenset[str]) -> None:
        self.app = app
        self._asked = asked  # our own routes, which are sent a body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = self._wrong(scope) if speaks(scope) else None
        if status is None:
            await self.app(scope, receive, send)
        else:
            await refuse(scope, send, status)

    def _wrong(self, scope: Scope) -> HTTPStatus | None:
        path = scope["path"]
        if scope["type"] == "websocket":
            return None if path == STREAM else HTTPStatus.NOT_FOUND
        if not _is_open(path):
            return HTTPStatus.NOT_FOUND
        if scope["method"] not in self._methods(path):
            return HTTPStatus.METHOD_NOT_ALLOWED
        if scope["method"] in READ and _has_body(scope):
            return HTTPStatus.BAD_REQUEST
        return None

    def _methods(self, path: str) -> frozenset[str]:
        if path in self._asked:
            return frozenset(("POST",))
        return frozenset(("PUT", "DELETE")) if path.startswith(UPLOADS) else READ


def _is_open(path: str) -> bool:
    if path.startswith((NEVER_CLOSED_IN, FILES)):
        return True
    if CORE in path:  # also behind a page's name, where Streamlit's front end looks for a base path
        return path in OF_CORE or path.startswith((UPLOADS, COMPONENTS))
    return not path.startswith(CLOSED)


def _has_body(scope: Scope) -> bool:
    length = header(scope, b"content-length")
    return bool(header(scope, b"transfer-encoding")) or length not in ("", "0")
