"""The index of what a home keeps: which version of each folder is the current one, and its hash.

The folders hold the contents; the index lies outside of every project, so that an older version of
a folder, put back, is told from the current one. SQLite with a write-ahead log, synchronous: what
is acknowledged survives a power cut. It can be lost: it is made anew from the folders.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.errors import CannotWrite, DiskFull
from core.store.glance import in_place, look, look_again

FILE = "index.sqlite"
MADE = "index.made"  # that there once was one: what is unsigned was there before, or never ours
LOCK = "index.lock"
FULL = (errno.ENOSPC, errno.EDQUOT)
DAMAGED = ".damaged"
NOT_DAMAGED = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
)
BUSY = 30.0  # seconds to wait for another process's writing
TABLES = """
CREATE TABLE IF NOT EXISTS projects (
    id TEXT PRIMARY KEY, unsigned INTEGER NOT NULL DEFAULT 0, rest TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS folders (
    project TEXT, kind TEXT, name TEXT, version INTEGER NOT NULL, digest TEXT NOT NULL DEFAULT '',
    coming TEXT NOT NULL DEFAULT '', proven TEXT NOT NULL DEFAULT '', since REAL NOT NULL,
    PRIMARY KEY (project, kind, name));
CREATE TABLE IF NOT EXISTS times (name TEXT PRIMARY KEY, at REAL NOT NULL);
"""
COLUMNS = "kind, name, version, digest, coming, proven, since"
ENTRY = "project = ? AND kind = ? AND name = ?"


@dataclass(frozen=True)
class Entry:
    """A folder: ``digest`` of its manifest (empty before the first), the one that is just
    ``coming`` in its place, and with which libraries it was ``proven`` to load. ``since`` is when
    the latest was begun, in seconds since 1970.
    """

    kind: str
    name: str
    version: int
    digest: str
    coming: str
    proven: str
    since: float

    def admits(self, digest: str) -> bool:
        """Whether a manifest of that hash is the current one, or the one that is coming."""
        return bool(digest) and digest in (self.digest, self.coming)


@dataclass(frozen=True)
class Where:
    """A folder of a project in a home; ``kind`` is the shelf it lies on."""

    home: Path
    project: str
    kind: str
    name: str

    @property
    def key(self) -> tuple[str, str, str]:
        return self.project, self.kind, self.name


@contextmanager
def turn(home: Path) -> Iterator[None]:
    """One at a time puts folders in place, of all processes and threads; not to be nested."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        file = (home / LOCK).open("w")
    except OSError as fault:
        raise (DiskFull if fault.errno in FULL else CannotWrite)(LOCK) from fault
    with file:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        yield


def entries(home: Path, project: str) -> dict[tuple[str, str], Entry] | None:
    """What is known of a project's folders by kind and name; None for a project not known."""
    if not _can_be_made(home):
        return None
    with opened(home) as connection:
        if not connection.execute("SELECT 1 FROM projects WHERE id = ?", (project,)).fetchone():
            return None
        found = connection.execute(f"SELECT {COLUMNS} FROM folders WHERE project = ?", (project,))  # noqa: S608
        known = [Entry(*row) for row in found]
    return {(each.kind, each.name): each for each in known}


def entry(where: Where) -> tuple[bool, Entry | None]:
    """Whether a folder's project is known and signed, and what is known of the folder then."""
    if not _can_be_made(where.home):
        return False, None
    with opened(where.home) as connection:
        told = "SELECT 1 FROM projects WHERE id = ? AND NOT unsigned"
        if not connection.execute(told, (where.project,)).fetchone():
            return False, None
        found = f"SELECT {COLUMNS} FROM folders WHERE {ENTRY}"  # noqa: S608
        row = connection.execute(found, where.key).fetchone()
    return True, Entry(*row) if row else None


def is_unsigned(home: Path, project: str) -> bool:
    """Whether a project was there before anything was signed, and has not been signed since."""
    with opened(home) as connection:
        found = connection.execute("SELECT unsigned FROM projects WHERE id = ?", (project,))
        row = found.fetchone()
    return bool(row and row[0])


def know(home: Path, project: str, known: tuple[Entry, ...]) -> None:
    """Takes a project in with its folders as they are. Raises DiskFull."""
    rows = [(project, *(getattr(each, n) for n in COLUMNS.split(", "))) for each in known]
    with writing(home) as connection:
        connection.execute("INSERT OR IGNORE INTO projects (id) VALUES (?)", (project,))
        connection.execute("UPDATE projects SET unsigned = 0 WHERE id = ?", (project,))
        connection.executemany(
            f"INSERT OR REPLACE INTO folders (project, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            rows,
        )


def next_version(where: Where) -> int:
    """The number of the version that comes after the current one, from 1."""
    known = (entries(where.home, where.project) or {}).get((where.kind, where.name))
    return known.version + 1 if known else 1


def comes(where: Where, version: int, digest: str, proven: str = "") -> None:
    """Notes which version is about to be put in place. Raises DiskFull."""
    values = (version, digest, proven, time.time())
    with writing(where.home) as connection:
        connection.execute("INSERT OR IGNORE INTO projects (id) VALUES (?)", (where.project,))
        connection.execute(
            "INSERT INTO folders (project, kind, name, version, coming, proven, since)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version,"
            " coming = excluded.coming, proven = excluded.proven, since = excluded.since",
            (*where.key, *values),
        )


def arrived(where: Where, digest: str) -> None:
    """Notes that a version is in its place: no older one is taken any more. Raises DiskFull."""
    with writing(where.home) as connection:
        connection.execute(
            f"UPDATE folders SET digest = ?, coming = '' WHERE {ENTRY}",  # noqa: S608
            (digest, *where.key),
        )


def proved(where: Where, proven: str) -> None:
    """Notes with which libraries a folder was seen to load. Raises DiskFull."""
    with writing(where.home) as connection:
        connection.execute(f"UPDATE folders SET proven = ? WHERE {ENTRY}", (proven, *where.key))  # noqa: S608


def gone(where: Where) -> None:
    """Forgets a folder: should one of that name turn up again, it is foreign."""
    with writing(where.home) as connection:
        connection.execute(f"DELETE FROM folders WHERE {ENTRY}", where.key)  # noqa: S608


def forget(home: Path, project: str) -> None:
    """Forgets a project with all its folders; where there is no index, none is made for that."""
    if not (home / FILE).is_file():
        return
    with writing(home) as connection:
        connection.execute("DELETE FROM folders WHERE project = ?", (project,))
        connection.execute("DELETE FROM projects WHERE id = ?", (project,))


def at_rest(home: Path, project: str, state: str) -> None:
    """Notes how the files of a known project lie on disk; empty: in clear. Raises DiskFull."""
    with writing(home) as connection:
        connection.execute("UPDATE projects SET rest = ? WHERE id = ?", (state, project))


def rest_noted(home: Path, project: str) -> str:
    """What ``at_rest`` noted; a page asks for it with every file, so it is read once a writing."""
    stamps = [look(home / name) for name in (FILE, f"{FILE}-wal")]
    if stamps[0] is None:
        return ""
    known = tuple((s.st_ino, s.st_mtime_ns, s.st_size) for s in stamps if s)
    return _all_rest(home, known).get(project, "")


@lru_cache(maxsize=8)
def _all_rest(home: Path, written: tuple[tuple[int, int, int], ...]) -> dict[str, str]:
    with opened(home) as connection:
        return dict(connection.execute("SELECT id, rest FROM projects WHERE rest != ''"))


def is_whole(home: Path) -> bool:
    """Whether every page of the index can be read; one that cannot is set aside and made anew."""
    if not (home / FILE).is_file():
        return True
    try:
        with opened(home) as connection:
            whole = connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
    except sqlite3.DatabaseError as fault:
        if fault.sqlite_errorcode & 0xFF in NOT_DAMAGED:
            raise
        whole = False
    if not whole:
        _set_aside(home)
    return whole


def time_of(home: Path, name: str) -> float:
    """A time that was noted, in seconds since 1970; 0 where none was."""
    with opened(home) as connection:
        row = connection.execute("SELECT at FROM times WHERE name = ?", (name,)).fetchone()
    return float(row[0]) if row else 0.0


def note_time(home: Path, name: str, at: float) -> None:
    """Notes a time. Raises DiskFull."""
    with writing(home) as connection:
        connection.execute("INSERT OR REPLACE INTO times VALUES (?, ?)", (name, at))


@contextmanager
def writing(home: Path) -> Iterator[sqlite3.Connection]:
    """A change that happens whole or not at all, on disk when this returns."""
    try:
        with opened(home) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
    except sqlite3.OperationalError as fault:
        raise _in_our_words(fault) from fault
    finally:
        look_again()
        _all_rest.cache_clear()


def _in_our_words(fault: sqlite3.OperationalError) -> Exception:
    if fault.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
        return DiskFull(FILE)
    if fault.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
        return CannotWrite(FILE)
    return fault


@contextmanager
def opened(home: Path) -> Iterator[sqlite3.Connection]:
    """A connection of its own; the index is made where there is none or it is damaged."""
    if not (home / FILE).is_file():
        _make(home)
    try:
        connection = _connected(home)
    except sqlite3.DatabaseError as fault:
        if fault.sqlite_errorcode & 0xFF in NOT_DAMAGED:
            raise
        _set_aside(home)
        _make(home)
        connection = _connected(home)
    with closing(connection):
        yield connection


def _connected(home: Path) -> sqlite3.Connection:
    readable = os.access(home, os.W_OK)
    way = "" if readable else "?immutable=1"  # a write-ahead log needs a place to be written
    connection = sqlite3.connect(
        f"{(home / FILE).absolute().as_uri()}{way}", BUSY, uri=True, isolation_level=None
    )
    try:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("SELECT id, unsigned, rest FROM projects LIMIT 1").fetchall()
        connection.execute(f"SELECT {COLUMNS} FROM folders LIMIT 1").fetchall()  # noqa: S608
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _can_be_made(home: Path) -> bool:
    return (home / FILE).is_file() or (home.is_dir() and os.access(home, os.W_OK))


def _make(home: Path) -> None:
    """A new index. Where none ever was, the projects that are there may lack signatures."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        known = (home / MADE).exists()
        records = [] if known else in_place(home / "projects", "project.json")
        aside = home / f".{FILE}.{os.urandom(16).hex()}"
        with closing(sqlite3.connect(aside, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.executescript(TABLES)
            connection.executemany(
                "INSERT INTO projects (id, unsigned) VALUES (?, 1)",
                [(record.parent.name,) for record in records],
            )
        (home / MADE).touch()
        _in_place(aside, home / FILE)
    except sqlite3.OperationalError as fault:
        raise _in_our_words(fault) from fault


def _in_place(aside: Path, place: Path) -> None:
    """Of two processes that make one at the same moment the first wins."""
    try:
        os.link(aside, place)
    except FileExistsError:
        return
    finally:
        aside.unlink(missing_ok=True)


def _set_aside(home: Path) -> None:
    logging.warning("%s is damaged; it is made anew from the folders", home / FILE)
    (home / FILE).replace(home / (FILE + DAMAGED))
    for ending in ("-wal", "-shm"):
        (home / (FILE + ending)).unlink(missing_ok=True)
