"""A project goes with everything that was kept of it elsewhere: nothing of it is left behind."""

from __future__ import annotations

import shutil
from pathlib import Path

from core.store import allowed, forgetting, heads, index, projects, shapes, together, vault
from core.store.folder import readable, unlink
from core.store.roles import Right
from core.store.shapes import Shape
from core.store.trail import What
from core.store.untold import telling


def remove_project(home: Path, project: str) -> None:
    """Deletes a project; its work must have ended. The home's trail tells so, with the hash of the
    last line of the project's own. Raises NotThere.
    """
    folder = projects.folder(home, project)
    allowed.need(folder, Right.ADMIN)
    head = heads.head(home, project)
    with telling(home, What.DELETE, project, kind="project") as told, together.alone(folder):
        told.hash = head[1] if head and head[0] else ""
        forget_traces(home, project)
        projects.remove(home, project)
    _sweep(home, project)
    forgetting.note(home)


def forget_traces(home: Path, project: str) -> None:
    """Removes what lies outside of a project's folder: the secret of its vault where no other has
    it, corrections that were remembered, copies that killed processes left, and its line in the
    index.
    """
    folder = home / "projects" / project
    vault.forget_secrets(folder)
    known = {place.name for place in (folder / "tables").glob("[0-9a-f]*")}
    for file in (home / shapes.FOLDER).glob("*.json"):
        shape = readable(file, Shape)
        if shape is None or shape.table in known:
            unlink(file)
    _sweep(home, project)
    index.forget(home, project)


def _sweep(home: Path, project: str) -> None:
    """Copies and half-removed folders of a project that nobody changes just now."""
    for ending in (f".{project}.*", f"..{project}.*"):
        for left in (home / "projects").glob(ending):
            shutil.rmtree(left, ignore_errors=True)
