"""What a visitor left behind goes: Streamlit itself looks only when somebody else leaves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from streamlit import config
from streamlit.runtime import Runtime, get_instance

from pages.shared.around.keeping import keeping
from pages.shared.around.silence import listening
from pages.shared.around.uploads import Desk, desk
from pages.shared.around.visits import Visits, follow, now, visits

EVERY = 5.0  # seconds
FILES_EVERY = 60.0  # a file that was made on a click lives for one to two of these
EARLIER = 10.0  # before Streamlit forgets how to end a session


class Reaper:
    """Ends sessions whose browser has gone, and removes files that no session shows."""

    def __init__(self, runtime: Runtime, known: Visits, uploads: Desk) -> None:
        self._runtime, self._known, self._desk = runtime, known, uploads
        self._after = max(config.get_option("server.disconnectedSessionTTL") - EARLIER, 1.0)
        self._swept = 0.0

    def reap(self, at: float) -> None:
        """One round, at ``at`` seconds of a clock that only goes forward."""
        for session in self._known.sessions():
            connected = self._runtime.is_active_session(session)
            if self._known.left_for(session, connected, at) >= self._after:
                self._end(session)
        if at - self._swept >= FILES_EVERY:
            self._swept = at
            self._sweep()

    def _end(self, session: str) -> None:
        self._runtime.close_session(session)
        self._runtime.uploaded_file_mgr.remove_session_files(session)
        self._runtime.media_file_mgr.clear_session_refs(session)
        self._desk.ended(session)
        self._known.ended(session)

    def _sweep(self) -> None:
        files = self._runtime.media_file_mgr
        files.remove_orphaned_files()  # marks what was downloaded, and removes what was marked
        for name, seen in self._known.files():
            if files.read_file(name) is None:
                self._known.gone(name, seen)


async def rounds(*kinds: Callable[[float], object]) -> None:
    """Calls each again and again."""
    while True:
        await asyncio.sleep(EVERY)
        for each in kinds:
            try:
                each(now())
            except Exception:  # the edge: the next round comes all the same
                logging.exception("a round of cleaning failed")


@asynccontextmanager
async def kept_clean(_app: object) -> AsyncIterator[None]:
    """For the life of the server: sessions are followed, and what they leave is removed."""
    runtime, silence = get_instance(), listening()
    follow(runtime, visits())
    reaper = Reaper(runtime, visits(), desk())
    tasks = rounds(reaper.reap, silence.end, keeping(now()).look)
    task = asyncio.create_task(tasks, name="whybuy-reaper")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def held(session: str) -> int:
    """Bytes of uploads that a session holds in memory; of all sessions for ""."""
    stored = get_instance().uploaded_file_mgr.file_storage  # type: ignore[attr-defined]
    files = [stored.get(session, {})] if session else list(stored.values())
    return sum(len(one.data) for each in files for one in list(each.values()))
