"""Work that takes long, in processes beside the app: one folder a job, the disk is the truth.

A job's id is its wish's id: a second click, tab or person joins the running job. Only the worker
writes ``status.json``; what a killed worker could not write is read off its process.
"""

from __future__ import annotations

import hashlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from core import forkserver, wire
from core.errors import (
    MemoryRanOut,
    NotThere,
    ReaderBroke,
    TooLarge,
    UserError,
    WorkGoesOn,
    WorkKilled,
)
from core.status import State, Status
from core.store import allowed, errands, faults, process, rest, retention, vault, who
from core.store.folder import discard, room_on_disk, write
from core.store.locked import locked
from core.store.process import Death
from core.store.rest import State as AtRest
from core.store.roles import Right

ENDED_WITHIN = 5.0  # seconds until a process that was ended is gone
GRACE = 0.5  # seconds a worker has to stop by itself before it is ended
JOBS_KEPT = 200
BEGUN_AGAIN = frozenset(("check", "explore", "price", "record"))  # what a page asks for itself
TRAINING, ANSWERS = "training", "answers"
# work that takes its turn, and among which; what is in none begins at once
LANES = dict.fromkeys(("train", "find", "examine", "calibrate", "shrink", "gather"), TRAINING)
LANES |= dict.fromkeys(
    ("price", "explain", "segment", "find_segments", "find_unusual", "quality", "build", "prove"),
    ANSWERS,
)
LANES |= dict.fromkeys(("compare", "compare_file"), ANSWERS)
TOLD_A_SECRET = "told_a_secret"  # noqa: S105 - says that there is one
IS_TOLD = "WHYBUY_TOLD"  # in a worker's environment: something comes through standard input


