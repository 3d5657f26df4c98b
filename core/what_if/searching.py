"""A search for the smallest change that goes on beside whoever waits for it, and can be stopped.

It takes about a second and a process of its own takes two to start: so it is a thread. The only
mutable record of a search; nobody but its own thread and those who hold it see it.
"""

from __future__ import annotations

import logging
import threading

import pandas as pd

from core.errors import UserError
from core.progress import Cancelled
from core.what_if.smallest import Ask, Found, found_for
from core.what_if.support import Support


class Search:
    """One search, begun at once; ``row`` is typed (1, columns)."""

    def __init__(self, known: Support, row: pd.DataFrame, asked: Ask) -> None:
        self.share = 0.0
        self._found: Found | None = None
        self._fault: Exception | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(known, row, asked), daemon=True, name="smallest"
        )
        self._thread.start()

    def wait(self, seconds: float) -> Found | None:
        """What was found; None where that takes longer. Raises what the search raises."""
        self._thread.join(seconds)
        if self._thread.is_alive():
            return None
        if self._fault is not None:
            raise self._fault
        return self._found

    def stop(self) -> None:
        """Ends the search: what it has found so far is what was found."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        """Whether it was asked to stop."""
        return self._stop.is_set()

    def _run(self, known: Support, row: pd.DataFrame, asked: Ask) -> None:
        try:
            self._found = found_for(known, row, asked, self._report)
        except UserError as fault:
            self._fault = fault
        except Exception as fault:  # the edge of a thread: whoever waits raises it again
            logging.exception("a search")
            self._fault = fault

    def _report(self, share: float, stage: str) -> None:
        if self._stop.is_set():
            raise Cancelled
        self.share = share
