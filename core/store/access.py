"""Who may come in where people sign in: ``access.toml`` in the folder of everything."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from functools import lru_cache
from pathlib import Path

import msgspec

from core import wire
from core.errors import AccessDamaged, NotAPerson
from core.store.glance import look
from core.store.roles import Role
from core.store.who import Who

FILE = "access.toml"
HOURS = 12.0  # of a sign-in, as usual: a working day
OTHERS = stat.S_IRWXG | stat.S_IRWXO
LONGEST = 254  # characters of an address (RFC 5321)
BY_ISSUER = "|"  # between a provider's name and what it calls somebody
PLAIN = re.compile(r"[^\s\x00-\x1f\x7f\"'<>(),;\\]+")
DOMAIN = re.compile(r"@[a-z0-9.-]+\.[a-z0-9-]+|@localhost")


class Access(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``admins`` of everything; who is ``welcome`` besides, by address or as "@domain"; what these
    are in projects where nobody gave them a role (None for nothing); how many ``hours`` a sign-in
    holds."""

    admins: tuple[str, ...] = ()
    welcome: tuple[str, ...] = ()
    role: Role | None = None
    hours: float = HOURS

    def runs_it(self, who: Who) -> bool:
        """True for one who looks after the whole installation."""
        return not who.signed_in or (bool(who.name) and who.name in self.admins)

    def welcomes(self, who: Who) -> bool:
        """True for one who may bring tables."""
        if self.runs_it(who):
            return True
        if BY_ISSUER in who.name:  # what a provider calls somebody may look like an address
            return who.name in self.welcome
        domain = f"@{who.name.rpartition('@')[2]}" if "@" in who.name else ""
        return bool(who.name) and (who.name in self.welcome or domain in self.welcome)


NOBODY_ELSE = Access()  # where there is no file, or none that can be read


def access(home: Path) -> Access:
    """What the file says; nobody is let in by one that is missing or damaged."""
    try:
        return checked(home)
    except AccessDamaged:
        return NOBODY_ELSE


def checked(home: Path) -> Access:
    """The same. Raises AccessDamaged."""
    file = home / FILE
    known = look(file)
    if known is None:
        return NOBODY_ELSE
    found = _read(file, (known.st_ino, known.st_mtime_ns, known.st_size))
    if isinstance(found, str):
        raise AccessDamaged(str(file), found)
    return found


def is_open_to_others(home: Path) -> bool:
    """Whether other accounts of this machine may read or change the file."""
    known = look(home / FILE)
    return known is not None and os.name == "posix" and bool(known.st_mode & OTHERS)


def person_of(typed: str) -> str:
    """The name that a sign-in would give, out of what a person typed. Raises NotAPerson."""
    name = typed.strip()
    if len(name) > LONGEST or not PLAIN.fullmatch(name) or not name.isprintable():
        raise NotAPerson(name)
    # case is folded where that joins no two people: a Kelvin sign is no k, a subject's A is no a
    return name.lower() if name.isascii() and BY_ISSUER not in name else name


@lru_cache(maxsize=8)
def _read(file: Path, written: tuple[int, int, int]) -> Access | str:
    """The file, read once a writing; what is wrong with it otherwise."""
    try:
        told = wire.converted(tomllib.loads(file.read_text("utf-8")), Access)
        admins = tuple(map(person_of, told.admins))
        welcome = tuple(map(_welcomed, told.welcome))
    except NotAPerson as fault:
        return fault.typed
    except (OSError, ValueError, msgspec.ValidationError) as fault:
        return str(fault)
    hours = told.hours if 0 < told.hours <= 24 * 31 else HOURS
    return Access(admins, welcome, told.role, hours)


def _welcomed(typed: str) -> str:
    name = typed.strip().lower()
    if name.startswith("@"):
        if not DOMAIN.fullmatch(name):
            raise NotAPerson(typed)
        return name
    return person_of(typed)
