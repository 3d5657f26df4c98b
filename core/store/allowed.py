"""What the acting person may do in a project: asked here, by whatever reads or writes one.

Where nobody signs in everybody at this machine may do everything. Else a project's ``roles.json``
tells: one that is damaged or missing lets nobody in but those who look after the installation.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

import msgspec

from core import wire
from core.errors import NotAllowed, NotOfThisMachine, NotThere, NotWelcome, RolesDamaged
from core.store import rest
from core.store.access import access
from core.store.glance import look
from core.store.roles import RIGHTS, Right, Role, with_right
from core.store.who import acting, works_for_another

FILE = "roles.json"
# what anybody who looks at a project may have worked out and kept in it
ANSWERS = ("reasons", "registry/board")
# what those who review write too, and what the trail is about to be told of it
JUDGED = frozenset(("reviews", "untold"))
ROLES_READ = 2000


class Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A role that somebody has, given ``by`` whom ``at`` a time (UTC, ISO 8601)."""

    who: str
    role: Role
    by: str
    at: str


def given(project: Path) -> tuple[Given, ...]:
    """Who has which role in a project. Raises RolesDamaged."""
    file = project / FILE
    known = look(file)
    if known is None:
        return ()
    try:
        found = _read(file, (known.st_ino, known.st_mtime_ns, known.st_size))
    except OSError as fault:  # that may pass: it is not remembered
        raise RolesDamaged(FILE) from fault
    if found is None:
        raise RolesDamaged(FILE)
    return found


def role(project: Path) -> Role | None:
    """What the acting person is in a project; None for one who must not know of it."""
    who = acting()
    if not who.signed_in:
        return Role.ADMIN
    if not who.name:
        return None
    known = access(project.parent.parent)
    if known.runs_it(who):
        return Role.ADMIN
    try:
        roles = {each.who: each.role for each in given(project)}
    except RolesDamaged:
        return None
    return roles.get(who.name) or (known.role if known.welcomes(who) else None)


def may(project: Path, right: Right) -> bool:
    """Whether the acting person has that right in a project."""
    found = role(project)
    return found is not None and right in RIGHTS[found]


def need(project: Path, right: Right) -> None:
    """Raises NotAllowed where the acting person lacks the right, and NotThere for a project that
    they must not know of: the same as for one that is not there."""
    found = role(project)
    if found is None:
        raise NotThere("project", project.name)
    if right not in RIGHTS[found]:
        raise NotAllowed(right, found, with_right(right), whom_to_ask(project))


def whom_to_ask(project: Path) -> tuple[str, ...]:
    """Who gives roles in a project, by name."""
    admins = tuple(each.who for each in given(project) if each.role is Role.ADMIN)
    return admins or access(project.parent.parent).admins


def need_to_write(path: Path) -> None:
    """Raises NotAllowed where the acting person may not change what lies in a project there.

    Whatever writes into projects passes here, so that nothing can forget to ask; work beside the
    app was asked for its rights before it began.
    """
    if not acting().signed_in or works_for_another():
        return
    project = rest.project_of(path)
    if project is not None and project.is_dir():
        within = path.relative_to(project)
        if within.parts[0] in JUDGED and may(project, Right.REVIEW):
            return
        is_answer = any(within.is_relative_to(each) for each in ANSWERS)
        need(project, Right.LOOK if is_answer else Right.WORK)


def is_welcome(home: Path) -> bool:
    """Whether the acting person may bring tables."""
    return access(home).welcomes(acting())


def need_welcome(home: Path) -> None:
    """Raises NotWelcome where they may not."""
    if not is_welcome(home):
        raise NotWelcome(acting().name, access(home).admins)


def runs_it(home: Path) -> bool:
    """Whether the acting person looks after the whole installation."""
    return access(home).runs_it(acting())


def need_to_run_it(home: Path) -> None:
    """Raises NotOfThisMachine where they do not."""
    if not runs_it(home):
        raise NotOfThisMachine(access(home).admins)


@lru_cache(maxsize=ROLES_READ)
def _read(file: Path, written: tuple[int, int, int]) -> tuple[Given, ...] | None:
    """The file, read once a writing; None where it is damaged."""
    text = file.read_bytes()
    try:
        found = wire.read(text, tuple[Given, ...])
    except (msgspec.DecodeError, UnicodeDecodeError):
        logging.warning("%s cannot be read: nobody is let in by it", file)
        return None
    names = {each.who for each in found}
    if "" in names or len(names) < len(found):
        logging.warning("%s names somebody twice, or nobody: nobody is let in by it", file)
        return None
    return found
