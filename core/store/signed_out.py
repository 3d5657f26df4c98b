"""Sign-ins that were ended: a cookie that was copied before, or a tab left open, opens nothing."""

from __future__ import annotations

from pathlib import Path

from core.store.folder import touched, unlink, write
from core.store.glance import is_there

FOLDER = "signed-out"
LONGEST = 32 * 86_400.0  # seconds: no sign-in holds for longer


def note(home: Path, sign_in: str) -> None:
    """From now on that sign-in (the hash of one) is over; on disk when this returns."""
    write(home / FOLDER / sign_in, b"")


def is_noted(home: Path, sign_in: str) -> bool:
    """Whether it is over."""
    return is_there(home / FOLDER / sign_in)


def sweep(home: Path, now: float) -> None:
    """Forgets those that would be too old by themselves; ``now`` in seconds since 1970."""
    for each in (home / FOLDER).glob("[0-9a-f]*"):
        if now - touched(each) > LONGEST:
            unlink(each)
