"""Signing out ends the sign-in itself, not only the cookie of the browser that asks for it."""

from __future__ import annotations

from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.shared.around import signed
from pages.shared.around.request import header, refuse

OUT = "/auth/logout"


class Leaving:
    """Notes a sign-in that ends; another site's link ends none."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].rstrip("/").endswith(OUT):
            if header(scope, b"sec-fetch-site") not in ("", "none", "same-origin"):
                await refuse(scope, send, HTTPStatus.FORBIDDEN)
                return
            await run_in_threadpool(_noted, header(scope, b"cookie"))
        await self.app(scope, receive, send)


def _noted(line: str) -> None:
    if signed.asks_who():
        signed.end(signed.claims(cookie_parser(line)))
