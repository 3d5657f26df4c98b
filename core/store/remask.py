"""Other masks for a table of a project, as work beside the app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.progress import Report
from core.schema import Mask
from core.store import drifts, guard, logs, originals, projects, tables


def remask(
    home: Path, report: Report, project: str, table: str, masks: dict[str, str]
) -> dict[str, Any]:
    """Masks columns of a kept table otherwise, by name; what was found wrong is looked for anew.

    Raises what ``guard.remasked`` raises; a vault with a passphrase stays locked here.
    """
    folder = projects.folder(home, project)
    wished = {name: Mask(mask) for name, mask in masks.items()}
    guard.remasked(folder, tables.load(folder, table), wished, report=report)
    logs.forget_history(folder)  # it may hold what is masked now
    drifts.forget(folder)
    originals.protect(folder, table)
    return {"table": table}
