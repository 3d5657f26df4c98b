from __future__ import annotations

import os
import pwd
import shutil
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from core.data import databases
from core.data.connection import Connection, connection_of
from core.data.databases import Asked, read_query, table_names
from core.errors import (
    CannotConnect,
    ConnectionLost,
    HeaderOnly,
    NotOneSelect,
    OneColumn,
    QueryFailed,
    QueryTooSlow,
    UnknownSheet,
    UserError,
)
from core.progress import Cancelled, silent


@pytest.fixture
def shop(tmp_path: Path) -> Connection:
    """A SQLite file of three thousand orders."""
    with closing(sqlite3.connect(tmp_path / "shop.db")) as made:
        made.execute('CREATE TABLE orders (id INTEGER, "pri;ce" REAL, note)')
        rows = [(i, i / 4, None if i % 7 else f"n%{i}") for i in range(3_000)]
        made.executemany("INSERT INTO orders VALUES (?, ?, ?)", rows)
        made.execute("CREATE VIEW cheap AS SELECT * FROM orders WHERE id < 2")
        made.execute("CREATE TABLE none (a, b)")
        made.commit()
    return connection_of(f"sqlite:///{tmp_path}/shop.db")


@pytest.fixture
def log(tmp_path: Path) -> Connection:
    """A DuckDB file of three thousand events."""
    with duckdb.connect(str(tmp_path / "log.duckdb")) as made:
        made.execute("CREATE TABLE events AS SELECT i AS id, i / 4 AS v FROM range(3000) t(i)")
    return connection_of(f"duckdb:///{tmp_path}/log.duckdb")


def rows(into: Path) -> list[list[str | None]]:
    return [list(row.values()) for row in pq.read_table(into).to_pylist()]


def notes(found: Any) -> list[tuple[str, int]]:
    return [(note.code, note.count) for note in found.notes]


def test_a_table_of_sqlite_comes_in_batches(
    shop: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "ROWS_AT_ONCE", 100)
    assert table_names(shop) == ("none", "orders", "cheap")
    found = read_query(shop, Asked("orders"), tmp_path / "out", silent)
    got = rows(tmp_path / "out")
    assert len(got) == 3_000
    assert (got[0], got[7]) == (["0", "0", "n%0"], ["7", "1.75", "n%7"])
    assert pq.read_schema(tmp_path / "out").names == ["id", "pri;ce", "note"]
    assert (found.file, found.sheet, found.notes) == ("shop.db", "orders", ())


def test_a_query_is_asked_up_to_a_limit(shop: Connection, tmp_path: Path) -> None:
    query = "SELECT id, note FROM orders WHERE note LIKE 'n%' ORDER BY id DESC -- most recent;"
    found = read_query(shop, Asked(query=query, limit=2), tmp_path / "out", silent)
    assert rows(tmp_path / "out") == [["2996", "n%2996"], ["2989", "n%2989"]]
    assert notes(found) == [("row_limit", 2)]
    exact = read_query(shop, Asked("cheap", limit=2), tmp_path / "out", silent)
    assert notes(exact) == []


def test_duckdb_answers_and_reads_no_file(log: Connection, tmp_path: Path) -> None:
    assert table_names(log) == ("events",)
    found = read_query(log, Asked("events", limit=10), tmp_path / "out", silent)
    assert (rows(tmp_path / "out")[3], notes(found)) == (["3", "0.75"], [("row_limit", 10)])
    query = "SELECT id, v AS id FROM events WHERE id >= 2998; "
    read_query(log, Asked(query=query), tmp_path / "out", silent)
    assert rows(tmp_path / "out") == [["2998", "749.5"], ["2999", "749.75"]]
    for thief in (
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT a.*, 1 FROM '/etc/passwd' a",
        "SELECT * FROM glob('/*')",
        "SELECT x, 1 FROM duck",
        "SELECT 1, 2 FROM events WHERE nope = 1",
    ):
        with pytest.raises(QueryFailed):
            read_query(log, Asked(query=thief), tmp_path / "out", silent)


