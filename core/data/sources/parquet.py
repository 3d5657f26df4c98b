"""Parquet: typed columns turned back to text."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.as_text import described, notes, selected, text_columns
from core.data.dataset import Provenance
from core.data.engine import batches, engine, literal
from core.data.names import column_names, renamed
from core.data.rows import write_batches
from core.data.source import COLUMNS_AT_MOST, Options, Source
from core.errors import (
    FileDamaged,
    HeaderOnly,
    OneColumn,
    PasswordProtected,
    TooLarge,
    TooManyColumns,
)
from core.progress import Report

MAGIC = (b"PAR1", b"PARE")  # the second with an encrypted footer
BYTES_AT_MOST = 8 << 30
ROWS_AT_MOST = 100_000_000
CELLS_AT_MOST = 300_000_000
STAGE = "data.stage.reading"


def read(path: Path, name: str, into: Path, options: Options, report: Report) -> Provenance:
    """Reads a Parquet file.

    Whole numbers become "7", numbers as short as they can be said exactly, dates and times ISO
    text, yes/no "true" and "false"; records become columns with dotted names, lists JSON text.
    Raises TooManyColumns, OneColumn, HeaderOnly, TooLarge, PasswordProtected, FileDamaged.
    """
    report(0.0, STAGE)
    outer, rows = _checked(path, name)
    aliases = [f"c{place}" for place in range(len(outer))]
    source = f"read_parquet({literal(str(path))}) AS t({', '.join(aliases)})"
    try:
        with engine(into.parent) as connection:
            # a file's least and greatest leave NaN out; what follows from them may be wrong
            connection.execute("SET disabled_optimizers = 'statistics_propagation'")
            _, types = described(connection, source)
            columns = text_columns(outer, types, aliases)
            header = [column.name for column in columns]
            titles = column_names(header)
            refuse_width(titles, name)
            found = connection.sql(f"SELECT {selected(columns, titles)} FROM {source}")  # noqa: S608
            write_batches(titles, batches(found), into, report, rows)
    except (duckdb.OutOfMemoryException, duckdb.InterruptException):
        raise
    except duckdb.IOException as error:
        if "space" in str(error).lower():  # on the disk: said where the limits are
            raise
        raise FileDamaged(name, SOURCE.key) from error
    except duckdb.Error as error:  # a broken page is met as any of its kinds
        raise FileDamaged(name, SOURCE.key) from error
    told = (*notes(columns), *renamed(header, titles))
    return Provenance(file=name, size=path.stat().st_size, format=SOURCE.key, notes=told)


def refuse_width(names: tuple[str, ...], file: str) -> None:
    """Raises TooManyColumns or OneColumn."""
    if len(names) > COLUMNS_AT_MOST:
        raise TooManyColumns(file, len(names), COLUMNS_AT_MOST)
    if len(names) < 2:
        raise OneColumn(file, "".join(names))


def _checked(path: Path, name: str) -> tuple[list[str], int]:
    """The outermost names and the rows, when the footer says that the table can be read."""
    with path.open("rb") as file:
        if file.read(4) == MAGIC[1]:
            raise PasswordProtected(name)
    try:
        with pq.ParquetFile(path) as file:
            schema, meta = file.schema_arrow, file.metadata
            unpacked = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
            rows, columns = meta.num_rows, meta.num_columns
    except (pa.ArrowException, OSError) as error:
        if "encrypt" in str(error):
            raise PasswordProtected(name) from error
        raise FileDamaged(name, SOURCE.key) from error
    if columns > COLUMNS_AT_MOST:
        raise TooManyColumns(name, columns, COLUMNS_AT_MOST)
    if not rows:
        raise HeaderOnly(name, columns)
    # a run-length encoded column of a million rows takes a few bytes here and megabytes as text
    if unpacked > BYTES_AT_MOST or rows > ROWS_AT_MOST or rows * columns > CELLS_AT_MOST:
        raise TooLarge(name)
    return list(schema.names), rows


def _claims(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in MAGIC


SOURCE = Source(key="parquet", order=2, endings=(".parquet", ".pq"), read=read, claims=_claims)
