"""Which right a task asks for before it is done beside the app, and whose a job is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import NotThere, UserError
from core.store import allowed, projects
from core.store.roles import Right
from core.store.who import acting

# answers that whoever looks may have worked out; what is in neither takes the right to WORK
LOOKED_AT = frozenset(
    ("check", "explore", "record", "explain", "quality", "segment", "find_segments", "find_unusual")
)
OTHERWISE = {
    "examine": Right.REVIEW,
    "gather": Right.REVIEW,
    "remask": Right.IDS,
    "protect": Right.ADMIN,
    "rotate": Right.ADMIN,
}
OF_THIS_MACHINE = frozenset(("bring_folder",))  # reads what lies on it
TYPED = "bring_query"  # a database of whose address the secret is


def right_of(task: str) -> Right:
    """What a task about a project asks for."""
    return Right.LOOK if task in LOOKED_AT else OTHERWISE.get(task, Right.WORK)


def owner() -> str:
    """Whose a job is that is about no project yet: only where people sign in."""
    who = acting()
    return who.name if who.signed_in else ""


def need(home: Path, task: str, arguments: Mapping[str, Any], secret: str = "") -> None:
    """Raises NotThere, NotAllowed, NotWelcome and NotOfThisMachine where the acting person may not
    have that done."""
    if not acting().signed_in:
        return
    project = arguments.get("project")
    if project is not None:
        folder = projects.folder(home, str(project))
        if right_of(task) is not Right.REVIEW or not allowed.may(folder, Right.WORK):
            allowed.need(folder, right_of(task))
        return
    allowed.need_welcome(home)
    if task in OF_THIS_MACHINE or (task == TYPED and secret):
        allowed.need_to_run_it(home)


def may_know(home: Path, arguments: Mapping[str, Any], whose: str) -> bool:
    """Whether the acting person may know of a job: of one about a project who may look at it, of
    any other whoever began it."""
    who = acting()
    if not who.signed_in:
        return True
    project = arguments.get("project")
    if project is None:
        return bool(who.name) and whose == who.name
    try:
        projects.folder(home, str(project))
    except UserError:
        return False
    return True


def need_to_stop(home: Path, task: str, arguments: Mapping[str, Any], whose: str) -> None:
    """Raises NotThere and NotAllowed where the acting person may not end a job."""
    if acting().signed_in and "project" in arguments:
        need(home, task, arguments)
    elif not may_know(home, arguments, whose):
        raise NotThere("job", task)
