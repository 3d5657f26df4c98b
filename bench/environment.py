"""Another tool in an environment of its own, made in a temporary folder for one bench."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def environment(variable: str, *packages: str) -> Iterator[Path | None]:
    """The folder of an environment that holds the packages; None where they cannot be installed.

    ``variable`` names one that is there already.
    """
    with TemporaryDirectory(prefix="whybuy-bench-") as aside:
        known = os.environ.get(variable)
        yield Path(known) if known else _made(Path(aside) / "env", packages)


def _made(place: Path, packages: tuple[str, ...]) -> Path | None:
    pip = [str(place / "bin" / "python"), "-m", "pip", "install", "-q", *packages]
    for command in ([sys.executable, "-m", "venv", str(place)], pip):
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return None
    return place
