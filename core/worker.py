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

import msgspec

from core.errors import TooLarge, UserError
from core.jobs import Job, State, Status, wish
from core.progress import Cancelled
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
        """Writes the status with changes."""
        self.status = msgspec.structs.replace(self.status, updated=time.time(), **changes)
        write(self.job.folder / "status.json", msgspec.json.encode(self.status))


def main(folder: Path) -> None:
    """Does the job and writes how it ended."""
    os.nice(NICE)
    job = Job(folder.name, folder)
    home = folder.parent.parent
    teller = Teller(job)
    asked = wish(job)
    try:
        from core.tasks import TASKS

        task = TASKS[asked.task]
        with _slot(home, task.heavy, teller):
            teller.tell(state=State.RUNNING, started=time.time())
            result = task.run(home=home, report=teller, **asked.arguments)
        teller.tell(state=State.DONE, share=1.0, result=result)
    except Cancelled:
        teller.tell(state=State.STOPPED)
    except MemoryError:
        logging.exception("out of memory")
        name = str(asked.arguments.get("name", ""))
        _failed(teller, TooLarge(name))
    except UserError as error:
        _failed(teller, error)
    except Exception:  # the edge: whatever it is, the person gets a reference
        logging.exception("job %s", job.id)
        teller.tell(state=State.FAILED, error="unexpected", facts={"reference": job.id})


def _failed(teller: Teller, error: UserError) -> None:
    teller.tell(state=State.FAILED, error=error.code, facts=error.facts)


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


if __name__ == "__main__":
    main(Path(sys.argv[1]))
