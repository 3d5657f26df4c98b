"""A model is loaded for the first time in a process of its own, which may crash, hang or swell.

``python -m core.store.proving`` is told through standard input which folder, and ends well where
the model loads and answers as it did when it was made.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import msgspec

from core import wire
from core.errors import ModelDamaged, UserError
from core.store import vault
from core.store.rest import project_of

SECONDS = 30  # of computing; a second more for each ``BYTES_A_SECOND`` of the folder
BYTES_A_SECOND = 10_000_000
MEMORY = 2 << 30
MEMORY_A_BYTE = 20
WAIT = 10  # how much longer than its computing it may take, on a machine that is busy
DAMAGED = 3


class _Told(msgspec.Struct, frozen=True):
    place: str
    key: str = ""
    size: int = 0


def prove(place: Path) -> None:
    """Raises ModelDamaged where the model in ``place`` does not load, within limits."""
    project, size = project_of(place), _size(place)
    told = _Told(str(place), vault.spare_key(project) if project else "", size)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "core.store.proving"],
            input=msgspec.json.encode(told),
            capture_output=True,
            timeout=_seconds(size) * WAIT,
            check=False,
            start_new_session=True,
            cwd=Path(__file__).resolve().parents[2],
        )
    except subprocess.TimeoutExpired as fault:
        raise ModelDamaged(place.name, "time") from fault
    if ended.returncode:
        said = ended.stdout.decode("utf-8", "replace") if ended.returncode == DAMAGED else ""
        raise ModelDamaged(place.name, said[:200] or f"ended by {ended.returncode}")


def main() -> int:
    """Loads the model it is told of; the answer is how this process ends."""
    told = wire.read(sys.stdin.buffer.read(), _Told)
    _limit(told.size)
    from core.store import models

    place = Path(told.place)
    if told.key:
        vault.take_key(told.key)
    try:
        models.tried(place)
    except UserError as fault:
        sys.stdout.write(str(fault))
        return DAMAGED
    return 0


def _limit(size: int) -> None:
    most = MEMORY + MEMORY_A_BYTE * size
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (_seconds(size), _seconds(size)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ["OMP_NUM_THREADS"] = "1"


def _seconds(size: int) -> int:
    return SECONDS + size // BYTES_A_SECOND


def _size(place: Path) -> int:
    return sum(file.stat().st_size for file in place.rglob("*") if file.is_file())


if __name__ == "__main__":
    sys.exit(main())
