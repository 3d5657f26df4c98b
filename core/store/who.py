"""Who acts: the person who signed in where people do, else whom this machine says is at it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import msgspec

from core import wire
from core.store.log import person

TOLD = "WHYBUY_WHO"  # in a worker's environment: on whose behalf it works


class Who(msgspec.Struct, frozen=True):
    """A person: by the name that a sign-in vouches for, or by one that nobody has checked."""

    name: str
    signed_in: bool = False


_acting: ContextVar[Who | None] = ContextVar("acting", default=None)


def acting() -> Who:
    """Who acts now: told for this run, else to this process, else the account of this machine."""
    if (told := _acting.get()) is not None:
        return told
    if text := os.environ.get(TOLD):
        return wire.read(text, Who)
    return Who(person())


@contextmanager
def acting_as(who: Who) -> Iterator[None]:
    """What is done within is done by that person."""
    before = _acting.set(who)
    try:
        yield
    finally:
        _acting.reset(before)


def environment() -> dict[str, str]:
    """What a process that works on this person's behalf is told of it."""
    return {TOLD: msgspec.json.encode(acting()).decode()}
