"""For how many days a project keeps its customers' data, and what is removed then.

Times are in UTC: a day has 24 hours whatever the clocks on the wall do. What is removed: tables,
the vault, reasons, scenarios and cohorts, and the models, each of which holds rows of customers to
explain itself with. What stays: the project's name, how well each model did, and the logs.
"""

from __future__ import annotations

import logging
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from core.errors import UserError
from core.store import allowed, forgetting, projects, together, trail, untold
from core.store.folder import readable, unlink, write
from core.store.glance import in_place
from core.store.log import FOLDER
from core.store.projects import RECORD, Project
from core.store.roles import Right
from core.store.trail import What
from core.store.untold import telling
from core.store.who import Who, acting_as

FILE = "retention.json"
STAYS = frozenset((RECORD, FOLDER, trail.FILE, untold.FOLDER, allowed.FILE))
DAYS_AT_MOST = 36_500
AT_LEAST = timedelta(days=1)  # from saying so to the first removal: time to take it back


class Figure(msgspec.Struct, frozen=True):
    """A score with its 95 % interval, None where it is not known."""

    metric: str
    value: float | None
    low: float | None
    high: float | None


class Measured(msgspec.Struct, frozen=True):
    """How well a model did on customers it never saw; ``trained_at`` in UTC, ISO 8601."""

    model: str
    family: str
    target: str
    trained_at: str
    held_out_rows: int
    scores: tuple[Figure, ...]

    @property
    def headline(self) -> Figure:
        """The score that comes first."""
        return self.scores[0]


class Kept(msgspec.Struct, frozen=True):
    """For how many ``days`` from the day it was brought, as ``who`` said ``at`` a time.

    ``begun`` and ``removed`` are when the removal began and ended; all times in UTC, ISO 8601.
    """

    days: int
    who: str
    at: str
    begun: str = ""
    removed: str = ""
    measured: tuple[Measured, ...] = ()


def keep(project: Path, days: int, told: tuple[str, str]) -> Kept:
    """From now on the customers' data are kept for so many days; ``told`` is who says so and when
    (UTC, ISO 8601). Where they are gone already, nothing changes. Raises DiskFull.
    """
    allowed.need(project, Right.ADMIN)
    known = kept(project)
    if known is not None and known.begun:
        return known
    made = Kept(max(1, min(days, DAYS_AT_MOST)), *told)
    with telling(project, What.KEEP, project.name, kind="days", days=made.days):
        write(_file(project), msgspec.json.encode(made))
    return made


def keep_on(project: Path) -> None:
    """The data are kept until somebody removes them. Raises DiskFull."""
    allowed.need(project, Right.ADMIN)
    found = kept(project)
    if found is not None and not found.begun:
        with telling(project, What.KEEP, project.name, kind="forever"):
            unlink(_file(project))


def kept(project: Path) -> Kept | None:
    """What was said of a project; None where nothing was, and the data are kept."""
    return readable(_file(project), Kept)


def ends(project: Project, known: Kept) -> datetime:
    """When its data go: so many days after it was brought, and not in the first day after that was
    said. Where it is not known when that was, it is counted from when it was said.
    """
    said = _time(known.at) or datetime.now(UTC)
    brought = _time(project.created) or said
    return max(brought + timedelta(days=known.days), said + AT_LEAST)


def moment(project: Project, known: Kept) -> tuple[str, str]:
    """The date and the time, in UTC, after which a project's data go."""
    at = ends(project, known)
    return f"{at:%Y-%m-%d}", f"{at:%H:%M}"


def due(home: Path, now: float) -> tuple[str, ...]:
    """Projects whose time is over, or whose removal was broken off, by their ids.

    ``now`` in seconds since 1970: a clock that was put back only makes it later.
    """
    at, found = datetime.fromtimestamp(now, UTC), []
    for file in in_place(home / "projects", f"{FOLDER}/{FILE}"):
        known, id_ = kept(file.parents[1]), file.parents[1].name
        if known is None or known.removed:
            continue
        try:
            if known.begun or ends(projects.load(home, id_), known) <= at:
                found.append(id_)
        except UserError as fault:
            logging.warning("%s is not looked at: %s", id_, fault.code)
    return tuple(found)


def remove(home: Path, project: str, now: float) -> Kept:
    """Removes the customers' data of a project whose time is over; its work must have ended.

    Needs no key. Killed at any moment, it is ended by the next call. Raises NotThere, DiskFull.
    """
    from core.store import removal  # brings pandas, which the first page does without

    folder, when = projects.folder(home, project), _text(now)
    with acting_as(Who("")), together.alone(folder):  # nobody asks for it at this moment
        known = kept(folder) or Kept(0, "", when)
        if not known.begun:
            known = msgspec.structs.replace(known, begun=when, measured=_measured(folder))
            write(_file(folder), msgspec.json.encode(known))
        before = projects.load(home, project)
        projects.save(home, replace(before, table="", target="", outcome=""))
        removal.forget_traces(home, project)
        for each in [each for each in folder.iterdir() if each.name not in STAYS]:
            _gone(each)
        done = msgspec.structs.replace(known, removed=when)
        with telling(folder, What.DELETE, project, kind="removed", days=known.days):
            write(_file(folder), msgspec.json.encode(done))
    forgetting.note(home)
    return done


def _measured(project: Path) -> tuple[Measured, ...]:
    """How well the models did, as far as that can be read without a passphrase."""
    from core.store import models
    from core.store.judgement import finite

    try:
        entries, _ = models.board(project)
    except UserError as fault:
        logging.warning("%s cannot be read before its data go: %s", project.name, fault.code)
        return ()
    return tuple(
        Measured(
            model=each.id,
            family=each.spec.family,
            target=each.spec.target.name,
            trained_at=each.trained_at,
            held_out_rows=each.held_out_rows,
            scores=tuple(
                Figure(s.metric, finite(s.value), finite(s.low), finite(s.high))
                for s in each.scores
            ),
        )
        for each in entries
        if each.scores
    )


def _gone(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        unlink(path)


def _time(text: str) -> datetime | None:
    """A time in UTC; None where the text is none. What names no zone is in UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _text(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")


def _file(project: Path) -> Path:
    return project / FOLDER / FILE
