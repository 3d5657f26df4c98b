"""What processes hold of customers in memory goes too, once they are removed from the disk.

Whoever removes them leaves a stamp in the home; every process that keeps answers looks at it.
"""

from __future__ import annotations

from pathlib import Path

from core.store.folder import forget_decoded, room_on_disk
from core.store.opened import let_go

FILE = "forgotten"


def note(home: Path) -> None:
    """Customers were removed: from now on nothing that was read before may be shown."""
    with room_on_disk(FILE):
        (home / FILE).touch()
    forget_held()


def stamp(home: Path) -> int:
    """Another number after each ``note``, whichever process made it; 0 before the first."""
    try:
        return (home / FILE).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def forget_held() -> None:
    """What this room keeps in memory of any project goes: tables in clear and parsed records."""
    let_go()
    forget_decoded()
