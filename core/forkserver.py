"""Processes for jobs, forked from one that has brought what jobs need: a job begins at once.

pandas, scikit-learn and what is ours take two seconds to bring. One process beside the app brings
them once, holds nothing of anyone's and does nothing else; it forks whenever it is asked, and what
it forked does the job. It ends with whoever began it; what it forked goes on. Only on Linux do
these libraries live on in a fork (those with threads of their own see to it); elsewhere, and until
it is ready, every job is a process that brings what it needs itself.
"""

from __future__ import annotations

import atexit
import gc
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

SERVES = "--serves"  # before the number of the socket by which it is asked
ROOT = Path(__file__).resolve().parents[1]
LONGEST = 1 << 17  # bytes of one question: a folder and an environment
ANSWERS_WITHIN = 10.0  # seconds; it takes a hundredth of one
READY = b"ready"
OURS = "WHYBUY_"  # in the environment: of one job, or a secret
# what libraries read in the environment when they are brought, and never again
READ_ONCE = re.compile(r"\w+_NUM_THREADS|(OMP|KMP|MKL|OPENBLAS|NUMBA|PYTHON|LD|MALLOC)_?\w*")

_here: list[ForkServer] = []
_one_asks = threading.Lock()


class ForkServer:
    """The process that forks, begun at once; it is ready a few seconds later."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.once = _read_once(environment)
        self.is_ready = False
        self.line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "core.worker", SERVES, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env=dict(environment),
                cwd=ROOT,
            )

    def suits(self, environment: Mapping[str, str]) -> bool:
        """Whether libraries would read in that environment what they have read here."""
        return self.once == _read_once(environment)

    def fork(self, folder: Path, environment: Mapping[str, str], files: tuple[int, int]) -> int:
        """The number of a process that does the job of a folder, with ``files`` for its standard
        input and output; 0 where none can be forked, or not yet. Raises OSError where the process
        that forks has ended or does not answer.
        """
        if not self.suits(environment) or not self._ready():
            return 0
        words = _question(folder, environment)
        if len(words) > LONGEST:
            return 0
        socket.send_fds(self.line, [words], files)
        return int(self._heard(ANSWERS_WITHIN))

    def end(self) -> None:
        """Ends the process that forks."""
        self.line.close()
        self.process.kill()
        self.process.wait()

    def _ready(self) -> bool:
        with suppress(BlockingIOError):
            self.is_ready = self.is_ready or self._heard(0.0) == READY
        return self.is_ready

    def _heard(self, seconds: float) -> bytes:
        self.line.settimeout(seconds)
        said = self.line.recv(64)
        if not said:
            raise ConnectionResetError
        return said


def begin() -> None:
    """Begins the process that forks, where there is none for this environment and this system can.

    scikit-learn, for one, sets variables of its own in a process that brings it later.
    """
    with _one_asks, suppress(OSError):  # a job may find room later, and does without
        if _here and not _here[0].suits(os.environ):
            _end_all()
        if sys.platform == "linux" and not _here:
            bare = {name: each for name, each in os.environ.items() if not name.startswith(OURS)}
            _here.append(ForkServer(bare))
            atexit.register(_end_all)


def fork(folder: Path, environment: Mapping[str, str], files: tuple[int, int]) -> int:
    """As ``ForkServer.fork``, of the one here, begun where there is none that suits. One that
    has ended, or does not answer, is let go."""
    begin()
    with _one_asks:
        for server in _here:
            try:
                return server.fork(folder, environment, files)
            except OSError:
                server.end()
        _here.clear()
    return 0


def _end_all() -> None:
    for server in _here:
        server.end()
    _here.clear()


def serve(line: socket.socket) -> Path | None:
    """Forks whenever it is asked by ``line``. In a process that was forked: the folder of its job.
    None once nobody is left who could ask."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever asked looks after them
    gc.collect()
    gc.freeze()  # a fork shares what nobody touches
    with line, suppress(ConnectionError):
        line.send(READY)
        while True:
            words, files, *_ = socket.recv_fds(line, LONGEST, 2)
            if not words:
                break
            try:
                number = os.fork()
            except OSError:  # too little memory, or too many processes
                number = -1
            if not number:
                return _forked(words, files)
            for file in files:
                os.close(file)
            line.send(str(max(number, 0)).encode())
    return None


def _forked(words: bytes, files: list[int]) -> Path:
    """The folder of the job, in a process that is now as if it had been started by itself."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    given, out = files
    for file, place in ((given, 0), (out, 1), (out, 2)):
        os.dup2(file, place)
    for file in files:
        os.close(file)
    folder, *environment = map(os.fsdecode, words.split(b"\0"))
    os.environ.clear()
    for name, _, value in (each.partition("=") for each in environment):
        os.environ[name] = value
    tempfile.tempdir = None  # it may be elsewhere now
    return Path(folder)


def _question(folder: Path, environment: Mapping[str, str]) -> bytes:
    told = [str(folder), *(f"{name}={each}" for name, each in environment.items())]
    return b"\0".join(os.fsencode(each) for each in told)


def _read_once(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: each for name, each in environment.items() if READ_ONCE.fullmatch(name)}
