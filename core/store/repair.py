"""What killed processes and damaged disks left is put right: at start, and behind other work."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

from core.errors import ModelDamaged, UserError
from core.store import (
    index,
    models,
    projects,
    protection,
    quarantine,
    registry,
    rotation,
    shelf,
    trail,
    untold,
)
from core.store.folder import LEFT_AFTER, touched
from core.store.folder import sweep as sweep_left
from core.store.glance import in_place

LOOKED = "looked over"
DAY = 86_400.0


def repair(home: Path, now: float) -> None:
    """Makes index and folders agree in every project, and once a day looks every model over.

    ``now`` in seconds since 1970. What began a change of many files is finished first. A project
    that cannot be repaired, because it is locked or the disk is full, is left for the next time.
    Raises FileDamaged and DiskFull.
    """
    _unbegun(home, now)
    protection.resume(home, now)
    rotation.resume(home)
    sweep_left(home / untold.FOLDER, now)
    untold.settle(home)
    trail.mend(home)
    records = in_place(home / "projects", "project.json")
    if not records:
        return
    index.is_whole(home)
    is_due = not 0 <= now - index.time_of(home, LOOKED) < DAY  # the clock may have been put back
    for record in records:
        try:
            shelf.take_in(record.parent)
            shelf.settle(record.parent)
            untold.settle(record.parent)
            trail.mend(record.parent)
            registry.settle(record.parent)
            if is_due:
                sweep(record.parent)
        except UserError as fault:
            logging.warning("%s waits to be repaired: %s", record.parent.name, fault.code)
    if is_due:
        index.note_time(home, LOOKED, now)


def _unbegun(home: Path, now: float) -> None:
    """Removes what was being written, and projects whose first table was still being brought,
    when the process was killed."""
    for left in (home / "projects").glob("*"):
        for folder in (left, *(each for each in left.rglob("*") if each.is_dir())):
            sweep_left(folder, now)
        if not (left / projects.RECORD).exists() and now - touched(left) > LEFT_AFTER:
            with suppress(OSError):  # what has something in it is no beginning
                left.rmdir()
    for project in projects.recent(home):
        place = home / "projects" / project.id
        ended = now - touched(place / projects.RECORD) > LEFT_AFTER
        if ended and not project.table and (place / projects.COMING).exists():
            projects.remove(home, project.id)


def sweep(project: Path) -> tuple[str, ...]:
    """Sets aside the models of a project that are damaged, changed or of an older version.

    Those of another installation stay: a person may take them over. Gives the ids. Raises what
    ``vault.opened`` raises, and DiskFull.
    """
    found = []
    for place in sorted((project / "models").glob("[0-9a-f]*")):
        try:
            models.looked_over(place)
        except ModelDamaged as fault:
            quarantine.set_aside(place, fault.reason)
            found.append(place.name)
        except shelf.NO_KEY:
            raise
        except UserError as fault:
            logging.warning("%s: %s", place, fault.code)
    return tuple(found)
