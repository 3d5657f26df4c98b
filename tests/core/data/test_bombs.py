"""Small files that would become large are refused before they do, by an own process' measure."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.data.bombs import BOMBS, Bomb

ROOT = Path(__file__).resolve().parents[3]
# of the processor's time; twice what is promised, for machines slower than ours
SECONDS_AT_MOST = 2.0 * 2
MEGABYTES_AT_MOST = 50
# refuses one file after the other: what each takes of time, and of memory beyond a small table
READING = """
import json, resource, sys, time
from pathlib import Path
from core.data.load import load
from core.errors import UserError
from core.progress import silent

def taken():
    status = Path("/proc/self/status")  # Linux's ru_maxrss begins with what the parent held
    if status.exists():
        height = [line for line in status.open() if line.startswith("VmHWM")]
        return time.process_time(), int(height[0].split()[1]) / 1024
    return time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20

place, found = Path(sys.argv[1]), []
(place / "small").write_text("a,b\\n1,x\\n2,y\\n")
load(place / "small", "t.csv", place / "into", "", silent)
for number, name in enumerate(json.loads(sys.argv[2])):
    begun, before = taken()
    try:
        load(place / str(number), name, place / "into", "", silent)
        error = ""
    except UserError as refused:
        error = type(refused).__name__
    ended, after = taken()
    found.append((error, ended - begun, after - before))
print(json.dumps(found))
"""


def refused(bombs: list[Bomb], place: Path) -> None:
    for number, bomb in enumerate(bombs):
        (place / str(number)).write_bytes(bomb.make())
    names = json.dumps([bomb.file for bomb in bombs])
    command = [sys.executable, "-c", READING, str(place), names]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    for bomb, (error, seconds, megabytes) in zip(bombs, json.loads(done.stdout), strict=True):
        assert error == bomb.refused.__name__, bomb.about
        assert seconds < SECONDS_AT_MOST, bomb.about
        assert megabytes < MEGABYTES_AT_MOST, bomb.about


def test_a_bomb_is_refused_at_once_and_takes_no_memory(tmp_path: Path) -> None:
    refused([bomb for bomb in BOMBS if not bomb.heavy], tmp_path)


@pytest.mark.whole
def test_bombs_that_take_long_to_make(tmp_path: Path) -> None:
    refused([bomb for bomb in BOMBS if bomb.heavy], tmp_path)
