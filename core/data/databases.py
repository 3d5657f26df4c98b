"""A question to a database becomes rows on disk: read-only, in batches, and no more than asked."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb

from core.data.connection import Connection, reachable
from core.data.dataset import Note, Provenance
from core.data.names import column_names, renamed
from core.data.question import one_select
from core.data.rows import write_rows
from core.data.said import row_said
from core.data.sources.duckdb import copied, shut_off, tables_of
from core.data.sources.parquet import refuse_width
from core.data.sources.sqlite import only_reading
from core.errors import (
    CannotConnect,
    ConnectionLost,
    HeaderOnly,
    NotOneSelect,
    QueryFailed,
    QueryTooSlow,
    UnknownSheet,
)
from core.progress import Report

ROWS_AT_MOST = 10_000_000
ROWS_AT_ONCE = 10_000
SECONDS_TO_CONNECT = 10
SECONDS_TO_ANSWER = 60
STEPS_BETWEEN_LOOKS = 100_000  # of SQLite's machine
LATE = ("statement timeout", "timed out", "max_statement_time", "interrupted")
AS_TEXT = (
    "numeric", "date", "timestamp", "timestamptz", "time", "timetz", "interval", "json", "jsonb",
    "uuid", "inet", "cidr",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One table, or one SELECT where ``query`` is given; at most ``limit`` rows."""

    table: str = ""
    query: str = ""
    limit: int = ROWS_AT_MOST


def table_names(connection: Connection) -> tuple[str, ...]:
    """Tables and views that can be asked for, "schema.name" outside the default schema.

    Raises CannotConnect and QueryFailed.
    """
    from sqlalchemy import inspect

    if connection.kind == "duckdb":
        with shut_off(_there(connection), connection.shown) as duck:
            return tuple(tables_of(duck))
    with _connected(connection) as opened:
        look = inspect(opened)
        default = look.default_schema_name
        schemas = [None, *(s for s in look.get_schema_names() if _is_shown(s, default))]
        found = [
            f"{schema}.{name}" if schema else name
            for schema in schemas
            for name in (*look.get_table_names(schema), *look.get_view_names(schema))
        ]
    return tuple(dict.fromkeys(found))


def _is_shown(schema: str, default: str | None) -> bool:
    system = ("information_schema", "mysql", "performance_schema", "sys", "main", "temp")
    return schema not in (default, *system) and not schema.startswith("pg_")


def read_query(connection: Connection, asked: Asked, into: Path, report: Report) -> Provenance:
    """Asks and writes the answer, every cell as the text that says the same.

    Raises CannotConnect, NotOneSelect, UnknownSheet, QueryFailed, QueryTooSlow, ConnectionLost,
    HeaderOnly, OneColumn and TooManyColumns. Nothing raised holds the password.
    """
    report(0.0, "data.stage.asking")
    if connection.kind == "duckdb":
        return _of_duckdb(connection, asked, into, report)
    sql = one_select(asked.query) if asked.query else ""
    known = () if sql else table_names(connection)
    if not sql and asked.table not in known:
        raise UnknownSheet(connection.shown, asked.table, known)
    answer = _Answer(connection, asked.limit)
    with _connected(connection) as opened:
        sql = sql or f"SELECT * FROM {_quoted(opened, asked.table, known)}"  # noqa: S608
        with closing(_executed(opened, sql)) as result:
            if not result.returns_rows:
                raise NotOneSelect(sql[:30])
            header = list(result.keys())
            names = column_names(header)
            refuse_width(names, connection.shown)
            if not write_rows(names, answer.rows(result), into, report):
                raise HeaderOnly(connection.shown, len(names))
    return Provenance(
        file=connection.shown,
        size=into.stat().st_size,
        format=connection.kind,
        sheet=asked.table,
        sheets=known,
        notes=(
            *((Note("row_limit", asked.limit),) if answer.more else ()),
            *renamed(header, names),
        ),
    )


def _of_duckdb(connection: Connection, asked: Asked, into: Path, report: Report) -> Provenance:
    """The same for a DuckDB file, which can neither read nor write any other."""
    name, path = connection.shown, _there(connection)
    with shut_off(path, name) as duck:
        known = tables_of(duck)
        if asked.query:
            where = f"({one_select(asked.query)}\n)"
        elif asked.table in known:
            where = known[asked.table][0]
        else:
            raise UnknownSheet(name, asked.table, tuple(known))
        try:
            with _answering(duck.interrupt):
                rows = duck.sql(f"SELECT count(*) FROM {where} AS t").fetchall()[0][0]  # noqa: S608
                limited = f"(FROM {where} AS t LIMIT {asked.limit})"
                notes = copied(duck, (limited, min(rows, asked.limit)), name, into, report)
        except duckdb.InterruptException:
            raise QueryTooSlow(SECONDS_TO_ANSWER) from None
        except (duckdb.ProgrammingError, duckdb.DataError, duckdb.PermissionException) as error:
            raise QueryFailed(connection.without_secrets(str(error))) from None
    cut = (Note("row_limit", asked.limit),) if rows > asked.limit else ()
    return Provenance(
        file=name,
        size=path.stat().st_size,
        format="duckdb",
        sheet=asked.table,
        sheets=tuple(known),
        notes=(*notes, *cut),
    )


