"""Another tool in an environment of its own: made for one bench, or kept for the next run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "whybuy-bench"
READY = ".ready"


@contextmanager
def environment(variable: str, *packages: str) -> Iterator[Path | None]:
    """The folder of an environment that holds the packages; None where they cannot be installed.

    ``variable`` names one that is there already.
    """
    with TemporaryDirectory(prefix="whybuy-bench-") as aside:
        known = os.environ.get(variable)
        yield Path(known) if known else _made(Path(aside) / "env", packages)


def kept(variable: str, *packages: str, cache: Path = CACHE) -> Path | None:
    """The same, kept in a folder of its own in the cache: gigabytes that take minutes to install.

    Other packages, or another Python, are another folder.
    """
    known = os.environ.get(variable)
    if known:
        return Path(known)
    told = " ".join([*packages, *map(str, sys.version_info[:2])])
    place = cache / sha256(told.encode()).hexdigest()[:12]
    if (place / READY).is_file():
        return place
    made = _made(place, packages)
    if made is not None:
        (place / READY).touch()  # last: an install that was interrupted is done again
    return made


def _made(place: Path, packages: tuple[str, ...]) -> Path | None:
    pip = [str(place / "bin" / "python"), "-m", "pip", "install", "-q", *packages]
    for command in ([sys.executable, "-m", "venv", "--clear", str(place)], pip):
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return None
    return place
