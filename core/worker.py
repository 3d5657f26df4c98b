"""The process beside the app that does one job: ``python -m core.worker JOB_FOLDER``."""

from __future__ import annotations

import fcntl
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from core.errors import DiskFull, UserError
from core.jobs import IS_TOLD, TOLD_A_SECRET, Job, State, Status, Told, Wish, note, wish
from core.progress import Cancelled
from core.store import vault
from core.store.folder import write

TOLD_EVERY = 0.2  # seconds between two looks at the stop flag and two writings of the status
NICE = 10


class Teller:
    """The worker's report: writes the status, raises Cancelled where the stop flag is up."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.started = time.time()
        self.status = Status(State.RUNNING, started=self.started, updated=self.started)
        self._told = 0.0

    def __call__(self, share: float, stage: str) -> None:
        now = time.time()
        if now - self._told < TOLD_EVERY and stage == self.status.stage:
            return
        self._told = now
        if (self.job.folder / "stop").exists():
            raise Cancelled
        self.tell(share=share, stage=stage)

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
    job = Job(folder.name, folder)
    note(job, os.getpid())
    teller = Teller(job)
    asked = wish(job)
    try:
        result = _done(asked, folder.parent.parent, teller)
        teller.tell(state=State.DONE, share=1.0, result=result)
    except Cancelled:
        teller.tell(state=State.STOPPED)
    except UserError as error:
        logging.warning("%s", error)
        teller.tell(state=State.FAILED, error=error.code, facts=error.facts)
    except Exception:  # the edge: whatever it is, the person gets a reference
        logging.exception("job %s", job.id)
        teller.tell(state=State.FAILED, error="unexpected", facts={"reference": job.id})


def _done(asked: Wish, home: Path, teller: Teller) -> dict[str, Any]:
    """What the task gives, within its memory and in its turn."""
    from core.data.memory import memory_at_most
    from core.tasks import TASKS

    task = TASKS[asked.task]
    told = _told()
    arguments = asked.arguments | told.arguments
    if arguments.pop(TOLD_A_SECRET, False):
        arguments["secret"] = told.secret
    if told.key:
        vault.take_key(home / "projects" / str(arguments["project"]), told.key)
    name = str(asked.arguments.get("name") or asked.arguments.get("project", ""))
    with memory_at_most(task.memory, name), _slot(home, task.heavy, teller):
        teller.tell(state=State.RUNNING, started=time.time())
        return task.run(home=home, report=teller, **arguments)


def _told() -> Told:
    """What whoever started this process told it, and nobody else."""
    if not os.environ.pop(IS_TOLD, ""):
        return Told()
    return msgspec.json.decode(sys.stdin.buffer.read(), type=Told)


@contextmanager
def _slot(home: Path, heavy: bool, teller: Teller) -> Iterator[None]:
    """Waits for one of as many slots as there are cores; light work does not wait."""
    if not heavy:
        yield
        return
    files = [(home / "jobs" / f"slot-{i}.lock").open("w") for i in range(os.cpu_count() or 1)]
    try:
        while not any(_locked(file.fileno()) for file in files):
            teller.status = msgspec.structs.replace(teller.status, state=State.WAITING)
            teller(0.0, "jobs.stage.waiting")
            time.sleep(TOLD_EVERY)
        yield
    finally:
        for file in files:
            file.close()


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _tidy(home: Path) -> None:
    """Cleans up behind other work; by now this job's end is on disk."""
    from core.tasks import tidy

    tidy(home, time.time())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    _tidy(Path(sys.argv[1]).parent.parent)
