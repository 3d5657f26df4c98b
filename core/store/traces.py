"""What went wrong, for the log: where in the code, and never whose data it was.

The message of an error of a library often holds a cell of the table that was at work.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any

from core.errors import UserError

LONGEST_CHAIN = 5
_make = logging.LogRecord


def trace(error: BaseException) -> str:
    """Kinds of error, files, lines and code, without any message."""
    told: list[str] = []
    at: BaseException | None = error
    while at is not None and len(told) < LONGEST_CHAIN:
        lines = "".join(traceback.format_tb(at.__traceback__))
        told.append(f"Traceback (most recent call last):\n{lines}{_kind(at)}")
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return "\n\nWhile handling this:\n\n".join(reversed(told))


def keep_values_out() -> None:
    """From now on no log of this process holds the message of an error that was caught."""
    logging.setLogRecordFactory(_record)


def _record(*args: Any, **named: Any) -> logging.LogRecord:
    record = _make(*args, **named)
    if record.exc_info and record.exc_info[1] is not None:
        record.exc_text = trace(record.exc_info[1])  # formatters take it as it stands
    return record


def _kind(error: BaseException) -> str:
    of = type(error)
    name = of.__qualname__ if of.__module__ == "builtins" else f"{of.__module__}.{of.__qualname__}"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{name}: number {error.errno}"
    return f"{name}: {error.code}" if isinstance(error, UserError) else name
