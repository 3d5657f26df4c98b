"""The logs that projects had before they had a trail: they are read, nothing is added to them."""

from __future__ import annotations

import getpass
from pathlib import Path

import msgspec

from core import wire

FOLDER = "privacy"
EXPORTS, DELETIONS, KEYS, KEEPING = "exports", "deletions", "keys", "keeping"


class Entry(msgspec.Struct, frozen=True):
    """One thing done: by whom, when (UTC, ISO 8601), to which file or pseudonym, on how many rows,
    and which tables or columns it concerned.
    """

    who: str
    when: str
    what: str
    rows: int
    names: tuple[str, ...] = ()


def person() -> str:
    """Who is at this machine, as it calls them; empty where it does not know."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def entries(project: Path, kind: str) -> tuple[Entry, ...]:
    """The log, newest first; a line that was cut off when the machine stopped is left out."""
    file = project / FOLDER / f"{kind}.jsonl"
    if not file.is_file():
        return ()
    found = []
    for line in file.read_bytes().splitlines():
        try:
            found.append(wire.read(line, Entry))
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
    return tuple(reversed(found))
