"""Files that a page made: only for the visitor whose page made them."""

from __future__ import annotations

from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from pages.shared.around.cookie import visitor
from pages.shared.around.request import FILES, refuse
from pages.shared.around.visits import Visits


class Files:
    """A file of another visitor's is not found, as one that is not there."""

    def __init__(self, app: ASGIApp, known: Visits) -> None:
        self.app = app
        self._known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and scope["path"].startswith(FILES)
        if asked and not self._known.may_fetch(scope["path"], visitor(scope)):
            await refuse(scope, send, HTTPStatus.NOT_FOUND)
        else:
            await self.app(scope, receive, send)
