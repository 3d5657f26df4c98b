"""What the doctor looks at on this machine: who may read what, room, libraries, a running app."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path

from core.cli.seen import Seen, State, seen
from core.store.temporary import FOLDER

OTHERS = stat.S_IRWXG | stat.S_IRWXO
FILES_AT_MOST = 20_000
ROOM = 2.0  # GB
GB = 1e9
KEYS = ("*.key", "keys/*")
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)( *;.*)?", re.MULTILINE)
GUARDED = "content-security-policy"
SECONDS = 2.0


def machine(home: Path, lock: Path, port: int) -> Iterator[Seen]:
    """Everything that the machine tells of the folder of projects and of the app on that port."""
    yield seen("home", home, not _open(home), State.STOP)
    files = [file for file in _within(home) if _open(file)]
    yield seen("files", files[0] if files else home, not files)
    keys = [file for kind in KEYS for file in home.glob(kind) if _open(file)]
    yield seen("keys", keys[0] if keys else home, not keys, State.STOP)
    yield _mask(home)
    yield _temporary(home)
    free = shutil.disk_usage(_existing(home)).free / GB
    yield seen("disk", f"{free:.1f}", free >= ROOM)
    differ = differing(lock)
    yield seen("versions", ", ".join(differ[:8]) or "–", not differ)
    found = guarded(port)
    yield seen("guards", port, found is not False, State.STOP)


def guarded(port: int) -> bool | None:
    """Whether what listens on a port of this machine is our app with its guards; None if nobody."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        asked.request("GET", "/_stcore/health")
        return asked.getresponse().getheader(GUARDED) is not None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        asked.close()


def differing(lock: Path) -> list[str]:
    """Libraries that are installed in another version than the one tested, with both versions.

    A library whose line holds for other systems only may be missing.
    """
    wanted: dict[str, set[str]] = {}
    for name, number, _ in LOCKED.findall(lock.read_text("utf-8") if lock.is_file() else ""):
        wanted.setdefault(name, set()).add(number)
    here = {name: _version(name) for name in wanted}
    return [
        f"{name} {here[name]} ({' / '.join(sorted(numbers))})"
        for name, numbers in sorted(wanted.items())
        if here[name] is not None and here[name] not in numbers
    ]


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _open(place: Path) -> bool:
    """Whether other accounts may do anything with it; a system without such rights cannot tell."""
    try:
        return os.name == "posix" and bool(place.stat().st_mode & OTHERS)
    except FileNotFoundError:
        return False


def _within(home: Path) -> Iterator[Path]:
    """Files of the home; where its door is shut to others, what lies within is out of reach."""
    if not _open(home):
        return iter(())
    return islice((file for file in home.rglob("*") if file.is_file()), FILES_AT_MOST)


def _mask(home: Path) -> Seen:
    """What is written for everybody does no harm behind a shut door."""
    mask = os.umask(OTHERS)
    os.umask(mask)
    shut = home.is_dir() and not _open(home)
    return seen("mask", f"{mask:03o}", shut or mask & OTHERS == OTHERS)


def _temporary(home: Path) -> Seen:
    """Ours once the app has run; before that, whether it can be made."""
    place = home / FOLDER
    if place.is_dir():
        return seen("temporary", place, not _open(place) and os.access(place, os.W_OK), State.STOP)
    return seen("temporary", place, os.access(_existing(home), os.W_OK), State.STOP)


def _existing(place: Path) -> Path:
    return next((p for p in (place, *place.parents) if p.is_dir()), Path(tempfile.gettempdir()))
