"""Who has which role in a project is given, changed and taken away here, and told to its trail."""

from __future__ import annotations

from pathlib import Path

import msgspec

from core.errors import LastAdmin, NotThere, RolesDamaged
from core.store import trail
from core.store.access import person_of
from core.store.allowed import FILE, Given, given, need
from core.store.clock import now
from core.store.folder import write
from core.store.glance import look_again
from core.store.locked import locked
from core.store.roles import Right, Role
from core.store.trail import What
from core.store.who import acting

LOCK = "roles.lock"
NONE = "none"  # the role of somebody who has none, as the trail tells it


def first(project: Path) -> None:
    """Whoever makes a project is its admin; where nobody signs in there is nothing to write."""
    who = acting()
    if who.signed_in and who.name:
        _written(project, (Given(who.name, Role.ADMIN, who.name, now()),))


def give(project: Path, typed: str, role: Role) -> Given:
    """Somebody has that role from now on, whatever they had before.

    Raises NotAPerson, LastAdmin, NotAllowed and DiskFull.
    """
    need(project, Right.ADMIN)
    made = Given(person_of(typed), role, acting().name, now())
    with locked(project / LOCK):  # no role is lost where two admins give them at once
        known = _known(project)
        before = known.get(made.who)
        if before is not None and before.role is role:
            return before
        _stays_with_an_admin(known, known | {made.who: made}, made.who)
        _told(project, made.who, before, role)  # first: no role is given that nobody was told of
        _written(project, tuple((known | {made.who: made}).values()))
    return made


def take(project: Path, who: str) -> None:
    """Somebody has no role any more. Raises NotThere, LastAdmin, NotAllowed and DiskFull."""
    need(project, Right.ADMIN)
    with locked(project / LOCK):
        known = _known(project)
        before = known.get(who)
        if before is None:
            raise NotThere("person", who)
        left = {name: each for name, each in known.items() if name != who}
        _stays_with_an_admin(known, left, who)
        _told(project, who, before, None)
        _written(project, tuple(left.values()))


def _known(project: Path) -> dict[str, Given]:
    """What is there is given up where it is damaged: whoever runs it all gives roles anew."""
    look_again()
    try:
        return {each.who: each for each in given(project)}
    except RolesDamaged:
        return {}


def _stays_with_an_admin(before: dict[str, Given], after: dict[str, Given], who: str) -> None:
    """A project that has admins keeps one. Raises LastAdmin."""
    had, has = (any(each.role is Role.ADMIN for each in all_.values()) for all_ in (before, after))
    if had and not has:
        raise LastAdmin(who)


def _written(project: Path, people: tuple[Given, ...]) -> None:
    write(project / FILE, msgspec.json.encode(sorted(people, key=lambda each: each.who)))


def _told(project: Path, who: str, before: Given | None, after: Role | None) -> None:
    trail.tell(
        project,
        What.SHARE,
        who,
        role=str(after or NONE),
        before=str(before.role if before else NONE),
    )
