from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from core import jobs
from core.jobs import Job, State, Status, Wish

ROOT = Path(__file__).resolve().parents[2]
DOING = """
import sys
from pathlib import Path
from core import tasks, worker
from core.tasks import Doing

def run(home, report, **arguments):
{body}

tasks.TASKS["made"] = Doing(run, heavy=False, memory={memory})
worker.main(Path(sys.argv[1]))
"""


def done(tmp_path: Path, body: str, memory: str = "1 << 62", **arguments: object) -> Status:
    """What a worker says of a task of ours."""
    made = Wish("made", arguments)
    job = Job(made.id, tmp_path / "jobs" / made.id)
    job.folder.mkdir(parents=True)
    (job.folder / "wish.json").write_bytes(msgspec.json.encode(made))
    code = DOING.format(body="\n".join(f"    {line}" for line in body.splitlines()), memory=memory)
    command = [sys.executable, "-c", code, str(job.folder)]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return jobs.status(job)


def test_a_result_is_plain(tmp_path: Path) -> None:
    found = done(tmp_path, 'report(0.5, "train.stage.saving")\nreturn {"a": arguments["a"]}', a=3)
    assert found.state is State.DONE
    assert found.result == {"a": 3}


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory where the system can")
@pytest.mark.parametrize(
    "body",
    [
        "import numpy as np\nreturn {'sum': float(np.ones(600_000_000).sum())}",
        "import duckdb\nraise duckdb.OutOfMemoryException('full')",
        "x = bytearray(5_000_000_000)",
    ],
)
def test_a_file_that_eats_memory_is_too_large(body: str, tmp_path: Path) -> None:
    found = done(tmp_path, body, "2 << 30", name="bomb.csv")
    assert (found.state, found.error) == (State.FAILED, "too_large")
    assert found.facts == {"file": "bomb.csv"}


def test_a_stop_is_seen_at_the_next_report(tmp_path: Path) -> None:
    body = (
        f"next(Path({str(tmp_path)!r}, 'jobs').glob('[0-9a-f]*/')).joinpath('stop').touch()\n"
        "report(0.5, 'train.stage.saving')\nreturn {}"
    )
    assert done(tmp_path, body).state is State.STOPPED


def test_a_full_disk_is_said_even_on_the_full_disk(tmp_path: Path) -> None:
    body = (
        "from core.errors import DiskFull\n"
        "def full(*_):\n    raise DiskFull('status.json')\n"
        "worker.write = full\n"
        "report(0.5, 'train.stage.saving')\n"  # telling fails, the work goes on
        "raise DiskFull('m.csv')"
    )
    found = done(tmp_path, body)
    assert (found.state, found.error, found.facts) == (
        State.FAILED,
        "disk_full",
        {"needed_for": "m.csv"},
    )