@pytest.mark.parametrize("place", ["shop", "log"])
def test_nothing_can_be_changed(
    place: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    where: Connection = request.getfixturevalue(place)
    assert where.path is not None
    before = where.path.read_bytes()
    table = "orders" if place == "shop" else "events"
    statements = (f"DELETE FROM {table}", f"DROP TABLE {table}", "CREATE TABLE x (a)")  # noqa: S608
    for statement in statements:
        with pytest.raises(NotOneSelect):
            read_query(where, Asked(query=statement), tmp_path / "out", silent)
    monkeypatch.setattr(databases, "one_select", lambda query: query)  # the first wall is down
    for statement in (*statements, "PRAGMA query_only = OFF", "ATTACH '/x' AS y"):
        with pytest.raises(UserError):
            read_query(where, Asked(query=statement), tmp_path / "out", silent)
    assert where.path.read_bytes() == before


def test_what_can_go_wrong(shop: Connection, tmp_path: Path) -> None:
    def ask(asked: Asked, where: Connection = shop) -> None:
        read_query(where, asked, tmp_path / "out", silent)

    with pytest.raises(UnknownSheet) as unknown:
        ask(Asked('orders"; DROP TABLE orders; --'))
    assert unknown.value.known == ("none", "orders", "cheap")
    with pytest.raises(QueryFailed, match="no such column"):
        ask(Asked(query="SELECT nope, 1 FROM orders"))
    with pytest.raises(OneColumn):
        ask(Asked(query="SELECT id FROM orders"))
    with pytest.raises(HeaderOnly):
        ask(Asked("none"))
    (tmp_path / "text.db").write_text("words" * 999)
    for name in ("gone.db", "text.db"):
        for kind in ("sqlite", "duckdb"):
            with pytest.raises(UserError):
                ask(Asked("orders"), connection_of(f"{kind}:///{tmp_path}/{name}"))


# attack I04
@pytest.mark.parametrize("place", ["shop", "log"])
def test_a_question_without_end_is_broken_off(
    place: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "SECONDS_TO_ANSWER", 0.3)
    where, table = request.getfixturevalue(place), "orders" if place == "shop" else "events"
    for query in (
        f"SELECT count(*), sum(a.id * b.id * c.id * d.id) FROM {table} a, {table} b, {table} c,"  # noqa: S608
        f" {table} d",
        "WITH RECURSIVE x(n, m) AS (SELECT 1, 2 UNION ALL SELECT n + 1, m FROM x) SELECT * FROM x",
    ):
        begun = time.monotonic()
        with pytest.raises(QueryTooSlow):
            read_query(where, Asked(query=query), tmp_path / "out", silent)
        assert time.monotonic() - begun < 20  # a busy machine is slow to notice


# attacks I01, I02, I03, I06
def test_what_would_reach_beyond_the_database_is_refused(
    log: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret_df = pq.read_table  # a name of Python's, were it looked for
    monkeypatch.setattr(databases, "one_select", lambda query: query)  # the first wall is down
    (tmp_path / "outside.csv").write_text("a,b\n1,2\n")
    for thief in (
        f"SELECT * FROM read_csv('{tmp_path}/outside.csv')",  # noqa: S608
        f"SELECT * FROM '{tmp_path}/outside.csv'",  # noqa: S608
        f"SELECT * FROM read_text('{tmp_path}/*')",  # noqa: S608
        "SELECT * FROM secret_df",
        "SELECT getenv('HOME'), 1",
        "SET memory_limit = '99GB'",
        "RESET lock_configuration",
        "INSTALL httpfs",
        "LOAD httpfs",
        f"COPY events TO '{tmp_path}/out.csv'",
        f"EXPORT DATABASE '{tmp_path}/all'",
        f"ATTACH '{tmp_path}/other.db'",
    ):
        with pytest.raises(UserError):
            read_query(log, Asked(query=thief), tmp_path / "out", silent)
    assert callable(secret_df)
    assert {file.name for file in tmp_path.iterdir()} <= {"outside.csv", "log.duckdb", "out"}


def test_a_stop_stops(shop: Connection, tmp_path: Path) -> None:
    def stop(share: float, stage: str) -> None:
        if share > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_query(shop, Asked("orders"), tmp_path / "out", stop)


def test_a_connection_that_breaks_is_told_with_how_far_it_came(shop: Connection) -> None:
    from sqlalchemy.exc import OperationalError

    def broken() -> Iterator[tuple[int, str]]:
        yield (1, "a")
        yield (2, "b")
        raise OperationalError("SELECT", None, Exception("gone"), connection_invalidated=True)

    answer = databases._Answer(shop, 10)
    with pytest.raises(ConnectionLost) as lost:
        list(answer.rows(broken()))
    assert lost.value.rows == 2


def test_mysql_is_asked_through_a_connection_that_may_only_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import pymysql

    given: dict[str, Any] = {}

    def connect(*args: Any, **named: Any) -> Any:
        given.update(named)
        raise pymysql.err.OperationalError(1045, f"Access denied, password {named['password']}")

    monkeypatch.setattr(pymysql, "connect", connect)
    with pytest.raises(CannotConnect) as refused:
        table_names(connection_of("mysql://ann:s%40cret@127.0.0.1/shop?charset=utf8mb4"))
    assert given["init_command"] == "SET SESSION TRANSACTION READ ONLY"
    assert (given["user"], given["password"], given["port"]) == ("ann", "s@cret", 3306)
    assert (given["charset"], given["local_infile"]) == ("utf8mb4", False)
    assert "s@cret" not in str(refused.value)
    assert refused.value.__suppress_context__


# ruff: noqa: S106 - passwords of a server that lives as long as these tests
# --- PostgreSQL, where a server's programs are on this machine ----------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A server of our own on a free port, with a database, for the length of this module."""
    initdb = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None)
    if initdb is None or shutil.which("su") is None:
        pytest.skip("PostgreSQL's server is not installed here")
    place = tmp_path_factory.mktemp("pg")
    who: dict[str, Any] = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        account = next((a for a in pwd.getpwall() if a.pw_name == "postgres"), None)
        if account is None:
            pytest.skip("there is nobody to run PostgreSQL's server")
        for folder in (place, *list(place.parents)[:3]):
            folder.chmod(0o755)
        os.chown(place, account.pw_uid, account.pw_gid)
        who = {"user": account.pw_uid, "group": account.pw_gid}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (place / "word").write_text("s3cret")
    (place / "word").chmod(0o644)
    run = {"cwd": "/", "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **who}
    subprocess.run(
        [initdb, "-D", place / "data", "-U", "ann", "-A", "scram-sha-256", "-N", "-E", "UTF8",
         "--locale=C", f"--pwfile={place / 'word'}"], check=True, **run,
    )  # fmt: skip
    started = subprocess.Popen(
        [initdb.with_name("postgres"), "-D", place / "data", "-p", str(port), "-k", place,
         "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"], **run,
    )  # fmt: skip
    connection = connection_of(f"postgresql://ann:s3cret@127.0.0.1:{port}/postgres")
    try:
        _prepare(connection, started)
        yield connection
    finally:
        started.terminate()
        started.wait(20)


def _prepare(where: Connection, started: subprocess.Popen[bytes]) -> None:
    import psycopg

    for _ in range(200):
        try:
            with psycopg.connect(
                host=where.host, port=where.port, dbname="postgres", user="ann",
                password="s3cret", autocommit=True,
            ) as made:  # fmt: skip
                made.execute(TABLES)
                return
        except psycopg.OperationalError:
            with pytest.raises(subprocess.TimeoutExpired):
                started.wait(0.1)  # it is still starting
    pytest.skip("PostgreSQL's server did not start")


TABLES = """
CREATE SCHEMA "o;ther";
CREATE TABLE "o;ther"."q""t" AS SELECT 1 AS a, 2 AS b;
CREATE TABLE kinds (id bigint, price numeric, part real, day date, at timestamptz, flag boolean,
    doc jsonb, tags text[], raw bytea, note text);
INSERT INTO kinds VALUES
    (9007199254740993, 1.10, 0.1, '2020-01-02', '2020-01-02 03:04:05+02', true,
     '{"n": 1.50}', '{a,NULL}', '\\xff', ''),
    (NULL, 'NaN', 7, 'infinity', '0044-03-15 12:00:00+00 BC', false, NULL, '{}', 'é', '%');
CREATE TABLE many AS SELECT i AS id, 'row ' || i AS text FROM generate_series(1, 30000) t(i);
"""


def test_postgresql_says_everything_exactly(server: Connection, tmp_path: Path) -> None:
    assert set(table_names(server)) == {"kinds", "many", 'o;ther.q"t'}
    read_query(server, Asked("kinds"), tmp_path / "out", silent)
    assert rows(tmp_path / "out") == [
        ["9007199254740993", "1.10", "0.1", "2020-01-02", "2020-01-02 01:04:05", "true",
         '{"n": 1.50}', '["a", null]', "ff", None],
        [None, "NaN", "7", "infinity", "0044-03-15 12:00:00+00 BC", "false", None, "[]", "é", "%"],
    ]  # fmt: skip
    read_query(server, Asked('o;ther.q"t'), tmp_path / "out", silent)
    assert rows(tmp_path / "out") == [["1", "2"]]


def test_postgresql_streams_up_to_the_limit(server: Connection, tmp_path: Path) -> None:
    found = read_query(server, Asked("many", limit=25_000), tmp_path / "out", silent)
    got = rows(tmp_path / "out")
    assert (len(got), got[-1], notes(found)) == (
        25_000, ["25000", "row 25000"], [("row_limit", 25_000)],
    )  # fmt: skip
    query = "SELECT text, count(*) FROM many WHERE text LIKE '%999' GROUP BY 1 ORDER BY 1"
    read_query(server, Asked(query=query), tmp_path / "out", silent)
    assert rows(tmp_path / "out")[0] == ["row 10999", "1"]


def test_postgresql_may_only_be_read(
    server: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "one_select", lambda query: query)  # the first wall is down
    for statement in (
        "DELETE FROM many",
        "CREATE TABLE x AS SELECT 1 AS a, 2 AS b",
        "SELECT 1, 2; DROP TABLE many",
        "WITH x AS (DELETE FROM many RETURNING *) SELECT * FROM x",
        "SELECT 1, set_config('transaction_read_only', 'off', false)",
    ):
        with pytest.raises(UserError):
            read_query(server, Asked(query=statement), tmp_path / "out", silent)
    assert "many" in table_names(server)


def test_postgresql_that_is_slow_or_not_there(
    server: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = dict(databases._POSTGRESQL)
    settings["options"] += " -c statement_timeout=50"
    monkeypatch.setattr(databases, "_POSTGRESQL", settings)
    query = "SELECT count(*), sum(a.id) FROM many a, many b, many c"
    with pytest.raises(QueryTooSlow):
        read_query(server, Asked(query=query), tmp_path / "out", silent)
    for wrong in (replace(server, password="wr0ng!"), replace(server, port=1)):
        with pytest.raises(CannotConnect) as refused:
            table_names(wrong)
        assert wrong.password not in str(refused.value)
