"""Where features are computed: DuckDB within this process, or Spark; the same Ibis on both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.dataset import dataset

from core.behaviour import spark
from core.data.engine import engine, literal, watched
from core.errors import BadEngine
from core.progress import Report, part

if TYPE_CHECKING:
    import ibis.expr.types as ir

DUCKDB = "duckdb"
STAGE = "behaviour.stage.features"
MEMORY = "3GB"
ROWS_AT_ONCE = 100_000
SMALL = 100_000_000  # bytes of a file
HALF = 0.5


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
    if url not in ("", DUCKDB) and not url.startswith(spark.ADDRESSES):
        raise BadEngine(url, (DUCKDB, "local[2]", "spark://host:7077"))
    begun = _duckdb(beside) if url in ("", DUCKDB) else _spark(url, beside)
    with spark.quiet(), begun as found:
        yield found


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
    """Spark, whose machines must all see the folders of the files that are read and written."""
    with spark.session(url, beside) as session:
        import ibis

        backend = ibis.pyspark.connect(session)

        def read(file: Path) -> ir.Table:
            if file.stat().st_size > SMALL:  # else to compile a query takes longer than to run it
                session.conf.set("spark.sql.codegen.wholeStage", "true")
            return backend.read_parquet(str(file))

        def write(table: ir.Table, file: Path, report: Report) -> None:
            sql = backend.compile(table)
            with TemporaryDirectory(dir=file.parent, prefix=".parts") as aside:
                parts = str(Path(aside) / "parts")
                work = partial(_in_parts, session, sql, parts)
                spark.watched(session, work, part(report, 0.0, 0.9), STAGE)
                _together(parts, table.schema().to_pyarrow(), file, part(report, 0.9, 1.0))

        yield Opened(read, write)


def _in_parts(session: Any, sql: str, parts: str) -> None:
    session.sql(sql).write.parquet(parts)


def _together(parts: str, schema: pa.Schema, file: Path, report: Report) -> None:
    """One file of Spark's many, its numbers of the types that DuckDB gives them."""
    with pq.ParquetWriter(file, schema) as writer:
        for batch in dataset(parts, format="parquet").to_batches(batch_size=ROWS_AT_ONCE):
            report(HALF, STAGE)
            writer.write_batch(batch.cast(schema))
