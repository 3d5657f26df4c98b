"""A 200 MB CSV through the browser: memory of the app's own process, and that the table opens.

Run as ``python -m bench.upload``. Streamlit holds an upload in memory until the page has it; from
there it goes to disk and to a process of its own.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from bench.figure import figure, told
from bench.journey import idle
from bench.server import Server, chromium, opened, serving, tab
from bench.tables import written_to_size
from core.store import projects

SIZE = 200_000_000
GOAL = 1000  # MB
LOOK_EVERY = 0.02
OPEN_AT_MOST = 300  # seconds
MEGA = 1_000_000


class Memory:
    """The largest resident memory of a process and of its children while it is watched, in MB."""

    def __init__(self, process: psutil.Process) -> None:
        self.process = process
        self.peak = self.beside = 0.0
        self._over = threading.Event()

    def now(self) -> float:
        """Resident memory of the process alone."""
        return float(self.process.memory_info().rss / MEGA)

    def watch(self) -> None:
        """Looks until it is told to stop."""
        while not self._over.wait(LOOK_EVERY):
            self.peak = max(self.peak, self.now())
            self.beside = max(self.beside, *map(_resident, self.process.children()), 0.0)

    def stop(self) -> None:
        """Ends ``watch``."""
        self._over.set()


def _resident(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss / MEGA)
    except psutil.NoSuchProcess:
        return 0.0


@contextmanager
def watched(server: Server) -> Iterator[Memory]:
    """Memory, looked at all the time beside the block."""
    memory = Memory(server.process)
    thread = threading.Thread(target=memory.watch)
    thread.start()
    try:
        yield memory
    finally:
        memory.stop()
        thread.join()


def brought(page: Any, file: Path, home: Path) -> float:
    """Seconds from choosing the file to the table's columns on screen."""
    started = time.perf_counter()
    page.locator("input[type=file]").set_input_files(str(file))
    page.locator("[data-testid=stDataFrame]").first.wait_for(timeout=OPEN_AT_MOST * 1000)
    seconds = time.perf_counter() - started
    idle(home)
    return seconds


def figures() -> Iterator[dict[str, object]]:
    """Peak and rest of the app's process; the worker's peak is told beside them."""
    with TemporaryDirectory(prefix="whybuy-bench-") as aside:
        home, file = Path(aside) / "home", written_to_size(Path(aside) / "large.csv", SIZE)
        with (
            serving(home=home) as server,
            chromium() as browser,
            tab(browser) as page,
            watched(server) as memory,
        ):
            opened(page, f"{server.address}/data")
            before = round(memory.now())
            seconds = round(brought(page, file, home), 1)
            left, facts = memory.now(), {"before": before, "seconds": seconds}
        facts["bytes"] = file.stat().st_size
        opens = bool(projects.recent(home))
        yield figure("upload.peak", "value", memory.peak, GOAL, **facts)
        yield figure("upload.after", "value", left, GOAL, worker_peak=round(memory.beside))
        yield figure("upload.opens", "value", float(not opens), 0)


if __name__ == "__main__":
    raise SystemExit(told(figures()))
