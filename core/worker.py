"""The process beside the app that does one job: ``python -m core.worker JOB_FOLDER``.

Or the one that forks such processes (``core.forkserver``).
"""

from __future__ import annotations

import faulthandler
import logging
import os
import re
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from core import forkserver, jobs, wire
from core.data.machine import confine, first_to_go, machine_memory, time_at_most
from core.errors import (
    DiskFull,
    MemoryRanOut,
    ReadingTooSlow,
    TooLarge,
    UserError,
    WorkTooLong,
)
from core.jobs import IS_TOLD, TOLD_A_SECRET, Job, Told, Wish, wish
from core.progress import Cancelled
from core.status import State, Status
from core.store import faults, process, vault
from core.store.folder import write
from core.store.trace import log_what_ends_it
from core.store.turns import begins_in, holders, ticket

TOLD_EVERY = 0.2  # seconds between two looks at the stop flag and two writings of the status
WAITING_TOLD_EVERY = 2.0  # seconds; a wait is long
NICE = 10
TRAININGS = "WHYBUY_TRAININGS"  # in the environment: how many train at once
HOURS = "WHYBUY_HOURS"  # in the environment: how long one job may take
HOURS_AT_MOST = 12.0
# what most jobs need; Ibis, which logs need, would take half of a reader's address space
BROUGHT = ("core.tasks.tables", "core.tasks.reasons", "core.store.search_work", "sklearn.ensemble")
MEMORY_OF_A_TRAINING = 3 << 30  # bytes that one should find


class Teller:
    """The worker's report: writes the status, raises Cancelled where the stop flag is up."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.started = time.time()
        self.status = Status(State.RUNNING, started=self.started, updated=self.started)
        self.hours = hours_at_most(os.environ)
        self.until = self.started + 3600 * self.hours
        self._told = 0.0
        self._past = deque([(0.0, self.started)])  # shares and when they were done

    def __call__(self, share: float, stage: str) -> None:
        now = time.time()
        if now - self._told < TOLD_EVERY and stage == self.status.stage:
            return
        self._told = now
        if (self.job.folder / "stop").exists():
            raise Cancelled
        if now > self.until:
            raise WorkTooLong(self.hours)
        self.tell(share=share, stage=stage, halfway=self._halfway(share, now))

    def _halfway(self, share: float, now: float) -> float:
        """When half of that share was done, on a line between the two reports around it."""
        half = share / 2
        self._past.append((share, now))
        while len(self._past) > 2 and self._past[1][0] <= half:
            self._past.popleft()
        (low, before), (high, after) = self._past[0], self._past[1]
        way = (half - low) / (high - low) if high > low else 0.0
        return before + min(max(way, 0.0), 1.0) * (after - before)

    def begins(self) -> None:
        """It is the job's turn: its time counts from now on."""
        now = time.time()
        self.until = now + 3600 * self.hours
        self._past = deque([(0.0, now)])
        self.tell(state=State.RUNNING, started=now, place=0, begins_in=None)

    def waits(self, place: int, begins_in: Callable[[], float | None]) -> None:
        """Tells where in line the job is, now and then; raises Cancelled where it is to stop."""
        if (self.job.folder / "stop").exists():
            raise Cancelled
        if time.time() - self._told >= WAITING_TOLD_EVERY or place != self.status.place:
            self._told = time.time()
            stage = "jobs.stage.waiting"
            self.tell(state=State.WAITING, stage=stage, place=place, begins_in=begins_in())

    def tell(self, **changes: object) -> None:
        """Writes the status with changes; a full disk is no reason to end the work itself."""
        self.status = msgspec.structs.replace(self.status, updated=time.time(), **changes)
        file, words = self.job.folder / "status.json", msgspec.json.encode(self.status)
        try:
            write(file, words)
        except DiskFull:
            logging.exception("the status of job %s", self.job.id)
            if self.status.state.ended:
                _overwrite(file, words)


def _overwrite(file: Path, words: bytes) -> None:
    """Writes over what is there: the one way that asks a full disk for no more room."""
    with file.open("r+b" if file.exists() else "wb") as place:
        place.write(words)
        place.truncate()


def main(folder: Path) -> None:
    """Does the job and writes how it ended."""
    os.nice(NICE)
    faulthandler.enable()
    log_what_ends_it()
    first_to_go()
    confine()
    job = Job(folder.name, folder)
    process.note(folder, os.getpid())
    teller = Teller(job)
    asked = wish(job)
    try:
        result = _done(asked, folder.parent.parent, teller)
        teller.tell(state=State.DONE, share=1.0, result=result)
    except Cancelled:
        teller.tell(state=State.STOPPED)
    except UserError as error:
        logging.warning("job %s: %s", job.id, error.code)
        teller.tell(state=State.FAILED, error=error.code, facts=_facts(asked, job, error))
    except Exception:  # the edge: whatever it is, the person gets a reference
        logging.exception("job %s", job.id)
        teller.tell(state=State.FAILED, error="unexpected", facts={"reference": job.id})