class Wish(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a job is to do: a task of ``core.tasks`` and its arguments, plain JSON values.

    ``whose`` it is tells apart what two people wish for that is about no project yet.
    """

    task: str
    arguments: dict[str, Any]
    whose: str = ""

    @property
    def id(self) -> str:
        canonical = msgspec.json.encode(self, order="deterministic")
        return hashlib.sha256(canonical).hexdigest()[:16]


@dataclass(frozen=True)
class Job:
    """One job and its folder."""

    id: str
    folder: Path


class Told(msgspec.Struct, frozen=True):
    """What a worker is told through its standard input and nobody writes down."""

    secret: str = ""
    key: str = ""
    arguments: dict[str, Any] = {}


def start(home: Path, task: str, secret: str = "", **arguments: Any) -> Job:
    """The job of that wish: joined where it waits or runs, otherwise started anew.

    A ``secret``, and the key of the project's vault where that is under a passphrase and open
    here, are told to the worker through a pipe: they are in no file. Of an encrypted project, the
    arguments that may hold cells are told in the same way. Raises DiskFull, and as
    ``errands.need``.
    """
    errands.need(home, task, arguments, secret)
    whose = "" if "project" in arguments else errands.owner()
    wish = Wish(task, arguments | ({TOLD_A_SECRET: True} if secret else {}), whose)
    told = Told(secret, _spare_key(home, arguments), _unwritten(home, arguments))
    job = Job(wish.id, home / "jobs" / wish.id)
    with room_on_disk(task), _alone(home):  # two tabs may ask at the same moment
        if job.folder.is_dir():
            if not status(job).state.ended:
                return job
            discard(job.folder)
        left = {name: each for name, each in wish.arguments.items() if name not in told.arguments}
        write(job.folder / "wish.json", msgspec.json.encode(Wish(task, left, whose)))
        _launch(job, told)
    return job


def job(home: Path, id_: str) -> Job:
    """The job of that id. Raises NotThere, also for one that is not the acting person's to know."""
    found = Job(id_, home / "jobs" / id_)
    if not id_.isalnum() or not (found.folder / "wish.json").is_file() or not _is_known(found):
        raise NotThere("job", id_)
    return found


def _is_known(of: Job) -> bool:
    asked = _asked(of)
    return errands.may_know(of.folder.parent.parent, asked.arguments, asked.whose)


def wish(of: Job) -> Wish:
    """What a job is to do, as far as it is written."""
    return wire.read((of.folder / "wish.json").read_bytes(), Wish)


def status(of: Job) -> Status:
    """How a job stands now."""
    said = _said(of)
    if said.state.ended or process.is_alive(of.folder):
        return said
    said = _said(of)  # it may have ended between the two looks
    if said.state.ended:
        return said
    if (of.folder / "stop").exists():
        return msgspec.structs.replace(said, state=State.STOPPED)
    error = _ended_by(of)
    return msgspec.structs.replace(said, state=State.FAILED, error=error.code, facts=error.facts)


def _ended_by(of: Job) -> UserError:
    """What is to be said of a job whose process could not say it."""
    asked = _asked(of)
    file = str(asked.arguments.get("name", ""))
    match process.death(of.folder):
        case Death.MEMORY:
            return TooLarge(file) if file else MemoryRanOut(asked.task)
        case Death.CRASH if file:
            return ReaderBroke(file)
    return WorkKilled(asked.task, of.id)


def stop(of: Job) -> None:
    """Asks a job to stop, and ends it where it does not within half a second.

    Raises NotAllowed for whoever could not have begun it.
    """
    asked = _asked(of)
    errands.need_to_stop(of.folder.parent.parent, asked.task, asked.arguments, asked.whose)
    with suppress(FileNotFoundError):  # it was started anew or tidied away: nothing to stop
        (of.folder / "stop").touch()
    end = time.monotonic() + GRACE
    while time.monotonic() < end:
        if status(of).state.ended:
            return
        time.sleep(0.02)
    number = process.number_of(of.folder)
    if number is not None and process.is_alive(of.folder):
        with suppress(ProcessLookupError):  # it has just ended by itself
            os.killpg(number, signal.SIGKILL)


def log(of: Job) -> str:
    """The end of what a job's process printed: for us, not for the screen."""
    return process.log(of.folder)


def facts(of: Job) -> dict[str, Any]:
    """What the error of a failed job is about; it lies sealed with an encrypted project.

    Raises what ``faults.kept`` raises.
    """
    project = _asked(of).arguments.get("project")
    place = of.folder.parent.parent / "projects" / str(project)
    return status(of).facts or (faults.kept(place, of.id) if project else {})


def active(home: Path) -> tuple[Job, ...]:
    """Jobs that wait or run."""
    return tuple(each for each in _all(home) if not status(each).state.ended)


def ended(home: Path, task: str) -> tuple[Job, ...]:
    """Jobs of a task that have ended and were not tidied away."""
    found = [each for each in _all(home) if _asked(each).task == task]
    return tuple(each for each in found if status(each).state.ended)


def _all(home: Path) -> tuple[Job, ...]:
    wishes = sorted((home / "jobs").glob("[0-9a-f]*/wish.json"))
    return tuple(Job(each.parent.name, each.parent) for each in wishes)


def find(home: Path, task: str, **arguments: Any) -> Job | None:
    """A waiting or running job of that task whose wish has these arguments, whoever started it,
    as far as the acting person may know of it."""
    for each in active(home):
        asked = wish(each)
        fits = asked.task == task and arguments.items() <= asked.arguments.items()
        if fits and _is_known(each):
            return each
    return None


def make_way(home: Path, project: str) -> None:
    """Ends jobs about the project that are begun again by themselves, so that it can change whole.

    What its ended jobs left behind goes: wishes name levels and cells. Raises WorkGoesOn while
    another job waits or runs, and NotAllowed.
    """
    allowed.need(home / "projects" / project, Right.WORK)
    found = _about(home, project)
    at_work = [each for each in found if not status(each).state.ended]
    for each in at_work:
        if wish(each).task not in BEGUN_AGAIN:
            raise WorkGoesOn(wish(each).task)
    for each in at_work:
        stop(each)
    for each in found:
        discard(each.folder)
    faults.forget(home / "projects" / project)


def end_all(home: Path, project: str) -> None:
    """Ends every job about a project that is to go, whatever it does, with what it left behind."""
    found = _about(home, project)
    for each in found:
        if not status(each).state.ended:
            stop(each)
    end = time.monotonic() + ENDED_WITHIN
    while time.monotonic() < end and any(process.is_alive(each.folder) for each in found):
        time.sleep(0.02)
    for each in found:
        discard(each.folder)


def remove_project(home: Path, project: str) -> None:
    """Deletes a project, whose work is ended first. Raises NotThere and NotAllowed."""
    allowed.need(home / "projects" / project, Right.ADMIN)
    from core.store import removal  # brings pandas, which the first page does without

    end_all(home, project)
    removal.remove_project(home, project)


def let_go_of_customers(home: Path, now: float) -> None:
    """Removes the customers' data of projects that were to keep them until ``now`` (seconds since
    1970), whose work is ended first. What cannot be written now has its turn the next time."""
    for project in retention.due(home, now):
        end_all(home, project)
        try:
            retention.remove(home, project, now)
        except UserError as fault:
            logging.warning("the data of %s stay for now: %s", project, fault.code)


def _about(home: Path, project: str) -> list[Job]:
    """Jobs about a project, those that made it among them."""
    return [
        each
        for each in _all(home)
        if project in (wish(each).arguments.get("project"), status(each).result.get("project"))
    ]


def tidy(home: Path, now: float) -> None:
    """Removes the oldest ended jobs beyond a few hundred, and customers whose time is over."""
    let_go_of_customers(home, now)
    with _alone(home):
        folders = sorted(
            (home / "jobs").glob("[0-9a-f]*/wish.json"), key=lambda w: w.stat().st_mtime
        )
        for record in folders[:-JOBS_KEPT]:
            if status(Job(record.parent.name, record.parent)).state.ended:
                discard(record.parent)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One process at a time starts jobs or tidies them away."""
    (home / "jobs").mkdir(parents=True, exist_ok=True)
    with locked(home / "jobs" / "start.lock"):
        yield


def _spare_key(home: Path, arguments: dict[str, Any]) -> str:
    """The key of the project that a job is about, where its worker could not open the vault."""
    project = arguments.get("project")
    return vault.spare_key(home / "projects" / project) if isinstance(project, str) else ""


def _unwritten(home: Path, arguments: dict[str, Any]) -> dict[str, Any]:
    """Wishes for models, remedies and segments name levels and cells of their table."""
    project = arguments.get("project")
    if not isinstance(project, str) or rest.state(home / "projects" / project) is AtRest.CLEAR:
        return {}
    return {name: each for name, each in arguments.items() if isinstance(each, (dict, list))}


def _launch(of: Job, told: Told) -> None:
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    environment |= who.environment()  # it acts for whoever starts it
    words = b"" if told == Told() else msgspec.json.encode(told)
    if words:
        environment[IS_TOLD] = "1"
    theirs, ours = os.pipe()
    with suppress(BrokenPipeError), os.fdopen(ours, "wb") as pipe:  # it may have ended already
        with os.fdopen(theirs, "rb") as read, (of.folder / process.LOG).open("wb") as out:
            number = forkserver.fork(of.folder, environment, (read.fileno(), out.fileno()))
            number = number or _begun(of, environment, read, out)
        pipe.write(words)
    process.note(of.folder, number)


def _begun(of: Job, environment: dict[str, str], read: BinaryIO, out: BinaryIO) -> int:
    """The number of a process that brings everything itself."""
    begun = subprocess.Popen(
        [sys.executable, "-m", "core.worker", str(of.folder)],
        stdin=read,
        stdout=out,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        env=environment,
        cwd=forkserver.ROOT,
    )
    # whoever starts a process has to take note of its end
    threading.Thread(target=begun.wait, daemon=True, name=f"job-{of.id}").start()
    return begun.pid


def _said(of: Job) -> Status:
    try:
        return wire.read((of.folder / "status.json").read_bytes(), Status)
    except FileNotFoundError:
        return Status(State.WAITING)


def _asked(of: Job) -> Wish:
    try:
        return wish(of)
    except (FileNotFoundError, msgspec.DecodeError):
        return Wish("", {})
