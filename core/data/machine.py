"""How much memory this machine has, and what a process of ours may do on it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

FILE_AT_MOST = 16 << 30  # bytes of one file that a worker writes
SECONDS_TO_LEAVE = 10  # between the end of a worker's time and the end of its process
FIRST_TO_GO = 500  # of 1,000
M_ARENA_MAX, ARENAS = -8, 2  # of mallopt
NONE = 1 << 60  # limits from here on are none
CGROUP = Path("/sys/fs/cgroup")
LIMITS = (
    (CGROUP / "memory.max", CGROUP / "memory.current"),
    (CGROUP / "memory/memory.limit_in_bytes", CGROUP / "memory/memory.usage_in_bytes"),
)


def machine_memory() -> int:
    """Bytes of this machine, or of the container we are in."""
    import psutil

    return min([psutil.virtual_memory().total, *(most for most, _ in _container())])


def free_memory() -> int:
    """Bytes that may still be taken without anything being swapped or ended."""
    import psutil

    left = [max(0, most - taken) for most, taken in _container()]
    return min([psutil.virtual_memory().available, *left])


def few_arenas() -> None:
    """From now on glibc keeps what threads let go of in few places, where others find it again.

    It would make up to eight arenas a core, and pages are run by ever new threads: in an hour 18 of
    them held 160 MB between what still lived. Elsewhere nothing.
    """
    tune = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if tune is not None:
        tune(M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Gives the system what this process has let go of and its allocators keep for another day.

    Of what glibc keeps, and Arrow where it was brought; elsewhere nothing.
    """
    arrow = sys.modules.get("pyarrow")
    if arrow is not None:
        arrow.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


@contextmanager
def time_at_most(seconds: int, late: Callable[[], Exception]) -> Iterator[None]:
    """Within, this process may not work longer than so many seconds of the processor's time.

    Raises ``late()``; a process that does not heed it is ended ``SECONDS_TO_LEAVE`` later. That
    end stays set: for the main thread of a process that does nothing else. 0 is no limit.
    """
    if not seconds:
        yield
        return
    import resource

    def over(*_: object) -> None:
        raise late()

    most = int(sum(os.times()[:2])) + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    last = most + SECONDS_TO_LEAVE if hard == resource.RLIM_INFINITY else hard
    before = signal.signal(signal.SIGXCPU, over)
    resource.setrlimit(resource.RLIMIT_CPU, (min(most, last), last))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (last, last))
        signal.signal(signal.SIGXCPU, before)


def confine() -> None:
    """For the rest of this process: no core file, and no file beyond ``FILE_AT_MOST``."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    known = [each for each in (FILE_AT_MOST, hard) if each != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (min(known), hard))


def first_to_go() -> None:
    """Offers this process to the system where memory runs out, so that the app lives."""
    try:
        Path("/proc/self/oom_score_adj").write_text(str(FIRST_TO_GO), "ascii")
    except OSError:  # another system, or one that does not let us
        return


def _container() -> Iterator[tuple[int, int]]:
    """The container's limit and what is taken of it, where it has one."""
    for most, taken in LIMITS:
        try:
            limit = most.read_text("ascii").strip()
            if limit.isdigit() and int(limit) < NONE:
                yield int(limit), int(taken.read_text("ascii"))
        except OSError:
            continue
