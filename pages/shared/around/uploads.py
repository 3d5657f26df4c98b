"""Uploads: to a page that has a place for them, by whose session it is, and only so many bytes."""

from __future__ import annotations

import errno
from collections import Counter
from collections.abc import Callable
from functools import cache
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.shared.around.cookie import visitor
from pages.shared.around.request import UPLOADS, header, refuse
from pages.shared.around.visits import Visits

MEGABYTE = 1 << 20
FRAME = MEGABYTE  # what a browser writes around a file
OF_ALL = 4  # times what one session may hold
FULL = (errno.ENOSPC, errno.EDQUOT)


class Desk:
    """Where an upload may be handed in: sessions whose page shows an uploader."""

    def __init__(self) -> None:
        self._page: dict[str, str] = {}
        self._open: set[str] = set()

    def at(self, session: str, page: str) -> None:
        """A session runs a page: an uploader of another page is not there any more."""
        if self._page.get(session) != page:
            self._open.discard(session)
        self._page[session] = page

    def opened(self, session: str) -> None:
        """The page of a session shows an uploader."""
        self._open.add(session)

    def ended(self, session: str) -> None:
        """A session ended."""
        self._page.pop(session, None)
        self._open.discard(session)

    def is_open(self, session: str) -> bool:
        """True while the session's page shows an uploader."""
        return session in self._open


@cache
def desk() -> Desk:
    """That of this server."""
    return Desk()


class TooLarge(OSError):
    """More bytes came than there is room for; an OSError, so that what was written is removed."""


class Uploads:
    """Refuses an upload that nobody asked for, and one over what a session may hold at once.

    ``held`` tells how many bytes of uploads a session holds (all sessions for "");
    ``most`` how many it may hold, in megabytes.
    """

    def __init__(
        self, app: ASGIApp, known: Visits, held: Callable[[str], int], most: Callable[[], int]
    ) -> None:
        self.app = app
        self._known, self._held, self._most = known, held, most
        self._coming: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(UPLOADS):
            await self.app(scope, receive, send)
            return
        session = scope["path"].removeprefix(UPLOADS).partition("/")[0]
        status = self._wrong(scope, session)
        if status is None and scope["method"] == "PUT":
            status = await self._taken(scope, receive, send, session)
        elif status is None:
            await self.app(scope, receive, send)
        if status is not None:
            await refuse(scope, send, status)

    def _wrong(self, scope: Scope, session: str) -> HTTPStatus | None:
        if not self._known.is_own(session, visitor(scope)):
            return HTTPStatus.FORBIDDEN
        if scope["method"] != "PUT":
            return None
        if not desk().is_open(session):
            return HTTPStatus.FORBIDDEN
        told = header(scope, b"content-length") or "0"
        if not told.isdecimal():
            return HTTPStatus.BAD_REQUEST
        return None if self._room(session) >= int(told) else HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def _room(self, session: str) -> int:
        most = self._most() * MEGABYTE
        of_one = most - self._held(session) - self._coming[session]
        of_all = OF_ALL * most - self._held("") - self._coming.total()
        return min(of_one, of_all) + FRAME

    async def _taken(
        self, scope: Scope, receive: Receive, send: Send, session: str
    ) -> HTTPStatus | None:
        """Hands it on while there is room; what is wrong if nothing has been answered yet."""
        size, begun = 0, False

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            come = len(message.get("body", b""))
            if come > self._room(session):
                raise TooLarge
            size += come
            self._coming[session] += come
            return message

        async def told(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, counted, told)
        except TooLarge:
            return None if begun else HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        except OSError as fault:
            if begun or fault.errno not in FULL:
                raise
            return HTTPStatus.INSUFFICIENT_STORAGE
        finally:
            self._coming[session] -= size
            self._coming += Counter()
        return None
