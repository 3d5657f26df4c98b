"""Where features are computed: DuckDB within this process, or Spark; the same Ibis on both."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from core.data.engine import engine, literal, watched
from core.errors import BadEngine, SparkMissing, SparkUnreachable
from core.progress import Report

if TYPE_CHECKING:
    import ibis.expr.types as ir

DUCKDB = "duckdb"
SPARK = ("local", "spark://", "sc://", "yarn", "k8s://")
STAGE = "behaviour.stage.features"
MEMORY = "3GB"
ROWS_AT_ONCE = 100_000


@dataclass(frozen=True)
class Opened:
    """An engine at work: ``read(file)`` is a table of a Parquet file, ``write(table, file,
    report)`` computes one into a Parquet file, in any order of rows."""

    read: Callable[[Path], ir.Table]
    write: Callable[[ir.Table, Path, Report], None]


@contextmanager
def opened(url: str, beside: Path) -> Iterator[Opened]:
    """The engine of that name: ``duckdb``, or the address of a Spark master or server.

    What does not fit in memory spills into the folder ``beside``. Raises BadEngine, SparkMissing
    and SparkUnreachable.
    """
    if url in ("", DUCKDB):
        with _duckdb(beside) as found:
            yield found
    elif url.startswith(SPARK):
        with _spark(url, beside) as found:
            yield found
    else:
        raise BadEngine(url, (DUCKDB, "local[2]", "spark://host:7077"))


@contextmanager
def _duckdb(beside: Path) -> Iterator[Opened]:
    import ibis

    with engine(beside) as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'; SET preserve_insertion_order = false")
        backend = ibis.duckdb.from_connection(connection)

        def write(table: ir.Table, file: Path, report: Report) -> None:
            sql = backend.compile(table)
            watched(
                connection, f"COPY ({sql}) TO {literal(str(file))} (FORMAT parquet)", report, STAGE
            )

        yield Opened(backend.read_parquet, write)


@contextmanager
def _spark(url: str, beside: Path) -> Iterator[Opened]:
    import ibis

    session = _session(url, beside)
    try:
        backend = ibis.pyspark.connect(session)

        def write(table: ir.Table, file: Path, report: Report) -> None:
            report(0.0, STAGE)
            batches = backend.to_pyarrow_batches(table, chunk_size=ROWS_AT_ONCE)
            with pq.ParquetWriter(file, batches.schema) as writer:
                for batch in batches:
                    report(0.5, STAGE)
                    writer.write_batch(batch)

        yield Opened(lambda file: backend.read_parquet(str(file)), write)
    finally:
        with suppress(Exception):  # it may have gone by itself; the work is done or has failed
            session.stop()


def _session(url: str, beside: Path) -> Any:
    """A Spark session: on this machine it listens to nobody else; what it spills is encrypted."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as fault:
        raise SparkMissing(url) from fault
    logging.getLogger("py4j").setLevel(logging.ERROR)
    build = SparkSession.builder.remote(url) if url.startswith("sc://") else None
    if build is None:
        build = SparkSession.builder.master(url)
        for name, value in _settings(url, beside).items():
            build = build.config(name, value)
    try:
        session = build.config("spark.sql.session.timeZone", "UTC").getOrCreate()
        session.range(1).count()
    except Exception as fault:  # of Java, of the network, of the cluster: Spark has no one error
        raise SparkUnreachable(url, type(fault).__name__) from fault
    return session


def _settings(url: str, beside: Path) -> dict[str, str]:
    found = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.io.encryption.enabled": "true",
        "spark.authenticate": "true",
        "spark.local.dir": str(beside / ".spark"),
        "spark.sql.warehouse.dir": str(beside / ".spark"),
        "spark.sql.ansi.enabled": "false",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }
    if url.startswith("local"):
        found |= {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
        }
    return found
