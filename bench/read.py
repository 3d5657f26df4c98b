"""Reading a CSV file: against DuckDB's own reader, and ten million rows in little memory.

Run as ``python -m bench.read``. Ours makes text of every cell, refuses what is not tidy and hashes
the content; DuckDB's own guesses types and writes them. Both end in a Parquet file. Processor time
is compared, in turns, because it hardly depends on what else the machine does.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from bench.figure import figure, told
from bench.tables import customers, written
from core.data.load import load
from core.data.source import FOUND_OUT, sources
from core.progress import Cancelled, silent

ROWS, ROUNDS = 1_000_000, 5
RATIO = 1.3
MANY, MEMORY_GOAL, STOP_GOAL = 10, 3000, 1.0  # times ROWS; MB; seconds
STOP_AFTER = 3.0
MEGA = 1_000_000


def duckdb_reads(file: Path, into: Path) -> None:
    """DuckDB's own way from CSV to Parquet, with as many threads as ours may use."""
    with duckdb.connect(config={"threads": os.cpu_count() or 1}) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"COPY (FROM read_csv('{file}')) TO '{into}' (FORMAT parquet)")


def we_read(file: Path, into: Path) -> None:
    """Ours, to the Parquet file with the id of its content."""
    sources()["delimited"].read(file, file.name, into, FOUND_OUT, silent)


def ratio(file: Path, folder: Path) -> tuple[float, dict[str, object]]:
    """Processor time of ours over DuckDB's, the median of pairs of runs; the seconds of both."""
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        for times, reads in ((theirs, duckdb_reads), (ours, we_read)):
            cpu, clock = time.process_time(), time.perf_counter()
            reads(file, folder / "out.parquet")
            times.append((time.process_time() - cpu, time.perf_counter() - clock))
    by_cpu, by_clock = (
        median(a[which] / b[which] for a, b in zip(ours, theirs, strict=True)) for which in (0, 1)
    )
    return by_cpu, {
        "rounds": ROUNDS,
        "cpu_seconds": round(median(cpu for cpu, _ in ours), 2),
        "duckdb_cpu_seconds": round(median(cpu for cpu, _ in theirs), 2),
        "clock_ratio": round(by_clock, 2),
    }


def repeated(file: Path, times: int, into: Path) -> Path:
    """The rows of a file again and again below one header."""
    header, body = file.read_bytes().split(b"\n", 1)
    with into.open("wb") as target:
        target.write(header + b"\n")
        for _ in range(times):
            target.write(body)
    return into


def _peak() -> float:
    """The most resident memory this process ever held, in MB."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0]) * 1024 / MEGA


def _opened(file: Path, into: Path, tell: Connection) -> None:
    """A process of its own: opens the table; tells rows, seconds, MB, and how often it told."""
    told: list[float] = []
    started, before = time.perf_counter(), time.process_time()
    found = load(file, file.name, into, "", lambda share, stage: told.append(time.perf_counter()))
    seconds, cpu = time.perf_counter() - started, time.process_time() - before
    gaps = [b - a for a, b in zip([started, *told], told, strict=False)]
    tell.send((found.rows, seconds, cpu, _peak(), len(told), max(gaps)))


def _stopped(file: Path, into: Path, tell: Connection) -> None:
    """A process of its own: seconds from the wish to stop to the end of the work."""
    wished: list[float] = []

    def report(share: float, stage: str) -> None:
        if wished:
            raise Cancelled

    threading.Timer(STOP_AFTER, lambda: wished.append(time.perf_counter())).start()
    try:
        load(file, file.name, into, "", report)
    except Cancelled:
        tell.send(time.perf_counter() - wished[0])
        return
    tell.send(float("inf"))


def apart(work: Callable[[Path, Path, Connection], None], file: Path, into: Path) -> Any:
    """What ``work`` tells from a fresh process."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(file, into, theirs))
    process.start()
    found = ours.recv()
    process.join()
    return found


def figures() -> Iterator[dict[str, object]]:
    """The ratio, then ten million rows: memory, seconds and a stop."""
    with TemporaryDirectory(prefix="whybuy-bench-") as aside:
        folder = Path(aside)
        file = written(customers(ROWS), folder / "mixed.csv")
        found, facts = ratio(file, folder)
        yield figure("read.ratio", "ratio", found, RATIO, **facts)
        many = repeated(file, MANY, folder / "many.csv")
        rows, seconds, cpu, peak, told, longest = apart(_opened, many, folder / "into")
        facts = {"rows": rows, "seconds": round(seconds), "cpu_seconds": round(cpu, 1)}
        facts |= {"bytes": many.stat().st_size, "told": told, "longest_silence": round(longest, 1)}
        yield figure("read.many.memory", "value", peak, MEMORY_GOAL, **facts)
        yield figure("read.many.stop", "value", apart(_stopped, many, folder / "stop"), STOP_GOAL)


if __name__ == "__main__":
    raise SystemExit(told(figures()))
