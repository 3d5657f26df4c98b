"""Jobs that are waited for, and the processes that do them."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import psutil

from core import jobs
from core.jobs import Job
from core.status import Status
from core.store import process

PATIENCE = 120.0  # seconds; the machine may be busy


def until(claim: Callable[[], bool]) -> None:
    """Looks until a claim is true; fails where it does not become so."""
    end, pause = time.monotonic() + PATIENCE, threading.Event()
    while not claim():
        assert time.monotonic() < end
        pause.wait(0.02)


def ended(job: Job) -> Status:
    """How a job stands at its end."""
    until(lambda: jobs.status(job).state.ended)
    return jobs.status(job)


def workers(job: Job) -> int:
    """How many processes do this job: those that lead a session and write its log."""
    log, found = str((job.folder / process.LOG).resolve()), 0
    for each in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if os.getsid(each.pid) == each.pid:
                found += any(file.path == log for file in each.open_files())
    return found
