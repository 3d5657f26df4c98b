"""What of Streamlit goes otherwise here: how often elements are sent, and timers of left pages."""

from __future__ import annotations

from functools import wraps

from streamlit.runtime import runtime
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

PACE = 0.05  # seconds between two packets of elements: the browser draws the page once a packet
PACE_OF = "MESSAGE_FLUSH_INTERVAL_SECS"  # of Streamlit's loop; 0.005 there
RUN = "_run_script"


def mend() -> None:
    """Once a server."""
    vars(runtime)[PACE_OF] = PACE
    run = getattr(ScriptRunner, RUN)

    @wraps(run)
    def run_what_is_there(runner: ScriptRunner, wish: RerunData) -> None:
        """A part of a page that runs by itself may ask to run just when its page switches to
        another; Streamlit then tells the browser that the old page runs, which blanks the new one,
        before it finds that there is no such part any more."""
        parts = wish.fragment_id_queue
        if not parts or any(map(runner._fragment_storage.contains, parts)):
            run(runner, wish)

    setattr(ScriptRunner, RUN, run_what_is_there)
