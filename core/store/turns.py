"""Whose turn it is: so much work at once and no more, the rest in the order it was asked for.

A lane is a folder of tickets, numbered as they were drawn. Whoever holds one keeps it locked; the
system lets go of a lock with its process, so that a killed one holds nobody up. The first few
whose tickets are locked work, the others wait.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from heapq import heapify, heapreplace
from pathlib import Path
from typing import BinaryIO

from core.store.locked import locked


@dataclass
class Ticket:
    """A place in a lane; ``lane`` is its folder."""

    lane: Path
    name: str
    _held: BinaryIO

    def place(self, at_once: int) -> int:
        """0 where it is this one's turn, 1 for the next in line, and so on."""
        with _alone(self.lane):
            before = [name for name in _drawn(self.lane) if name < self.name]
            return max(0, sum(_is_held(self.lane / name) for name in before) - at_once + 1)


@contextmanager
def ticket(lane: Path, of: str) -> Iterator[Ticket]:
    """A ticket of a lane for as long as the block takes; ``of`` is the id of a job."""
    with _alone(lane):
        last = max((int(name.split("-")[0]) for name in _drawn(lane)), default=0)
        name = f"{last + 1:012}-{of}"
        held = (lane / name).open("wb")
        fcntl.flock(held.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        yield Ticket(lane, name, held)
    finally:
        with suppress(FileNotFoundError):
            (lane / name).unlink()
        held.close()


def holders(lane: Path) -> tuple[str, ...]:
    """The ids of the jobs that work or wait in a lane, in their order."""
    if not lane.is_dir():
        return ()
    with _alone(lane):
        return tuple(n.split("-", 1)[1] for n in _drawn(lane) if _is_held(lane / n))


def begins_in(left: Sequence[float], ahead: int, each: float) -> float:
    """Seconds until it is the turn of one with so many ``ahead`` in line.

    ``left`` are the seconds that those who work have left, one a place; each of those ahead is
    taken to need ``each`` seconds, at the place that is free first.
    """
    ends = list(left)
    heapify(ends)
    for _ in range(ahead):
        heapreplace(ends, ends[0] + each)
    return ends[0]


def _drawn(lane: Path) -> list[str]:
    return sorted(file.name for file in lane.iterdir() if file.name[:1].isdigit())


def _is_held(file: Path) -> bool:
    """Whether somebody alive holds a ticket; one that nobody holds goes."""
    try:
        with file.open("rb") as asked:
            fcntl.flock(asked.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:  # given back just now
        return False
    file.unlink(missing_ok=True)
    return False


@contextmanager
def _alone(lane: Path) -> Iterator[None]:
    lane.mkdir(parents=True, exist_ok=True)
    with locked(lane / "lock"):
        yield
