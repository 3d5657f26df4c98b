"""The last line of each trail, noted in the index of the home, outside of the project."""

from __future__ import annotations

from pathlib import Path

from core.store.index import FILE, opened, writing

# apart: an index from before there were trails lacks it
TRAILS = """CREATE TABLE IF NOT EXISTS trails (
    project TEXT PRIMARY KEY, number INTEGER NOT NULL, hash TEXT NOT NULL)"""


def head(home: Path, project: str) -> tuple[int, str] | None:
    """The number of the last line of a project's trail and its hash; None where none is noted.

    Number 0 where a first line was begun, with what that names as the one before.
    """
    if not (home / FILE).is_file():
        return None
    with opened(home) as connection:
        known = "SELECT 1 FROM sqlite_master WHERE name = 'trails'"
        if not connection.execute(known).fetchone():
            return None
        found = "SELECT number, hash FROM trails WHERE project = ?"
        row: tuple[int, str] | None = connection.execute(found, (project,)).fetchone()
        return row


def note(home: Path, project: str, number: int, hash_: str) -> None:
    """Notes the last line of a project's trail, which outlives its folders. Raises DiskFull."""
    with writing(home) as connection:
        connection.execute(TRAILS)
        known = (project, number, hash_)
        connection.execute("INSERT OR REPLACE INTO trails VALUES (?, ?, ?)", known)


def forget(home: Path, project: str) -> None:
    """Forgets a trail that goes with its project."""
    if head(home, project) is not None:
        with writing(home) as connection:
            connection.execute("DELETE FROM trails WHERE project = ?", (project,))
