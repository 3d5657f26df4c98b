"""DuckDB with limits: what reads and measures tables larger than memory."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from core.data.dataset import SOURCE
from core.progress import Report

MEMORY = "1GB"
MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - a folder of memory, and ours in it has its own name
THREADS = 2
TOLD_EVERY = 0.2  # seconds
ROWS_AT_ONCE = 50_000
# how DuckDB's words begin where Arrow hands them on, and the errors they are of
HANDED_ON = {
    "Out of Memory Error": duckdb.OutOfMemoryException,
    "INTERRUPT Error": duckdb.InterruptException,
    "IO Error": duckdb.IOException,
    "Invalid Input Error": duckdb.InvalidInputException,
    "Conversion Error": duckdb.ConversionException,
}
IDLE_AT_MOST = 2
_open: dict[int, list[duckdb.DuckDBPyConnection]] = {}  # by the thread that works with them
_idle: list[duckdb.DuckDBPyConnection] = []  # engines that nobody works with
_not_ours: list[duckdb.DuckDBPyConnection] = []  # begun by the process that forked this one
# no extension may be fetched: customers' machines are often offline, and ours must not call out
LOCKED = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
CONFIG: dict[str, Any] = {
    "memory_limit": MEMORY,
    "threads": THREADS,
    "enable_external_file_cache": False,  # nothing of a table outlives whoever asked for it
    **LOCKED,
}
USUAL = "SET preserve_insertion_order = true; SET enable_progress_bar = false"


@contextmanager
def engine(beside: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of its own; what does not fit in memory spills into folder ``beside``.

    It spills in clear: beside an encrypted table it does so into a folder of memory, or not at all.
    To begin an engine takes longer than to read a row: where it spills nowhere, whoever asks next
    goes on with it. What is temporary ends with the connection; what is SET for a whole engine does
    not, so whoever does that names a folder.
    """
    whole = _whole(idle=beside is None)
    try:
        with whole.cursor() as connection:
            connection.execute(USUAL)
            if beside is not None:
                connection.execute(f"SET temp_directory = {literal(_spill(beside))}")
            with _interruptible(connection):
                yield connection
    except BaseException:
        whole.close()  # with whatever was left undone
        raise
    if beside is None and len(_idle) < IDLE_AT_MOST:
        _idle.append(whole)
    else:
        whole.close()


def _whole(idle: bool) -> duckdb.DuckDBPyConnection:
    """An engine to itself: one that is idle where that may be and there is one."""
    with suppress(IndexError):
        if idle:
            return _idle.pop()
    return duckdb.connect(config=CONFIG)


@contextmanager
def _interruptible(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Within, ``interrupt`` of this thread reaches the connection."""
    mine = _open.setdefault(threading.get_ident(), [])
    mine.append(connection)
    try:
        yield
    finally:
        mine.remove(connection)


def _begins_anew() -> None:
    """In a process that was forked no thread of an idle engine lives: not even its end works."""
    _not_ours.extend(_idle)
    _idle.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begins_anew)


def _spill(beside: Path) -> str:
    """Where to spill; empty where that must not be."""
    file = beside / SOURCE
    if not file.is_file():
        return str(beside / ".spill")
    with file.open("rb") as stream:
        if stream.read(4) == b"PAR1":
            return str(beside / ".spill")
    name = f"whybuy-private-{os.getpid()}-{uuid.uuid4().hex}"  # swept if this process is killed
    return str(MEMORY_FOLDER / name) if os.access(MEMORY_FOLDER, os.W_OK) else ""


def interrupt(thread: int) -> None:
    """Breaks off what the connections of a thread are at; there it raises InterruptException."""
    for connection in tuple(_open.get(thread, ())):
        connection.interrupt()


def identifier(name: str) -> str:
    """A column's name as SQL, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL, whatever it holds."""
    return "'" + text.replace("'", "''") + "'"


def batches(found: duckdb.DuckDBPyRelation) -> Iterator[pa.RecordBatch]:
    """The rows, so many at once. Raises DuckDB's errors, which Arrow hands on as its own."""
    reader = found.to_arrow_reader(ROWS_AT_ONCE)
    while True:
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            return
        except (pa.ArrowException, OSError) as error:
            kind = next((HANDED_ON[each] for each in HANDED_ON if each in str(error)), None)
            raise (kind or duckdb.DataError)(str(error)) from error
        yield batch


def watched(connection: duckdb.DuckDBPyConnection, sql: str, report: Report, stage: str) -> Any:
    """Runs a statement that takes long; gives its first row.

    Tells how far it is by DuckDB's own estimate; where ``report`` raises (a stop), the statement
    is interrupted within a moment and the exception goes on.
    """
    connection.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
    ended = threading.Event()
    rows: list[Any] = []
    faults: list[Exception] = []

    def run() -> None:
        try:
            rows.append(connection.execute(sql).fetchone())
        except (duckdb.Error, MemoryError) as fault:  # handed to whoever waits
            faults.append(fault)
        finally:
            ended.set()

    worker = threading.Thread(target=run, name="statement")
    worker.start()
    try:
        while not ended.wait(TOLD_EVERY):
            report(max(0.0, connection.query_progress()) / 100, stage)
    except BaseException:
        connection.interrupt()
        raise
    finally:
        worker.join()
    if faults:
        raise faults[0]
    return rows[0]
