"""What people wrote about a model: what it is for, and where it must not be relied on."""

from __future__ import annotations

from pathlib import Path

import msgspec

from core.store.folder import readable

FOLDER, FILE = "reviews", "told.json"


class Told(msgspec.Struct, frozen=True):
    """Free text; empty where nobody wrote anything."""

    intended_use: str = ""
    limits: str = ""


def told(project: Path, model: str) -> Told:
    """What was written about a model of a project."""
    return readable(project / FOLDER / model / FILE, Told) or Told()
