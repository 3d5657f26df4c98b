"""One question about a stranger's bytes, answered by a process that does nothing else.

``python -m core.data.apart`` reads which question and its arguments from standard input and writes
the answer, or the person's mistake, to standard output, both as JSON. For what a page waits for;
what takes long is a job.
"""

from __future__ import annotations

import faulthandler
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from core import errors, wire
from core.data.connection import Connection
from core.data.databases import table_names
from core.data.machine import confine, first_to_go, time_at_most
from core.data.memory import memory_at_most, reading_limit
from core.data.preview import beginning
from core.data.source import Options
from core.errors import ReaderBroke, ReadingTooSlow, UserError

SECONDS = 60  # of the processor's time
WAIT = 120.0  # seconds until nobody waits any longer
ROOT = Path(__file__).resolve().parents[2]


class _Question(msgspec.Struct, frozen=True):
    """``name`` is the person's word for what is read."""

    key: str
    name: str
    arguments: dict[str, Any]


class _Answer(msgspec.Struct, frozen=True):
    """``error`` is the name of a class of ``core.errors`` with its ``facts``."""

    answer: Any = None
    error: str = ""
    facts: dict[str, Any] = {}


def tables(connection: Connection) -> tuple[str, ...]:
    """As ``databases.table_names``; the secret goes through a pipe and is in no file."""
    known = asdict(connection) | {"path": str(connection.path or "")}
    return tuple(_answered("tables", connection.shown, {"connection": known}))


def first_rows(start: Path, name: str, options: Options) -> pd.DataFrame:
    """As ``preview.beginning``."""
    told = {"start": str(start), "name": name, "options": asdict(options)}
    return pd.DataFrame(_answered("beginning", name, told), dtype="str")


def _answered(key: str, name: str, arguments: dict[str, Any]) -> Any:
    """The answer of a question about ``name``, worked out in a process of its own.

    Raises what the question raises, TooLarge, ReadingTooSlow, and ReaderBroke where the process
    breaks down.
    """
    asked = msgspec.json.encode(_Question(key, name, arguments))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "core.data.apart"],
            input=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd=ROOT,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            timeout=WAIT,
            check=False,
        )
        found = wire.read(done.stdout, _Answer)
    except subprocess.TimeoutExpired as late:
        raise ReadingTooSlow(name, int(WAIT)) from late
    except msgspec.DecodeError as broken:
        raise ReaderBroke(name) from broken
    if found.error:
        raise _mistake(found)
    return found.answer


def _mistake(found: _Answer) -> Exception:
    """The error that the other process met."""
    kind = getattr(errors, found.error, None)
    if not (isinstance(kind, type) and issubclass(kind, UserError)):
        return RuntimeError(found.error)
    return wire.converted(found.facts, kind)


def main() -> None:
    """Answers the one question on standard input."""
    faulthandler.enable()
    first_to_go()
    confine()
    with os.fdopen(os.dup(1), "wb") as out:  # libraries may print: that is no part of an answer
        os.dup2(2, 1)
        asked = wire.read(sys.stdin.buffer.read(), _Question)
        out.write(msgspec.json.encode(_answer(asked)))


def _answer(asked: _Question) -> _Answer:
    limits = (memory_at_most(reading_limit(), asked.name), _in_time(asked.name))
    try:
        with limits[0], limits[1]:
            return _Answer(QUESTIONS[asked.key](**asked.arguments))
    except UserError as error:
        return _Answer(error=type(error).__name__, facts=error.facts)
    except Exception as fault:  # noqa: BLE001 - the edge: its kind is told, and nothing it holds
        return _Answer(error=type(fault).__name__)


def _in_time(name: str) -> AbstractContextManager[None]:
    return time_at_most(SECONDS, partial(ReadingTooSlow, name, SECONDS))


def _tables(connection: dict[str, Any]) -> list[str]:
    path = Path(connection["path"]) if connection["path"] else None
    settings = tuple((name, value) for name, value in connection["settings"])
    return list(table_names(Connection(**connection | {"path": path, "settings": settings})))


def _beginning(start: str, name: str, options: dict[str, Any]) -> dict[str, list[str | None]]:
    rows = beginning(Path(start), name, Options(**options))
    return {
        str(column): [None if pd.isna(cell) else str(cell) for cell in cells]
        for column, cells in rows.items()
    }


QUESTIONS: dict[str, Callable[..., Any]] = {"tables": _tables, "beginning": _beginning}


if __name__ == "__main__":
    main()
