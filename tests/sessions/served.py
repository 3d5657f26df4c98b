"""The app as ``whybuy run`` starts it, in a process and a home of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.sessions.wire import Wire

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "serve.py"
STREAMLIT = ("streamlit",)
WAIT = 60.0  # seconds
LOOK_EVERY = 0.02


@dataclass(frozen=True)
class Served:
    """A running app; ``log`` is what it printed."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """Ends it as the system does: at once, with no chance to put anything away."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(WAIT)


def started(
    home: Path, port: int = 0, script: Path = SCRIPT, through: Sequence[str] = STREAMLIT
) -> Served:
    """Starts the app; gives it when it answers. Raises RuntimeError with what it printed."""
    home.mkdir(parents=True, exist_ok=True)
    port, out = port or free_port(), home.parent / "log.txt"
    command = [sys.executable, "-m", *through, "run", str(script)]
    options = [f"--server.port={port}", "--server.headless=true"]
    with out.open("ab") as file:
        process = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            env=os.environ | {"WHYBUY_HOME": str(home), "OMP_NUM_THREADS": "1"},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    found = Served(f"http://127.0.0.1:{port}", process, out)
    _answering(found)
    return found


@contextmanager
def serving(
    home: Path, script: Path = SCRIPT, through: Sequence[str] = STREAMLIT
) -> Iterator[Served]:
    """A running app, gone after the block; ``through`` is the module that starts it."""
    found = started(home, script=script, through=through)
    try:
        yield found
    finally:
        found.process.terminate()
        try:
            found.process.wait(10)
        except subprocess.TimeoutExpired:
            found.kill()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _answering(found: Served) -> None:
    wire, end = Wire(found.address, WAIT), time.monotonic() + WAIT
    while time.monotonic() < end:
        try:
            if wire.ask("GET", "/_stcore/health").status == 200:
                return
        except OSError:
            time.sleep(LOOK_EVERY)
        if found.process.poll() is not None:
            break
    raise RuntimeError(found.log.read_text("utf-8", "replace")[-4000:])
