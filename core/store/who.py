"""Who acts: the person who signed in where people do, else whom this machine says is at it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import msgspec

from core import wire

TOLD = "WHYBUY_WHO"  # in a worker's environment: on whose behalf it works


class Who(msgspec.Struct, frozen=True):
    """A person: by the name that a sign-in vouches for, or by one that nobody has checked."""

    name: str
    signed_in: bool = False


NOBODY = Who("", signed_in=True)  # somebody who has yet to sign in, where people do
Asked = Callable[[], Who | None]  # whose run this is; None where it cannot tell
_acting: ContextVar[Who | None] = ContextVar("acting", default=None)
_askers: dict[str, Asked] = {}


def acting() -> Who:
    """Who acts now: told for this run, else as the screen knows it, else to this process, else the
    account of this machine."""
    if (told := _acting.get()) is not None:
        return told
    for ask in _askers.values():
        if (found := ask()) is not None:
            return found
    if text := os.environ.get(TOLD):
        return wire.read(text, Who)
    return machine()


def machine() -> Who:
    """The account of this machine: whoever has it has the files too."""
    from core.store.log import person  # which writes through folders that ask who may

    return Who(person())


def asked_of(screen: str, ask: Asked) -> None:
    """From here on ``ask`` tells whose run it is where nobody was told; once a ``screen``."""
    _askers[screen] = ask


def works_for_another() -> bool:
    """True in a process that was started to do work that was allowed before it began."""
    return _acting.get() is None and TOLD in os.environ


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
