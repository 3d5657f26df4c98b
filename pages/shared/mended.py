"""What of Streamlit goes otherwise here: how often elements are sent and garbage is looked for, and
timers of left pages."""

from __future__ import annotations

import gc
import time
from functools import wraps

from streamlit.runtime import runtime
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from core.data.machine import give_back

PACE = 0.05  # seconds between two packets of elements: the browser draws the page once a packet
PACE_OF = "MESSAGE_FLUSH_INTERVAL_SECS"  # of Streamlit's loop; 0.005 there
RUN = "_run_script"
# Streamlit looks for garbage after every run: 80 ms with ten projects' models in memory, as much as
# the run itself. config.toml turns that off.
COLLECT_EVERY = 10.0  # seconds


def mend() -> None:
    """Once a process."""
    vars(runtime)[PACE_OF] = PACE
    run, rounds = getattr(ScriptRunner, RUN), Rounds()
    if hasattr(run, "__wrapped__"):
        return

    @wraps(run)
    def run_what_is_there(runner: ScriptRunner, wish: RerunData) -> None:
        """A part of a page that runs by itself may ask to run just when its page switches to
        another; Streamlit then tells the browser that the old page runs, which blanks the new one,
        before it finds that there is no such part any more."""
        parts = wish.fragment_id_queue
        if not parts or any(map(runner._fragment_storage.contains, parts)):
            run(runner, wish)
            rounds.collect()

    setattr(ScriptRunner, RUN, run_what_is_there)


class Rounds:
    """Garbage rounds, so many seconds apart however many pages run."""

    def __init__(self, every: float = COLLECT_EVERY) -> None:
        self._every, self._next = every, 0.0

    def collect(self) -> None:
        """Looks for garbage where it is time to."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + self._every
            gc.collect()
            give_back()
