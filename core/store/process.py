"""The process that does a job: whether it still runs, and what ended it when it could not say."""

from __future__ import annotations

import os
import time
from enum import StrEnum
from pathlib import Path

import msgspec

from core import wire
from core.store.folder import write

FILE, LOG = "process.json", "log.txt"
STARTED_WITHIN = 5.0  # seconds between a job's folder and the note of its process
LOG_READ = 8_000  # bytes from the end
KILLS = (Path("/sys/fs/cgroup/memory.events"), Path("/proc/vmstat"))
# how allocators of C++, Rust, Python and Arrow take their leave
SAID_OF_MEMORY = (
    "memory allocation of", "std::bad_alloc", "MemoryError", "Cannot allocate memory",
    "OutOfMemory", "Out of Memory", "out of memory",
)  # fmt: skip
SAID_OF_A_CRASH = "Fatal Python error"  # by faulthandler, which workers switch on


class Death(StrEnum):
    """What ended a process that did not say how its work ended."""

    MEMORY = "memory"
    CRASH = "crash"
    UNKNOWN = "unknown"


class _Process(msgspec.Struct):
    """``kills`` is how many processes this system had ended for want of memory by then."""

    pid: int
    created: float
    kills: int = 0


def note(folder: Path, pid: int) -> None:
    """Notes which process does the job: its starter does, and itself in case the starter died."""
    import psutil

    try:
        created = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:  # it has ended already
        created = 0.0
    write(folder / FILE, msgspec.json.encode(_Process(pid, created, ended_for_memory())))


def number_of(folder: Path) -> int | None:
    """The process's number; None where none is noted yet."""
    known = _noted(folder)
    return None if known is None else known.pid


def is_alive(folder: Path) -> bool:
    """True while the process that was started (not another of that number) runs."""
    import psutil

    known = _noted(folder)
    if known is None:  # being started right now, or its starter died in between
        return folder.is_dir() and time.time() - folder.stat().st_mtime < STARTED_WITHIN
    try:
        process = psutil.Process(known.pid)
        same = abs(process.create_time() - known.created) < 1.0
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def death(folder: Path) -> Death:
    """What ended it, by what it said at the end and by what the system has counted since."""
    said, known = log(folder), _noted(folder)
    if any(words in said for words in SAID_OF_MEMORY):
        return Death.MEMORY
    if SAID_OF_A_CRASH in said:
        return Death.CRASH
    if known is not None and ended_for_memory() > known.kills:
        return Death.MEMORY
    return Death.UNKNOWN


def log(folder: Path) -> str:
    """The end of what the process printed."""
    try:
        with (folder / LOG).open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - LOG_READ))
            return file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


def ended_for_memory() -> int:
    """How many processes the system has ended for want of memory: in this container where it is
    one, on this machine otherwise; 0 where it does not count."""
    for file in KILLS:
        try:
            words = file.read_text("ascii").split()
        except OSError:
            continue
        counts = dict(zip(words[::2], words[1::2], strict=False))
        if "oom_kill" in counts:
            return int(counts["oom_kill"])
    return 0


def _noted(folder: Path) -> _Process | None:
    try:
        return wire.read((folder / FILE).read_bytes(), _Process)
    except FileNotFoundError:
        return None
