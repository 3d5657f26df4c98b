"""DuckDB with limits: what reads and measures tables larger than memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

MEMORY = "1GB"
THREADS = 2
# no extension may be fetched: customers' machines are often offline, and ours must not call out
LOCKED = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}


@contextmanager
def engine(beside: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of its own; what does not fit in memory spills into folder ``beside``."""
    with duckdb.connect(
        config={"memory_limit": MEMORY, "threads": THREADS, **LOCKED}
    ) as connection:
        connection.execute("SET preserve_insertion_order = true")
        if beside is not None:
            connection.execute(f"SET temp_directory = {literal(str(beside / '.spill'))}")
        yield connection


def identifier(name: str) -> str:
    """A column's name as SQL, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL, whatever it holds."""
    return "'" + text.replace("'", "''") + "'"
