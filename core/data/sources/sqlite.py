"""SQLite files: one table of the database, read without changing a byte."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from core.data.dataset import Note, Provenance
from core.data.engine import identifier
from core.data.names import column_names, renamed
from core.data.rows import write_rows
from core.data.said import row_said
from core.data.source import Options, Source, table_chosen
from core.data.sources.parquet import refuse_width
from core.errors import FileDamaged, HeaderOnly
from core.progress import Report

MAGIC = b"SQLite format 3\0"
READING = (
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
)
ASKING = ("table_info", "table_xinfo", "table_list", "database_list", "read_uncommitted")


def read(path: Path, name: str, into: Path, options: Options, report: Report) -> Provenance:
    """Reads the longest table, or the table or view ``options.sheet``.

    Raises FileEmpty (no table), UnknownSheet, HeaderOnly, OneColumn, TooManyColumns, FileDamaged.
    """
    report(0.0, "data.stage.reading")
    undecodable = [0]

    def decoded(text: bytes) -> str:
        try:
            return text.decode()
        except UnicodeDecodeError:
            undecodable[0] += 1
            return text.decode("utf-8", "replace")

    try:
        with closing(_opened(path)) as connection:
            connection.text_factory = decoded
            known = _tables(connection)
            table = table_chosen(tuple(known), options.sheet, name)
            found = connection.execute(f"SELECT * FROM {identifier(table)}")  # noqa: S608
            header = [column[0] for column in found.description]
            names = column_names(header)
            refuse_width(names, name)
            if not write_rows(names, map(row_said, found), into, report):
                raise HeaderOnly(name, len(names))
    except sqlite3.Error as error:
        raise FileDamaged(name, SOURCE.key) from error
    unread = (Note("undecodable_cells", undecodable[0]),) if undecodable[0] else ()
    return Provenance(
        file=name,
        size=path.stat().st_size,
        format=SOURCE.key,
        sheet=table,
        sheets=tuple(known),
        notes=(*unread, *renamed(header, names)),
    )


def _opened(path: Path) -> sqlite3.Connection:
    address = f"file:{quote(str(path))}?mode=ro&immutable=1"
    return only_reading(sqlite3.connect(address, uri=True, isolation_level=None))


def only_reading(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A connection that may only read: the file is a stranger's, its views and triggers too."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    connection.set_authorizer(_allowed)
    return connection


def _allowed(action: int, first: str | None, *_: object) -> int:
    asks = action == sqlite3.SQLITE_PRAGMA and first in ASKING
    return sqlite3.SQLITE_OK if asks or action in READING else sqlite3.SQLITE_DENY


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Tables, the longest first, then views."""
    found = connection.execute(
        "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')"
        " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
    ).fetchall()
    rows = dict(_counted(connection, [name for name, kind in found if kind == "table"]))
    views = [name for name, kind in found if kind == "view"]
    return [*sorted(rows, key=lambda name: -rows[name]), *views]


def _counted(connection: sqlite3.Connection, tables: list[str]) -> Iterator[tuple[str, int]]:
    for table in tables:
        row = connection.execute(f"SELECT count(*) FROM {identifier(table)}").fetchone()  # noqa: S608
        yield table, row[0]


def _claims(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


SOURCE = Source(
    key="sqlite", order=5, endings=(".sqlite", ".sqlite3", ".db"), read=read, claims=_claims
)
