"""Models that are not what they were are taken out of the way, to be looked at; none is removed.

They go with the next deletion of a customer and when the project's files are encrypted or opened,
because they may hold what is deleted, and nobody may open them to find out.
"""

from __future__ import annotations

import logging
import uuid
from pathlib import Path

from core.store import index
from core.store.folder import discard
from core.store.manifest import where
from core.store.trail import What
from core.store.untold import telling

FOLDER = "set-aside"
KIND = "models"  # what the logs from before there was a trail call it


def set_aside(place: Path, reason: str) -> None:
    """Moves a model's folder out of the shelf and tells why in the project's trail.

    Does nothing outside of a project. Raises DiskFull and CannotWrite.
    """
    known = where(place)
    if known is None or not place.exists():
        return
    project = place.parents[1]
    aside = project / FOLDER / f"{place.name}-{uuid.uuid4().hex[:8]}"
    why = reason.partition(":")[0][:80]  # what a parser says after it may quote a cell
    facts = {"kind": "model", "reason": why, "place": aside.name}
    with telling(project, What.ASIDE, place.name, **facts), index.turn(known.home):
        aside.parent.mkdir(exist_ok=True)
        place.replace(aside)
        index.gone(known)
    logging.warning("%s is set aside as %s: %s", place, aside.name, reason)


def listed(project: Path) -> tuple[str, ...]:
    """The ids of models that are set aside."""
    names = (place.name for place in (project / FOLDER).glob("[0-9a-f]*-*"))
    return tuple(sorted({name.rpartition("-")[0] for name in names}))


def empty(project: Path) -> None:
    """Removes what is set aside."""
    place = project / FOLDER
    if place.is_symlink():
        place.unlink()
    elif place.is_dir():
        discard(place)