def _facts(asked: Wish, job: Job, error: UserError) -> dict[str, Any]:
    """What may be written down in clear of an error: facts may be cells of an encrypted project."""
    project = str(asked.arguments.get("project", ""))
    if not project:
        return error.facts
    return faults.keep(job.folder.parent.parent / "projects" / project, job.id, error)


def _done(asked: Wish, home: Path, teller: Teller) -> dict[str, Any]:
    """What the task gives, in its turn and within its limits."""
    told = _told()
    with _turn(home, teller, asked.task):
        teller.begins()
        from core.data.memory import memory_at_most
        from core.tasks.doing import TASKS

        task = TASKS[asked.task]
        run = task.run  # what it brings is within no limit
        arguments = asked.arguments | told.arguments
        if arguments.pop(TOLD_A_SECRET, False):
            arguments["secret"] = told.secret
        if told.key:
            vault.take_key(told.key)
        file = str(asked.arguments.get("name", ""))
        late = partial(ReadingTooSlow, file, task.seconds)
        try:
            with memory_at_most(task.memory(), file), time_at_most(task.seconds, late):
                return run(home=home, report=teller, **arguments)
        except TooLarge as error:
            raise (error if error.file else MemoryRanOut(asked.task)) from error


def hours_at_most(environment: Mapping[str, str]) -> float:
    """How long work may take, by the setting or as usual."""
    asked = environment.get(HOURS, "")
    return float(asked) if re.fullmatch(r"\d{1,4}(\.\d{1,3})?", asked) else HOURS_AT_MOST


def _told() -> Told:
    """What whoever started this process told it, and nobody else."""
    if not os.environ.pop(IS_TOLD, ""):
        return Told()
    return wire.read(sys.stdin.buffer.read(), Told)


@contextmanager
def _turn(home: Path, teller: Teller, task: str) -> Iterator[None]:
    """Waits in line for the lane of the task; work without one begins at once."""
    lane = jobs.LANES.get(task, "")
    if not lane:
        yield
        return
    most = at_once(lane, os.environ)
    with ticket(home / "jobs" / lane, teller.job.id) as mine:
        each = _usual(home, task) if mine.place(most) else None
        while place := mine.place(most):
            teller.waits(place, partial(_until, home, mine.lane, (place, most), each))
            time.sleep(TOLD_EVERY)
        yield


def at_once(lane: str, environment: Mapping[str, str]) -> int:
    """How many of a lane may work at the same time: by cores, and trainings by memory too."""
    cores = os.cpu_count() or 1
    if lane != jobs.TRAINING:
        return cores
    asked = environment.get(TRAININGS, "")
    if asked.isdecimal() and int(asked):
        return int(asked)
    return max(1, min(cores, machine_memory() // MEMORY_OF_A_TRAINING))


def _usual(home: Path, task: str) -> float | None:
    """Seconds that work of this kind took lately, its median; None where none has ended."""
    known = [jobs.status(each) for each in jobs.ended(home, task)]
    spent = [now.updated - now.started for now in known if now.state is State.DONE]
    return median(spent) if spent else None


def _until(home: Path, lane: Path, line: tuple[int, int], each: float | None) -> float | None:
    """Seconds until one at that place begins; None where one cannot tell.

    ``line`` is its place and how many work at once, ``each`` what work usually takes.
    """
    place, most = line
    left = []
    for id_ in holders(lane)[:most]:
        now = jobs.status(Job(id_, home / "jobs" / id_))
        spent = time.time() - now.started if now.state is State.RUNNING else 0.0
        rest = now.seconds_left if each is None else max(0.0, each - spent)
        left.append(rest if now.seconds_left is None else now.seconds_left)
    known = [seconds for seconds in left if seconds is not None]
    if len(known) < len(left) or not known or (each is None and place > 1):
        return None
    return begins_in(known, place - 1, each or 0.0)


def _tidy(home: Path) -> None:
    """Cleans up behind other work; by now this job's end is on disk."""
    from core.tasks.tidying import tidy

    tidy(home, time.time())


def _serve(line: int) -> Path | None:
    """Brings what most jobs need, then forks a process for each that is asked for."""
    for name in BROUGHT:
        import_module(name)
    return forkserver.serve(socket.socket(fileno=line))


if __name__ == "__main__":
    serves = sys.argv[1] == forkserver.SERVES
    place = _serve(int(sys.argv[2])) if serves else Path(sys.argv[1])
    if place is not None:
        main(place)
        _tidy(place.parent.parent)
