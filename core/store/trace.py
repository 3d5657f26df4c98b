"""What a log tells of an error: where it arose and of which kind, never what it says.

An error's own words often repeat a cell ("could not convert string to float: ..."), and logs are
kept, copied and sent about. A person's reference leads to the lines of code instead.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from core.errors import UserError

BEGINS = "Traceback (most recent call last, without what the error said):"
_Info = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]
_usual = logging.getLogRecordFactory()


def silent_on_values() -> None:
    """From here on no log of this process, ours or a library's, repeats what an error says."""
    if logging.getLogRecordFactory() is not _record:
        logging.setLogRecordFactory(_record)


def log_what_ends_it() -> None:
    """An error that ends this process is logged in the same way, not printed as it is."""
    silent_on_values()
    sys.excepthook = lambda kind, error, trace: logging.critical(
        "ended by an error", exc_info=(kind, error, trace)
    )


def told(error: BaseException) -> str:
    """The lines of code that an error came through, and its kind; those of its causes first."""
    return "\n".join([BEGINS, *(line for each in _chain(error) for line in _lines(each))])


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in found:
        found.insert(0, at)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return found


def _lines(error: BaseException) -> Iterator[str]:
    for line in traceback.format_tb(error.__traceback__):
        yield line.rstrip("\n")
    yield _kind(error)


def _kind(error: BaseException) -> str:
    of = type(error)
    name = f"{of.__module__}.{of.__qualname__}"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{name}: number {error.errno}"
    return f"{name}: {error.code}" if isinstance(error, UserError) else name


def _record(*args: Any, **more: Any) -> logging.LogRecord:
    """A record whose trace is written already, so that no formatter writes another."""
    record = _usual(*args, **more)
    info: _Info | None = record.exc_info
    if info and info[1] is not None:
        record.exc_text, record.exc_info = told(info[1]), None
    return record
