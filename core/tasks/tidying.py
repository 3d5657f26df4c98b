"""What ended work left behind goes."""

from __future__ import annotations

import shutil
from pathlib import Path

from core import jobs
from core.store import signed_out
from core.store.folder import LEFT_AFTER, sweep, touched
from core.store.repair import repair
from core.store.who import acting_as, machine


def tidy(home: Path, now: float) -> None:
    """Removes what ended jobs and killed processes left behind; ``now`` in seconds since 1970.

    Uploads and half-read tables hold customers' data: they go once nobody can be at work on them.
    """
    with acting_as(machine()):  # it is the app's own work, whoever is at it
        _tidied(home, now)


def _tidied(home: Path, now: float) -> None:
    jobs.tidy(home, now)
    repair(home, now)
    signed_out.sweep(home, now)
    for left in (*(home / "uploads").glob("*"), *(home / "reading").glob("*")):
        if now - touched(left) > LEFT_AFTER:
            shutil.rmtree(left, ignore_errors=True)
    known = home / "projects"
    for folder in (known, home / "jobs"):
        sweep(folder, now)
