from __future__ import annotations

import socket
from pathlib import Path

import pytest

from core.data.connection import (
    HIDDEN,
    HOSTS,
    Connection,
    connection_of,
    named,
    names,
    reachable,
    secrets_of,
)
from core.errors import CannotConnect, ConnectionUnreadable, NotLocal, UnknownConnection

SECRET = "p@ss/wörd:%"  # noqa: S105 - of nobody
WRITTEN = "postgresql://ann:p%40ss%2Fw%C3%B6rd%3A%25@db.example.com:5433/shop?sslmode=require"


def test_a_string_is_taken_apart_and_never_shown_whole() -> None:
    found = connection_of(WRITTEN)
    assert found == Connection(
        "postgresql", "db.example.com", 5433, "shop", "ann", SECRET,
        settings=(("sslmode", "require"),),
    )  # fmt: skip
    assert found.shown == "shop on db.example.com"
    assert SECRET not in repr(found)
    said = found.without_secrets(f"\nno {SECRET} at {WRITTEN}\nsecond line")
    assert "p%40ss" not in said
    assert SECRET not in said
    assert said == f"no {HIDDEN} at postgresql://{HIDDEN}@db.example.com:5433/shop?sslmode=require"


@pytest.mark.parametrize(
    ("text", "kind", "port"),
    [
        ("postgres://h/d", "postgresql", 5432),
        ("postgresql+psycopg2://u@h/d", "postgresql", 5432),
        ("mysql+pymysql://u:p@h/d?charset=utf8mb4", "mysql", 3306),
        ("mariadb://u:p@[::1]:3307/d", "mysql", 3307),
    ],
)
def test_other_ways_of_writing_it(text: str, kind: str, port: int) -> None:
    found = connection_of(text)
    assert (found.kind, found.port) == (kind, port)


def test_files_of_databases_are_whole_paths() -> None:
    assert connection_of("sqlite:////data/a%20b.db").path == Path("/data/a b.db")
    assert connection_of("duckdb:////x.duckdb").shown == "x.duckdb"
    for text in (
        "sqlite:///x.db",
        "sqlite://",
        "sqlite:////a/../b",
        "duckdb://host/x",
        "sqlite:///:memory:",
    ):
        with pytest.raises(NotLocal):
            connection_of(text)


@pytest.mark.parametrize(
    "text",
    ["", "shop", "oracle://u:secret@h/d", "postgresql://u:secret@/d", "postgresql://u:secret@h",
     "postgresql://u:secret@h:x/d", "postgresql://u:secret@h/d?host=/var/run",
     "mysql://u:secret@h/d?local_infile=1", "mysql://u:secret@h/d?read_default_file=/x",
     "postgresql://u:secret@h/d?options=-c", "http://u:secret@h/d"],
)  # fmt: skip
def test_what_is_no_connection_is_not_repeated(text: str) -> None:
    with pytest.raises(ConnectionUnreadable) as refused:
        connection_of(text)
    assert "secret" not in str(refused.value)


def test_names_are_known_from_the_environment_and_the_secrets(tmp_path: Path) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text(
        'other = 1\n[connections]\nbare = "sqlite:////a.db"\n[connections.shop]\n'
        'dialect = "mysql"\nhost = "h"\nport = 3307\ndatabase = "d"\nusername = "u"\n'
        f'password = "{SECRET}"\n[connections.web]\nurl = "{WRITTEN}"\n'
    )
    secrets = secrets_of(tmp_path / "none", tmp_path)
    environment = {"WHYBUY_DB_LOG": "duckdb:////l.duckdb", "PATH": "x"}
    assert names(environment, secrets) == ("bare", "log", "shop", "web")
    assert named("log", environment, secrets).kind == "duckdb"
    assert named("shop", environment, secrets) == Connection("mysql", "h", 3307, "d", "u", SECRET)
    assert named("web", environment, secrets).password == SECRET
    with pytest.raises(UnknownConnection) as refused:
        named("none", environment, secrets)
    assert refused.value.known == ("bare", "log", "shop", "web")


# attack I08
@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "2852039166", "0xA9FEA9FE", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
     "2002:a9fe:a9fe::1", "fe80::1", "224.0.0.1", "0.0.0.0", "100.100.100.200", "168.63.129.16",
     "fd00:ec2::254", "240.0.0.1"],
)  # fmt: skip
def test_addresses_where_clouds_keep_their_keys_are_refused(host: str) -> None:
    with pytest.raises(CannotConnect):
        reachable(Connection("postgresql", host, 5432, "d"), {})


def test_a_database_on_this_machine_is_asked_at_the_address_that_was_looked_up() -> None:
    assert reachable(Connection("postgresql", "127.0.0.1", 5432, "d"), {}) == "127.0.0.1"
    assert reachable(Connection("postgresql", "::1", 5432, "d"), {}) == "::1"


def test_only_listed_hosts_where_there_is_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []

    def look_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        looked.append(host)
        return [(0, 0, 0, "", ("10.0.0.7", port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    known = {HOSTS: "db.example.com  10.0.0.8"}
    assert reachable(Connection("mysql", "db.example.com", 3306, "d"), known) == "10.0.0.7"
    with pytest.raises(CannotConnect):
        reachable(Connection("mysql", "10.0.0.7", 3306, "d"), known)
    assert looked == ["db.example.com"]  # once, and nothing is asked of who is not listed


# attack I08: what is no host of a network is none
@pytest.mark.parametrize(
    "text", ["file:///etc/passwd", "postgresql:///d?host=/var/run/postgresql", "jdbc:h2:mem:x",
             "postgresql://%2Fvar%2Frun%2Fpostgresql", "mysql://u@/d?unix_socket=/tmp/x"],
)  # fmt: skip
def test_sockets_and_files_are_no_hosts(text: str) -> None:
    with pytest.raises(ConnectionUnreadable):
        connection_of(text)
