"""While the server runs: what is due goes about hourly, and what was removed leaves its memory."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core.store import forgetting, projects

EVERY = 3600.0  # seconds; the clock of the rounds only goes forward


class Keeping:
    """Calls ``tidy`` about hourly, in a thread of its own, and looks whether customers went."""

    def __init__(self, home: Path, tidy: Callable[[], object], at: float) -> None:
        self._home, self._tidy, self._tidied = home, tidy, at
        self._seen = forgetting.stamp(home)
        self.at_work: threading.Thread | None = None

    def look(self, at: float) -> None:
        """One round, at ``at`` seconds of a clock that only goes forward."""
        if (stamp := forgetting.stamp(self._home)) != self._seen:
            self._seen = stamp
            forget_all()
        if at - self._tidied >= EVERY:
            self._tidied = at
            self.at_work = threading.Thread(target=self._work, daemon=True, name="whybuy-tidy")
            self.at_work.start()

    def _work(self) -> None:
        try:
            self._tidy()
        except Exception:  # the edge: it has its turn again in an hour
            logging.exception("tidying failed")


def forget_all() -> None:
    """Answers that this server keeps of any table go, whoever removed the customers."""
    forgetting.forget_held()
    st.cache_data.clear()
    st.cache_resource.clear()


def keeping(at: float) -> Keeping:
    """The one of this server."""
    return Keeping(projects.home(), _tidied, at)


def _tidied() -> None:
    from core.tasks.tidying import tidy  # brings pandas, which the start does without

    tidy(projects.home(), time.time())
