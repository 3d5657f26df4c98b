"""What the doctor looks at where people sign in: who lets whom in, and who vouches for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.cli.seen import Seen, State, seen
from core.errors import AccessDamaged
from core.store import access
from core.store.listening import in_clear


def people(auth: dict[str, Any], home: Path) -> Iterator[Seen]:
    """Nothing where nobody signs in: everybody at this machine may do everything then."""
    if not auth:
        return
    file = home / access.FILE
    yield seen("access", file, not access.is_open_to_others(home), State.STOP)
    try:
        known, wrong = access.checked(home), ""
    except AccessDamaged as fault:
        known, wrong = access.NOBODY_ELSE, fault.reason
    yield seen("access_read", wrong or file, not wrong, State.STOP)
    yield seen("admins", ", ".join(known.admins) or file, bool(known.admins), State.STOP)
    yield seen("welcome", ", ".join(known.welcome) or file, bool(known.welcome))
    asked = in_clear(auth)
    yield seen("provider", ", ".join(asked) or "–", not asked, State.STOP)
