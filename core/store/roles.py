"""What people may be in a project, and what each of them may do."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody is in a project."""

    VIEWER = "viewer"
    REVIEWER = "reviewer"
    ANALYST = "analyst"
    ADMIN = "admin"


class Right(StrEnum):
    """What somebody may do in a project.

    LOOK also at answers that have yet to be worked out. WORK changes and trains, REVIEW judges and
    signs, EXPORT takes files out, IDS brings masked columns back, ADMIN gives roles, deletes, and
    has the keys.
    """

    LOOK = "look"
    WORK = "work"
    REVIEW = "review"
    EXPORT = "export"
    IDS = "ids"
    ADMIN = "admin"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset((Right.LOOK,)),
    Role.REVIEWER: frozenset((Right.LOOK, Right.REVIEW, Right.EXPORT)),
    Role.ANALYST: frozenset((Right.LOOK, Right.WORK, Right.EXPORT, Right.IDS)),
    Role.ADMIN: frozenset(Right),
}


def with_right(right: Right) -> tuple[Role, ...]:
    """The roles that have it, the smallest first."""
    return tuple(role for role in Role if right in RIGHTS[role])
