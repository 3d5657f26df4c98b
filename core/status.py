"""How a job beside the app stands, and how long it will take."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec


class State(StrEnum):
    """How a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        return self in (State.DONE, State.STOPPED, State.FAILED)


class Status(msgspec.Struct, frozen=True):
    """How far a job is.

    ``share`` is 0..1, ``stage`` a key of core/text, ``started`` and ``updated`` seconds since the
    epoch; ``halfway`` is when half of the share was done. ``error`` is the code of a UserError with
    its ``facts``, or "unexpected". Of a job that waits, ``place`` is 1 for the next in line and so
    on, and ``begins_in`` the seconds until then, as far as one can tell.
    """

    state: State
    share: float = 0.0
    stage: str = "jobs.stage.starting"
    started: float = 0.0
    updated: float = 0.0
    halfway: float = 0.0
    error: str = ""
    facts: dict[str, Any] = {}
    result: dict[str, Any] = {}
    place: int = 0
    begins_in: float | None = None

    @property
    def seconds_left(self) -> float | None:
        """By the pace so far; None while there is too little to go by."""
        spent = self.updated - self.started
        if self.share < 0.05 or spent < 1.0:
            return None
        return spent / self.share * (1 - self.share)

    @property
    def left_between(self) -> tuple[float, float] | None:
        """The same as a range: by the pace so far, and by that of the last half of what is done.

        They lie apart where the work has become slower or quicker; None as for ``seconds_left``.
        """
        if self.seconds_left is None:
            return None
        lately = 2 * (self.updated - max(self.halfway, self.started)) / self.share
        ends = sorted((self.seconds_left, lately * (1 - self.share)))
        return ends[0], ends[1]
