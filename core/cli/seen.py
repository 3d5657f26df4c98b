"""One setting that the doctor looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a setting stands. STOP: the app is not to be used before it is mended."""

    OK = "ok"
    CONCERN = "concern"
    STOP = "stop"


@dataclass(frozen=True)
class Seen:
    """What was looked at, what was found, and how that stands."""

    code: str
    value: str
    state: State


def seen(code: str, value: object, fine: bool, otherwise: State = State.CONCERN) -> Seen:
    """Fine, or ``otherwise``."""
    return Seen(code, str(value), State.OK if fine else otherwise)
