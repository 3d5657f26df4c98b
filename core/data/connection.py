"""Where a database is and who may ask it: connection strings, named or typed, never shown whole.

A connection is named in ``.streamlit/secrets.toml`` (``[connections.shop]`` with ``url``, or with
``dialect``, ``host``, ``port``, ``database``, ``username`` and ``password``) or in a variable of
the environment, ``WHYBUY_DB_SHOP``.
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from core.errors import CannotConnect, ConnectionUnreadable, NotLocal, UnknownConnection

VARIABLE = "WHYBUY_DB_"
KINDS = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
    "duckdb": "duckdb",
}
SHOWN_KINDS = ("postgresql", "mysql", "sqlite", "duckdb")
FILES = ("sqlite", "duckdb")
PORTS = {"postgresql": 5432, "mysql": 3306}
# other settings of a driver can name files, sockets and programs of this machine
SETTINGS = {"sslmode": ("disable", "allow", "prefer", "require"), "charset": ("utf8", "utf8mb4")}
HIDDEN = "•••"
HOSTS = "WHYBUY_DB_HOSTS"  # in the environment: hosts that may be asked, with blanks between
KEPT_BY_CLOUDS = ("100.100.100.200", "168.63.129.16", "fd00:ec2::254")
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Connection:
    """One database. ``path`` is the file of SQLite and DuckDB; the secret is never printed."""

    kind: str
    host: str = ""
    port: int = 0
    database: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    path: Path | None = None
    settings: tuple[tuple[str, str], ...] = ()

    @property
    def shown(self) -> str:
        """What a person may see of it: "shop on db.example.com"."""
        return self.path.name if self.path is not None else f"{self.database} on {self.host}"

    def without_secrets(self, message: str) -> str:
        """The first line of a message in which neither password nor its encoded form occurs."""
        line = next((line for line in message.splitlines() if line.strip()), "")
        for secret in {self.password, quote(self.password), quote(self.password, safe="")} - {""}:
            line = line.replace(secret, HIDDEN)
        return re.sub(r"(\w+://)[^\s@/]*@", rf"\1{HIDDEN}@", line).strip()


def connection_of(text: str) -> Connection:
    """The connection that a string says, such as "postgresql://user:password@host/database".

    Raises ConnectionUnreadable, which does not repeat it, and NotLocal for a file's path that is
    not a whole path of this machine.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise ConnectionUnreadable(SHOWN_KINDS) from error
    kind = KINDS.get(parts.scheme.lower().split("+")[0], "")
    if not kind or "\0" in text:
        raise ConnectionUnreadable(SHOWN_KINDS)
    if kind in FILES:
        return Connection(kind, path=_file(parts.netloc, parts.path))
    settings = _settings(parts.query)
    if not parts.hostname or not parts.path.strip("/"):
        raise ConnectionUnreadable(SHOWN_KINDS)
    return Connection(
        kind,
        parts.hostname,
        port or PORTS[kind],
        unquote(parts.path.lstrip("/")),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        settings=settings,
    )


def _file(host: str, path: str) -> Path:
    """The file of sqlite:////data/shop.db (four strokes: its path begins at the root)."""
    place = Path(unquote(path)[1:])
    if host or not place.is_absolute() or ".." in place.parts:
        raise NotLocal(str(place))
    return place


def _settings(query: str) -> tuple[tuple[str, str], ...]:
    found = []
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        if value not in SETTINGS.get(name, ()):
            raise ConnectionUnreadable(SHOWN_KINDS)
        found.append((name, value))
    return tuple(found)


def named(name: str, environment: Mapping[str, str], secrets: Mapping[str, Any]) -> Connection:
    """The connection of that name. Raises UnknownConnection and ConnectionUnreadable."""
    variable = f"{VARIABLE}{name.upper()}"
    if variable in environment:
        return connection_of(environment[variable])
    known = _connections(secrets)
    if name not in known:
        raise UnknownConnection(name, names(environment, secrets))
    return connection_of(_written(known[name]))


def names(environment: Mapping[str, str], secrets: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of all connections that are known here."""
    variables = {v.removeprefix(VARIABLE).lower() for v in environment if v.startswith(VARIABLE)}
    return tuple(sorted(variables | set(_connections(secrets))))


def secrets_of(*places: Path) -> dict[str, Any]:
    """What the files say that Streamlit takes its secrets from; later ones count more."""
    found: dict[str, Any] = {}
    for place in places:
        file = place / ".streamlit" / "secrets.toml"
        if file.is_file():
            found |= tomllib.loads(file.read_text("utf-8"))
    return found


def _connections(secrets: Mapping[str, Any]) -> Mapping[str, Any]:
    found = secrets.get("connections", {})
    return found if isinstance(found, Mapping) else {}


def _written(entry: Any) -> str:
    """The connection string of an entry among the secrets."""
    if isinstance(entry, str):
        return entry
    if "url" in entry:
        return str(entry["url"])
    who = "".join(
        f"{mark}{quote(str(entry[key]), safe='')}"
        for mark, key in (("", "username"), (":", "password"))
        if key in entry
    )
    where = f"{entry.get('host', '')}:{entry['port']}" if "port" in entry else entry.get("host", "")
    at = "@" if who else ""
    return f"{entry.get('dialect', '')}://{who}{at}{where}/{entry.get('database', '')}"


def reachable(connection: Connection, environment: Mapping[str, str] = os.environ) -> str:
    """The address to connect to: looked up once, so that no second look finds another.

    Raises CannotConnect for addresses that no database has: link-local ones and others where clouds
    keep their keys, multicast, and none. Where the variable ``WHYBUY_DB_HOSTS`` lists hosts, all
    others are refused too. A database on this machine is fine otherwise.
    """
    listed = environment.get(HOSTS, "").split()
    if listed and connection.host not in listed:
        raise CannotConnect(connection.shown, HOSTS)
    try:
        found = socket.getaddrinfo(connection.host, connection.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CannotConnect(connection.shown, str(error)) from error
    places = [str(address[0]) for *_, address in found]
    for place in places:
        if _is_no_database(place):
            raise CannotConnect(connection.shown, place)
    return places[0]


def _is_no_database(place: str) -> bool:
    known = ipaddress.ip_address(place.partition("%")[0])
    if isinstance(known, ipaddress.IPv6Address):
        within = known.ipv4_mapped or known.sixtofour
        if known in NAT64:
            within = ipaddress.IPv4Address(int(known) & 0xFFFFFFFF)
        if within is not None:
            return _is_no_database(str(within))
    bad = known.is_link_local or known.is_multicast or known.is_unspecified or known.is_reserved
    return (bad and not known.is_loopback) or str(known) in KEPT_BY_CLOUDS
