from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import psutil
import pytest

from core import jobs, worker
from core.errors import NotThere
from core.jobs import Job, Wish
from core.progress import silent
from core.status import State, Status
from core.store import models, projects, tables
from core.store.turns import holders, ticket
from core.tasks.tables import bring
from core.train.wish import Choices, wish
from tests.core.waiting import ended, until, workers

ROOT = Path(__file__).resolve().parents[2]
STOPS_WITHIN = 2.0  # it takes one; the rest is for a busy machine


def pid(job: Job) -> int:
    return int(msgspec.json.decode((job.folder / "process.json").read_bytes())["pid"])


def memory_of_group(number: int) -> int:
    """Bytes that all processes of a session of its own hold."""
    held = 0
    for each in psutil.process_iter(["pid", "memory_info"]):
        with suppress(ProcessLookupError):
            if os.getpgid(each.pid) == number and each.info["memory_info"] is not None:
                held += each.info["memory_info"].rss
    return held


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home with one project, of noise that a support vector machine is long at."""
    home = tmp_path_factory.mktemp("home")
    chance = np.random.default_rng(0)
    noise = pd.DataFrame(chance.normal(size=(7_800, 30))).add_prefix("x")
    noise.assign(y=chance.choice(["yes", "no"], len(noise))).to_csv(home / "n.csv", index=False)
    return home, bring(home, silent, str(home / "n.csv"), "n.csv")["project"]


@pytest.fixture
def home(made: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The home; its jobs do not outlive the test."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("WHYBUY_TRAININGS", "2")
    yield made[0]
    for job in jobs.active(made[0]):
        jobs.stop(job)
        ended(job)


def asked(made: tuple[Path, str], family: str, seed: int, **params: Any) -> dict[str, Any]:
    """The arguments of a training."""
    home, project = made
    known = projects.load(home, project)
    dataset = tables.load(projects.folder(home, project), known.table)
    spec = wish(dataset, "y", "yes", Choices(family, params, seed=seed))
    return {"project": project, "spec": msgspec.to_builtins(spec)}


def long_one(made: tuple[Path, str], seed: int) -> Job:
    """A training in the midst of what cannot be interrupted from Python."""
    job = jobs.start(made[0], "train", **asked(made, "svm", seed, c=1000.0, way="exact"))
    until(lambda: jobs.status(job).stage == "models.stage.folds" or jobs.status(job).state.ended)
    assert jobs.status(job).state is State.RUNNING
    return job


def board(made: tuple[Path, str]) -> set[str]:
    entries, damaged = models.board(projects.folder(*made))
    assert not damaged
    return {entry.id for entry in entries}


def test_a_job_is_done(home: Path, made: tuple[Path, str]) -> None:
    arguments = asked(made, "baseline", 1)
    job = jobs.start(home, "train", **arguments)
    now = ended(job)
    assert (now.state, now.share, now.error) == (State.DONE, 1.0, "")
    assert now.result["model"] in board(made)
    assert now.started <= now.updated
    assert jobs.job(home, job.id) == job
    assert jobs.wish(job).id == job.id == Wish("train", arguments).id
    assert job not in jobs.active(home)
    assert "Traceback" not in jobs.log(job)


def test_the_same_wish_joins_the_running_job(home: Path, made: tuple[Path, str]) -> None:
    arguments = asked(made, "svm", 2, c=1000.0, way="exact")
    with ThreadPoolExecutor(8) as pool:
        asks = [pool.submit(jobs.start, home, "train", **arguments) for _ in range(8)]
        found = {ask.result() for ask in asks}
    (job,) = found
    first = pid(job)
    until(lambda: jobs.status(job).state is State.RUNNING)
    assert jobs.start(home, "train", **arguments) == job
    assert workers(job) == 1
    assert pid(job) == first
    assert jobs.active(home) == (job,)
    other = jobs.start(home, "train", **asked(made, "baseline", 3))
    assert other != job
    ended(other)  # killed while it saves it would leave what tidying removes


# attack F20
def test_a_stop_stops_within_a_second(home: Path, made: tuple[Path, str]) -> None:
    before = board(made)
    job = long_one(made, 4)
    process, start = psutil.Process(pid(job)), time.monotonic()
    assert process.memory_info().rss > 50_000_000
    jobs.stop(job)
    until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
    assert time.monotonic() - start < STOPS_WITHIN
    assert workers(job) == 0
    assert memory_of_group(process.pid) == 0  # what it had is the system's again
    now = jobs.status(job)
    assert (now.state, now.error) == (State.STOPPED, "")
    spec = jobs.wish(job).arguments["spec"]
    assert all(id_ in before or _family(made, id_) == "baseline" for id_ in board(made))
    assert spec["family"] == "svm"
    jobs.stop(job)  # nothing happens
    assert jobs.status(job).state is State.STOPPED


def _family(made: tuple[Path, str], model: str) -> str:
    return models.entry(projects.folder(*made) / "models" / model).spec.family


def test_a_killed_worker_has_failed_and_can_be_started_again(
    home: Path, made: tuple[Path, str]
) -> None:
    ended(jobs.start(home, "train", **asked(made, "baseline", 5)))
    before = board(made)
    job = long_one(made, 5)
    os.kill(pid(job), signal.SIGKILL)
    now = ended(job)
    assert (now.state, now.error) == (State.FAILED, "work_killed")
    assert now.facts == {"task": "train", "log": job.id}
    assert board(made) == before
    assert not [p for p in (projects.folder(*made) / "models").iterdir() if p.name[0] == "."]
    again = jobs.start(home, "train", **jobs.wish(job).arguments)
    assert again == job
    until(lambda: jobs.status(again).state is State.RUNNING)
    jobs.stop(again)


def test_a_persons_mistake_gives_its_code_and_facts(home: Path) -> None:
    job = jobs.start(home, "check", project="nobody", table="0123456789abcdef", target="")
    now = ended(job)
    assert (now.state, now.error) == (State.FAILED, "not_there")
    assert now.facts == {"what": "project", "name": "nobody"}


def test_what_nobody_foresaw_gives_a_reference_and_no_trace(home: Path) -> None:
    job = jobs.start(home, "check", nonsense="x")
    now = ended(job)
    assert (now.state, now.error) == (State.FAILED, "unexpected")
    assert now.facts == {"reference": job.id}
    assert "Traceback" not in (job.folder / "status.json").read_text()
    assert "TypeError" in jobs.log(job)


def test_a_job_survives_its_starter(home: Path, made: tuple[Path, str]) -> None:
    arguments = msgspec.json.encode(asked(made, "baseline", 6)).decode()
    code = (
        "import json, sys; from pathlib import Path; from core import jobs;"
        "print(jobs.start(Path(sys.argv[1]), 'train', **json.loads(sys.argv[2])).id)"
    )
    command = [sys.executable, "-c", code, str(home), arguments]
    found = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    job = jobs.job(home, found.stdout.strip())
    assert ended(job).state is State.DONE


def test_jobs_wait_in_line_and_say_where(home: Path, made: tuple[Path, str]) -> None:
    lane = home / "jobs" / jobs.TRAINING
    waits = [asked(made, "baseline", seed) for seed in (7, 8, 9)]
    with ExitStack() as taken:
        for name in ("a", "b"):
            taken.enter_context(ticket(lane, name))
        first = jobs.start(home, "train", **waits[0])
        until(lambda: jobs.status(first).place == 1)
        # whoever asked may leave: a job in line is a process of its own
        code = (
            "import json, sys; from pathlib import Path; from core import jobs;"
            "jobs.start(Path(sys.argv[1]), 'train', **json.loads(sys.argv[2]))"
        )
        wish_ = msgspec.json.encode(waits[1]).decode()
        subprocess.run([sys.executable, "-c", code, str(home), wish_], check=True, cwd=ROOT)
        second = jobs.job(home, Wish("train", waits[1]).id)
        until(lambda: jobs.status(second).place == 2)
        third = jobs.start(home, "train", **waits[2])
        until(lambda: jobs.status(third).place == 3)
        for job in (first, second, third):
            now = jobs.status(job)
            assert (now.state, now.stage) == (State.WAITING, "jobs.stage.waiting")
        assert jobs.start(home, "train", **waits[2]) == third  # joined, not put in line again
        assert len(holders(lane)) == 5
        jobs.stop(second)
        assert ended(second).state is State.STOPPED
        until(lambda: jobs.status(third).place == 2)
        os.kill(pid(first), signal.SIGKILL)
        until(lambda: jobs.status(third).place == 1)
        light = jobs.start(home, "check", project="nobody", table="0", target="")
        assert ended(light).state is State.FAILED  # light work does not wait
        assert jobs.status(third).state is State.WAITING
    assert ended(third).state is State.DONE
    assert jobs.status(third).place == 0


def test_a_job_whose_starter_died_too_early_has_failed(home: Path) -> None:
    job = Job("0123456789abcdef", home / "jobs" / "0123456789abcdef")
    job.folder.mkdir(parents=True, exist_ok=True)
    (job.folder / "wish.json").write_bytes(msgspec.json.encode(Wish("check", {})))
    assert jobs.status(job).state is State.WAITING
    os.utime(job.folder, (1000, 1000))
    assert jobs.status(job).error == "work_killed"


def test_another_process_of_that_number_is_not_ours(home: Path) -> None:
    job = Job("0123456789abcde0", home / "jobs" / "0123456789abcde0")
    job.folder.mkdir(parents=True, exist_ok=True)
    (job.folder / "wish.json").write_bytes(msgspec.json.encode(Wish("check", {})))
    said = msgspec.json.encode(Status(State.RUNNING, 0.5))
    (job.folder / "status.json").write_bytes(said)
    ours = {"pid": os.getpid(), "created": psutil.Process().create_time()}
    (job.folder / "process.json").write_bytes(msgspec.json.encode(ours))
    assert jobs.status(job).state is State.RUNNING
    other = msgspec.json.encode(ours | {"created": 1.0})
    (job.folder / "process.json").write_bytes(other)
    assert jobs.status(job).state is State.FAILED
    jobs.stop(job)  # must not end this very process
    assert jobs.status(job).state is State.STOPPED


@pytest.mark.parametrize("wrong", ["", "..", "../jobs", "a/b", "0" * 16, "start.lock"])
def test_a_job_that_is_not_there(wrong: str, home: Path) -> None:
    with pytest.raises(NotThere):
        jobs.job(home, wrong)


def test_time_left_by_the_pace_so_far() -> None:
    assert Status(State.RUNNING, 0.25, started=100, updated=110).seconds_left == 30
    assert Status(State.RUNNING, 0.01, started=100, updated=110).seconds_left is None
    assert Status(State.RUNNING, 0.9, started=100, updated=100.5).seconds_left is None


def test_time_left_as_a_range_by_the_pace_so_far_and_lately() -> None:
    """A quarter took 10 seconds: the rest takes 30; its last half took 8 of them: 48."""
    slower = Status(State.RUNNING, 0.25, started=100, updated=110, halfway=102)
    assert slower.left_between == (30, 48)
    even = Status(State.RUNNING, 0.25, started=100, updated=110, halfway=105)
    assert even.left_between == (30, 30)
    assert Status(State.RUNNING, 0.01, started=100, updated=110).left_between is None


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_range_holds_what_is_left_better_than_one_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, power: float
) -> None:
    """Work of 100 seconds that becomes quicker, or slower: share = (t / 100) ** power."""
    clock = [1000.0]
    monkeypatch.setattr(worker.time, "time", lambda: clock[0])
    teller = worker.Teller(Job("a", tmp_path))
    of_one, of_range = [], []
    for second in range(1, 100):
        clock[0] = 1000.0 + second
        teller((second / 100) ** power, f"stage.{second}")
        told, left = teller.status, 100.0 - second
        if told.left_between is None or told.seconds_left is None:
            continue
        low, high = told.left_between
        of_one.append(abs(told.seconds_left - left))
        of_range.append(max(0.0, low - left, left - high))
    assert len(of_one) > 70
    assert sum(of_range) <= sum(of_one) + 1e-6
    if power == 1.0:
        assert max(of_one) < 1e-6
    else:
        assert sum(of_range) < 0.75 * sum(of_one)


def test_tidy_keeps_the_newest_and_the_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "JOBS_KEPT", 2)
    for age, state in enumerate((State.DONE, State.FAILED, State.DONE, State.RUNNING)):
        folder = tmp_path / "jobs" / f"{age:016x}"
        folder.mkdir(parents=True)
        (folder / "wish.json").write_bytes(msgspec.json.encode(Wish("check", {})))
        (folder / "status.json").write_bytes(msgspec.json.encode(Status(state)))
        os.utime(folder / "wish.json", (1000 - age, 1000 - age))
    jobs.tidy(tmp_path, 1.8e9)
    left = sorted(p.name[-1] for p in (tmp_path / "jobs").iterdir() if p.is_dir())
    assert left == ["0", "1", "3"]  # the last is not known to have ended: it has just begun