@contextmanager
def _answering(interrupt: Callable[[], object]) -> Iterator[None]:
    """Breaks off what a database of this machine is at when its time is over."""
    ends = threading.Timer(SECONDS_TO_ANSWER, interrupt)
    ends.daemon = True
    ends.start()
    try:
        yield
    finally:
        ends.cancel()


def _there(connection: Connection) -> Path:
    path = connection.path
    if path is None or not path.is_file():
        raise CannotConnect(connection.shown, "")
    return path


class _Answer:
    """The rows of an answer up to a limit; ``more`` says that there were more."""

    def __init__(self, connection: Connection, limit: int) -> None:
        self.more = False
        self.taken = 0
        self._connection = connection
        self._limit = limit

    def rows(self, result: Any) -> Iterator[list[str | None]]:
        from sqlalchemy.exc import DBAPIError

        try:
            for row in result:
                if self.taken == self._limit:
                    self.more = True
                    return
                self.taken += 1
                yield row_said(row)
        except DBAPIError as error:
            if error.connection_invalidated and not _is_timeout(error):
                raise ConnectionLost(self._connection.shown, self.taken) from None
            raise


def _executed(opened: Any, sql: str) -> Any:
    streamed = opened.execution_options(
        stream_results=True, yield_per=ROWS_AT_ONCE, no_parameters=True
    )
    return streamed.exec_driver_sql(sql)


def _quoted(opened: Any, table: str, known: tuple[str, ...]) -> str:
    """A table's name as the database's SQL, whatever it holds."""
    quote_one = opened.dialect.identifier_preparer.quote_identifier
    schema, dot, name = table.partition(".")
    if dot and _is_in_schema(opened, schema):
        return f"{quote_one(schema)}.{quote_one(name)}"
    return str(quote_one(table))


def _is_in_schema(opened: Any, schema: str) -> bool:
    from sqlalchemy import inspect

    return schema in inspect(opened).get_schema_names()


@contextmanager
def _connected(connection: Connection) -> Iterator[Any]:
    """An open connection in a transaction that may only read; errors in our words."""
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    engine = _engine(connection)
    try:
        try:
            opened = engine.connect()
        except (SQLAlchemyError, OSError, sqlite3.Error) as error:
            words = str(getattr(error, "orig", None) or error)
            raise CannotConnect(connection.shown, connection.without_secrets(words)) from None
        with opened:
            yield opened
    except DBAPIError as error:
        if _is_timeout(error):
            raise QueryTooSlow(SECONDS_TO_ANSWER) from None
        raise QueryFailed(connection.without_secrets(str(error.orig))) from None
    finally:
        engine.dispose()


def _is_timeout(error: Any) -> bool:
    words = str(error.orig).lower()
    return any(each in words for each in LATE)


def _engine(connection: Connection) -> Any:
    from sqlalchemy import create_engine, event
    from sqlalchemy.engine import URL
    from sqlalchemy.pool import NullPool

    if connection.path is not None:
        return create_engine("sqlite://", creator=lambda: _sqlite(connection), poolclass=NullPool)
    address = reachable(connection)
    driver = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}[connection.kind]
    where = URL.create(
        driver,
        connection.user or None,
        connection.password or None,
        connection.host if connection.kind == "postgresql" else address,
        connection.port,
        connection.database,
        dict(connection.settings),
    )
    settings = _POSTGRESQL | {"hostaddr": address} if connection.kind == "postgresql" else _MYSQL
    options = {"postgresql_readonly": True} if connection.kind == "postgresql" else {}
    engine = create_engine(
        where, poolclass=NullPool, connect_args=settings, execution_options=options,
        hide_parameters=True,
    )  # fmt: skip
    if connection.kind == "postgresql":
        event.listen(engine, "connect", _exact)
    return engine


_POSTGRESQL = {
    "connect_timeout": SECONDS_TO_CONNECT,
    "application_name": "whybuy",
    "options": "-c default_transaction_read_only=on -c timezone=UTC -c datestyle=ISO"
    f" -c statement_timeout={SECONDS_TO_ANSWER * 1000} -c extra_float_digits=1",
}
_MYSQL = {
    "connect_timeout": SECONDS_TO_CONNECT,
    "read_timeout": SECONDS_TO_ANSWER,
    "write_timeout": SECONDS_TO_CONNECT,
    "local_infile": False,
    "init_command": "SET SESSION TRANSACTION READ ONLY",
}


def _exact(opened: Any, _: Any) -> None:
    """PostgreSQL's own words for what a machine's numbers and calendars cannot hold."""
    from psycopg.types.string import TextLoader

    class Utc(TextLoader):
        def load(self, data: Any) -> Any:
            return str(super().load(data)).removesuffix("+00")

    for kind in AS_TEXT:
        opened.adapters.register_loader(kind, Utc if kind == "timestamptz" else TextLoader)


def _sqlite(connection: Connection) -> sqlite3.Connection:
    """SQLite's file opened for reading, in a way that no statement can widen."""
    address = f"file:{quote(str(connection.path))}?mode=ro"
    opened = only_reading(
        sqlite3.connect(address, uri=True, timeout=SECONDS_TO_CONNECT, check_same_thread=False)
    )
    until = time.monotonic() + SECONDS_TO_ANSWER
    opened.set_progress_handler(lambda: time.monotonic() > until, STEPS_BETWEEN_LOOKS)
    return opened
