from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from core import jobs
from core.data.machine import FILE_AT_MOST, FIRST_TO_GO
from core.jobs import Job, Wish
from core.status import State, Status
from core.store import process
from core.tasks.doing import TASKS
from core.worker import HOURS, HOURS_AT_MOST, TRAININGS, at_once, hours_at_most

ROOT = Path(__file__).resolve().parents[2]
DOING = """
import sys
from pathlib import Path
from core import worker
from core.tasks.doing import TASKS, Doing

def run(home, report, **arguments):
{body}

TASKS["made"] = Doing("__main__:run", lambda: {memory}, {seconds})
worker.main(Path(sys.argv[1]))
"""


def done(
    tmp_path: Path, body: str, memory: str = "1 << 62", seconds: int = 0, **arguments: object
) -> Status:
    """What is known of a worker's work at a task of ours, whatever became of the worker."""
    made = Wish("made", arguments)
    job = Job(made.id, tmp_path / "jobs" / made.id)
    job.folder.mkdir(parents=True)
    (job.folder / "wish.json").write_bytes(msgspec.json.encode(made))
    body = "\n".join(f"    {line}" for line in body.splitlines())
    code = DOING.format(body=body, memory=memory, seconds=seconds)
    with (job.folder / "log.txt").open("w") as log:
        subprocess.run(
            [sys.executable, "-c", code, str(job.folder)], cwd=ROOT, check=False, stderr=log
        )
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
        # attack I05
        "import duckdb\nduckdb.sql(\"SELECT repeat('x', 4000000000)\").fetchall()",
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


# attack J04
@pytest.mark.skipif(sys.platform != "linux", reason="limits memory where the system can")
@pytest.mark.parametrize(
    ("body", "memory", "name", "error"),
    [
        ("import os\nos.abort()", "1 << 62", "t.xlsx", "reader_broke"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "1 << 62", "t.xlsx",
         "reader_broke"),
        ("import os\nos.abort()", "1 << 62", "", "work_killed"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "1 << 62", "", "work_killed"),
        ("import os, sys\nprint('memory allocation of 9 bytes failed', file=sys.stderr, flush=True)"
         "\nos.abort()", "1 << 62", "t.xlsx", "too_large"),
        ("x = bytearray(5_000_000_000)", "2 << 30", "", "memory_ran_out"),
    ],
)  # fmt: skip
def test_a_worker_that_dies_is_told_of_by_what_ended_it(
    body: str, memory: str, name: str, error: str, tmp_path: Path
) -> None:
    found = done(tmp_path, body, memory, **({"name": name} if name else {}))
    assert (found.state, found.error) == (State.FAILED, error)


@pytest.mark.skipif(sys.platform != "linux", reason="counts what the system ended")
def test_a_worker_that_the_system_ended_for_memory_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = process.ended_for_memory()
    monkeypatch.setattr(process, "ended_for_memory", lambda: before + 1)
    found = done(tmp_path, "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    assert (found.error, found.facts) == ("memory_ran_out", {"task": "made"})


@pytest.mark.skipif(sys.platform != "linux", reason="limits time where the system can")
def test_a_reader_that_goes_on_and_on_is_ended(tmp_path: Path) -> None:
    found = done(tmp_path, "while True: pass", seconds=1, name="slow.xlsx")
    assert (found.state, found.error) == (State.FAILED, "reading_too_slow")
    assert found.facts == {"file": "slow.xlsx", "seconds": 1}


# attack J09
def test_work_beyond_its_hours_is_ended_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOURS, "0.0")
    found = done(tmp_path, "report(0.5, 'train.stage.saving')\nreturn {}")
    assert (found.error, found.facts) == ("work_too_long", {"hours": 0.0})


def test_a_worker_leaves_no_core_and_goes_before_the_app(tmp_path: Path) -> None:
    body = (
        "import resource\nfrom pathlib import Path\n"
        "return {'core': resource.getrlimit(resource.RLIMIT_CORE), "
        "'file': resource.getrlimit(resource.RLIMIT_FSIZE)[0], "
        "'oom': int(Path('/proc/self/oom_score_adj').read_text())}"
    )
    found = done(tmp_path, body).result
    assert found["core"] == [0, 0]
    assert found["file"] <= FILE_AT_MOST
    assert found["oom"] == FIRST_TO_GO


def test_settings_that_are_none_leave_what_is_usual() -> None:
    assert hours_at_most({HOURS: "0.5"}) == 0.5
    assert hours_at_most({HOURS: "soon"}) == hours_at_most({}) == HOURS_AT_MOST
    assert at_once(jobs.TRAINING, {TRAININGS: "3"}) == 3
    assert at_once(jobs.TRAINING, {TRAININGS: "0"}) == at_once(jobs.TRAINING, {}) >= 1
    assert at_once(jobs.ANSWERS, {TRAININGS: "3"}) == (os.cpu_count() or 1)


def test_lanes_are_of_tasks_that_there_are() -> None:
    assert set(jobs.LANES) <= set(TASKS)
