"""Whose session is whose: a session belongs to the cookie it began with."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from streamlit.runtime import Runtime

from pages.shared.around.cookie import visitor_of

FILES_KEPT = 5000
TO_FETCH = 60.0  # seconds in which a file that was made on a click is fetched


class Visits:
    """The sessions of this server and the files made in them, by visitor."""

    def __init__(self) -> None:
        self._visitor: dict[str, str] = {}
        self._left: dict[str, float] = {}
        self._files: dict[str, set[str]] = {}
        self._clicked: dict[str, float] = {}
        self._at_work = 0
        self._lock = threading.Lock()

    def begun(self, session: str, visitor: str) -> None:
        """A session began, or was taken up again."""
        self._visitor[session] = visitor
        self._left.pop(session, None)

    def ended(self, session: str) -> None:
        """Nothing is known of a session any more."""
        self._visitor.pop(session, None)
        self._left.pop(session, None)

    def is_others(self, session: str, visitor: str) -> bool:
        """True for a session that began with another cookie."""
        return self._visitor.get(session, visitor) != visitor

    def is_own(self, session: str, visitor: str) -> bool:
        """True for a session that began with this cookie."""
        return bool(visitor) and self._visitor.get(session) == visitor

    def left_for(self, session: str, connected: bool, now: float) -> float:
        """Seconds since a session was first seen without its browser."""
        if connected:
            self._left.pop(session, None)
            return 0.0
        return now - self._left.setdefault(session, now)

    def sessions(self) -> list[str]:
        """All sessions that began and have not ended."""
        return list(self._visitor)

    def made(self, address: str, session: str) -> None:
        """A file that a session may fetch from that address."""
        file = file_of(address)
        with self._lock:
            while len(self._files) >= FILES_KEPT:
                self._files.pop(next(iter(self._files)))
            self._files[file] = {*self._files.get(file, ()), self._visitor.get(session, "")}

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While a file is made on a click, until ``clicked`` has its name."""
        with self._lock:
            self._at_work += 1
        try:
            yield
        finally:
            with self._lock:
                self._at_work -= 1

    def clicked(self, address: str, now: float) -> None:
        """A file that was made on a click is about to be fetched."""
        self._clicked[file_of(address)] = now
        for file, at in list(self._clicked.items()):
            if now - at >= TO_FETCH:
                self._clicked.pop(file, None)

    def is_awaited(self, file: str, now: float) -> bool:
        """True for a file that a browser is about to fetch, and for any while one is made."""
        return self._at_work > 0 or now - self._clicked.get(file, -TO_FETCH) < TO_FETCH

    def may_fetch(self, address: str, visitor: str) -> bool:
        """True for a file that a session of this visitor made."""
        return bool(visitor) and visitor in self._files.get(file_of(address), ())

    def gone(self, file: str, seen: set[str]) -> None:
        """A file was not there; it stays known where it was made again since it was ``seen``."""
        with self._lock:
            if self._files.get(file) is seen:
                self._files.pop(file)

    def files(self) -> list[tuple[str, set[str]]]:
        """All files that were made: their names without endings, and who made each."""
        with self._lock:
            return list(self._files.items())


@cache
def visits() -> Visits:
    """Those of this server."""
    return Visits()


def file_of(address: str) -> str:
    """What Streamlit calls the file at an address."""
    return address.rpartition("/")[2].partition(".")[0]


def follow(runtime: Runtime, known: Visits) -> None:
    """Has the runtime tell of each session and each file as it makes them."""
    connect = runtime.connect_session

    def connected(client: Any, *args: Any, **named: Any) -> str:
        visitor = visitor_of(client.client_context.cookies)
        if known.is_others(named.get("existing_session_id") or "", visitor):
            named["existing_session_id"] = None
        session = connect(client, *args, **named)
        known.begun(session, visitor)
        return session

    vars(runtime)["connect_session"] = connected
    _follow_files(runtime.media_file_mgr, known)


def _follow_files(files: Any, known: Visits) -> None:
    add, defer, execute = files.add, files.add_deferred, files.execute_deferred
    unused = files._get_inactive_file_ids
    wanted: dict[str, str] = {}  # a file that is made on a click, and in which session

    def added(*args: Any, **named: Any) -> str:
        address = add(*args, **named)
        known.made(address, _session())
        return address

    def deferred(*args: Any, **named: Any) -> str:
        while len(wanted) >= FILES_KEPT:
            wanted.pop(next(iter(wanted)))
        place = defer(*args, **named)
        wanted[place] = _session()
        return place

    def executed(place: str) -> str:
        with known.at_work():
            address = execute(place)
            known.clicked(address, now())
        known.made(address, wanted.get(place, ""))
        return address

    def left() -> set[str]:
        # every run that ends, anybody's, asks this twice to remove a file between click and fetch
        return {file for file in unused() if not known.is_awaited(file, now())}

    vars(files).update(
        add=added, add_deferred=deferred, execute_deferred=executed, _get_inactive_file_ids=left
    )


def _session() -> str:
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    context = get_script_run_ctx()
    return context.session_id if context else ""


def now() -> float:
    """Seconds of a clock that only goes forward."""
    return time.monotonic()
