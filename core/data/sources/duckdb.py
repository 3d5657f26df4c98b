"""DuckDB files: one table of the database, opened for reading and shut off from all else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from core.data.as_text import described, notes, selected, text_columns
from core.data.dataset import Note, Provenance
from core.data.engine import LOCKED, MEMORY, THREADS, batches, identifier
from core.data.names import column_names, renamed
from core.data.rows import write_batches
from core.data.source import Options, Source, table_chosen
from core.data.sources.parquet import refuse_width
from core.errors import FileDamaged, HeaderOnly, PasswordProtected
from core.progress import Report

MAGIC, MAGIC_AT = b"DUCK", 8
ALONE: dict[str, Any] = {"enable_external_access": False, "lock_configuration": True}


def read(path: Path, name: str, into: Path, options: Options, report: Report) -> Provenance:
    """Reads the longest table, or the table or view ``options.sheet``.

    Raises FileEmpty (no table), UnknownSheet, HeaderOnly, OneColumn, TooManyColumns,
    PasswordProtected, FileDamaged.
    """
    report(0.0, "data.stage.reading")
    with shut_off(path, name) as connection:
        known = tables_of(connection)
        table = table_chosen(tuple(known), options.sheet, name)
        where, rows = known[table]
        done = copied(connection, (where, rows), name, into, report)
    return Provenance(
        file=name,
        size=path.stat().st_size,
        format=SOURCE.key,
        sheet=table,
        sheets=tuple(known),
        notes=done,
    )


def copied(
    connection: duckdb.DuckDBPyConnection,
    source: tuple[str, int],
    name: str,
    into: Path,
    report: Report,
) -> tuple[Note, ...]:
    """Writes what stands after FROM, and has about so many rows, as text.

    Raises HeaderOnly, OneColumn, TooManyColumns.
    """
    where, rows = source
    outer, types = described(connection, where)
    aliases = [f"c{place}" for place in range(len(outer))]
    columns = text_columns(outer, types, aliases)
    header = [column.name for column in columns]
    names = column_names(header)
    refuse_width(names, name)
    found = connection.sql(
        f"SELECT {selected(columns, names)} FROM {where} AS t({', '.join(aliases)})"  # noqa: S608
    )
    if not write_batches(names, batches(found), into, report, rows):
        raise HeaderOnly(name, len(names))
    return (*notes(columns), *renamed(header, names))


@contextmanager
def shut_off(path: Path, name: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Views of a stranger's file may want to read files of this machine: none is read."""
    config: dict[str, Any] = {"memory_limit": MEMORY, "threads": THREADS, **LOCKED, **ALONE}
    try:
        with duckdb.connect(str(path), read_only=True, config=config) as connection:
            yield connection
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        if "encrypt" in str(error).lower():
            raise PasswordProtected(name) from error
        raise FileDamaged(name, SOURCE.key) from error


def tables_of(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, int]]:
    """SQL for each table and how many rows it has, the longest first; then views."""
    found = connection.execute(
        "SELECT schema_name, table_name, estimated_size FROM duckdb_tables() WHERE NOT internal"
        " UNION ALL SELECT schema_name, view_name, -1 FROM duckdb_views() WHERE NOT internal"
        " ORDER BY 3 DESC, 1, 2"
    ).fetchall()
    return {
        (table if schema == "main" else f"{schema}.{table}"): (
            f"{identifier(schema)}.{identifier(table)}",
            rows,
        )
        for schema, table, rows in found
    }


def _claims(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(MAGIC_AT + len(MAGIC))[MAGIC_AT:] == MAGIC


SOURCE = Source(key="duckdb", order=6, endings=(".duckdb", ".ddb"), read=read, claims=_claims)
