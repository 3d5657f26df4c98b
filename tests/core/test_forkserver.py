"""Processes that are forked for jobs are as those that are begun, and end and fail as they do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import psutil
import pytest

from core import forkserver, jobs
from core.data.memory import LEAST
from core.forkserver import LONGEST, ForkServer
from core.jobs import Job
from core.status import State
from core.store import process
from core.store.turns import ticket
from core.worker import NICE
from tests.core.waiting import ended, until

NICEST = 19  # that a process can be
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks on Linux alone")


def plain() -> dict[str, str]:
    """The environment as it is once scikit-learn was brought, which sets variables of its own."""
    import_module("sklearn")
    return {name: each for name, each in os.environ.items() if not name.startswith("WHYBUY_")}


def is_gone(number: int) -> bool:
    """Also what nobody has taken note of is gone."""
    try:
        return psutil.Process(number).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    """One that is ready."""
    found = ForkServer(plain())
    until(found._ready)
    yield found
    found.end()


@pytest.fixture
def here(server: ForkServer, monkeypatch: pytest.MonkeyPatch) -> ForkServer:
    """The one that jobs are forked by."""
    monkeypatch.setattr(forkserver, "_here", [server])
    return server


def brings(home: Path) -> Job:
    """A job that brings a table of two rows."""
    (home / "t.csv").write_text("a,b\n1,x\n2,y\n")
    return jobs.start(home, "bring", file=str(home / "t.csv"), name="t.csv")


def test_a_forked_process_does_the_job(here: ForkServer, tmp_path: Path) -> None:
    job = brings(tmp_path)
    assert ended(job).state is State.DONE, jobs.log(job)
    assert (tmp_path / "projects" / ended(job).result["project"]).is_dir()
    assert "Traceback" not in jobs.log(job)
    number = process.number_of(job.folder)
    assert number is not None
    until(lambda: not psutil.pid_exists(number))  # nobody here has to take note of its end


def test_it_is_a_process_of_its_own_in_the_environment_of_now(
    here: ForkServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "Zoë's = home"
    monkeypatch.setenv("WHYBUY_TRAININGS", "1")  # so that it waits for whoever holds the ticket
    (lane := home / "jobs" / jobs.TRAINING).mkdir(parents=True)
    with ticket(lane, "holder"):
        job = jobs.start(home, "train", project="nobody-123456", spec={})
        until(lambda: jobs.status(job).place == 1)
        number = process.number_of(job.folder)
        assert number is not None
        forked = psutil.Process(number)
        assert forked.ppid() == here.process.pid
        assert os.getsid(number) == os.getpgid(number) == number
        assert forked.nice() == min(os.nice(0) + NICE, NICEST)
        assert all(Path(f"/proc/{number}/fd/{n}").samefile(job.folder / "log.txt") for n in (1, 2))
        assert psutil.Process(here.process.pid).nice() == os.nice(0)
        jobs.stop(job)
        until(lambda: is_gone(number))
    assert jobs.status(job).state is State.STOPPED


def test_it_holds_nothing_of_anyones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHYBUY_KEY", "a secret")
    monkeypatch.setattr(forkserver, "_here", [])
    forkserver.begin()
    (server,) = forkserver._here
    try:
        until(server._ready)
        told = Path(f"/proc/{server.process.pid}/environ").read_bytes()
        assert b"PATH=" in told
        assert b"secret" not in told
        libraries = Path(f"/proc/{server.process.pid}/maps").read_text()
        assert "pandas" in libraries
        assert "tensorflow" not in libraries  # its threads would not live on
        assert psutil.Process(server.process.pid).memory_info().vms < LEAST / 2
        forkserver.begin()
        assert forkserver._here == [server]
    finally:
        server.end()


@pytest.mark.parametrize(
    "environment", [{"OMP_NUM_THREADS": "17"}, {"LD_PRELOAD": "x"}, {"LONG": "x" * LONGEST}]
)
def test_what_it_could_not_give_is_not_forked(
    environment: dict[str, str], server: ForkServer, tmp_path: Path
) -> None:
    with (tmp_path / "log").open("wb") as out:
        assert server.fork(tmp_path, plain() | environment, (out.fileno(), out.fileno())) == 0


def test_where_the_environment_changes_another_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forkserver, "_here", [])
    forkserver.begin()
    (first,) = forkserver._here
    monkeypatch.setenv("OTHER", "x")
    forkserver.begin()
    assert forkserver._here == [first]
    monkeypatch.setenv("KMP_INIT_AT_FORK", "x")
    forkserver.begin()
    (second,) = forkserver._here
    assert is_gone(first.process.pid)
    assert second.suits(os.environ)
    assert not first.suits(os.environ)
    second.end()


def test_one_that_was_killed_is_followed_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work of those that it forked goes on, and the next job is begun without it."""
    monkeypatch.setattr(forkserver, "_here", [])
    monkeypatch.setenv("WHYBUY_TRAININGS", "1")
    (lane := tmp_path / "jobs" / jobs.TRAINING).mkdir(parents=True)
    forkserver.begin()
    (server,) = forkserver._here
    until(server._ready)
    with ticket(lane, "holder"):
        waits = jobs.start(tmp_path, "train", project="nobody-123456", spec={})
        until(lambda: jobs.status(waits).place == 1)
        server.process.kill()
        server.process.wait()
        assert ended(brings(tmp_path)).state is State.DONE
        assert jobs.status(waits).state is State.WAITING
        assert server not in forkserver._here
    assert ended(waits).state is State.FAILED  # there is no such project
    forkserver.begin()
    (after,) = forkserver._here
    assert after.process.poll() is None
    after.end()


def test_where_none_can_be_begun_jobs_do_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(forkserver, "_here", [])
    monkeypatch.setattr(forkserver.socket, "socketpair", refused)
    assert ended(brings(tmp_path)).state is State.DONE
    assert forkserver._here == []


def test_it_ends_with_whoever_began_it() -> None:
    words = "import time; from core import forkserver as f; f.begin(); " \
        "print(f._here[0].process.pid, flush=True); time.sleep(60)"  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", words], cwd=forkserver.ROOT, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        number = int(starter.stdout.readline())
        assert not is_gone(number)
        starter.kill()
    until(lambda: is_gone(number))


def test_one_that_does_not_answer_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forkserver, "_here", [])
    monkeypatch.setattr(forkserver, "ANSWERS_WITHIN", 0.2)
    forkserver.begin()
    (server,) = forkserver._here
    until(server._ready)
    server.process.send_signal(signal.SIGSTOP)
    assert ended(brings(tmp_path)).state is State.DONE
    assert server.process.returncode == -signal.SIGKILL
    assert server not in forkserver._here
