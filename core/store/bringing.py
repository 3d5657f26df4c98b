"""A table comes from a file, a folder or a database of someone's and becomes a project."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.data.connection import Connection, connection_of, named, secrets_of
from core.data.databases import ROWS_AT_MOST, Asked, read_query
from core.data.dataset import Dataset, Provenance
from core.data.folder import files_of, local_folder
from core.data.load import load, settled
from core.data.together import read_folder
from core.progress import Report, part
from core.store import guard, originals, projects, tables, trail
from core.store.clock import now
from core.store.fingerprint import of_table
from core.store.folder import room_on_disk
from core.store.trail import What

NAME_AT_MOST = 60
# looks a kept table over with a target in mind: look(folder of the project, table, target, report)
Look = Callable[[Path, Dataset, str, Report], object]
Read = Callable[[Path, Report], Dataset]  # reads a table into a folder of its own


def bring_file(
    home: Path, report: Report, file: str, name: str, title: str = "", *, look: Look
) -> dict[str, Any]:
    """Reads a file into a new project and looks it over; an upload of ours is removed.

    ``name`` is the user's name of the file, ``title`` the project's where it is another.
    """
    source = Path(file)

    def keep_and_look(folder: Path, dataset: Dataset, target: str, report: Report) -> None:
        originals.keep(folder, dataset.id, source, part(report, 0.0, 0.3))
        look(folder, dataset, target, part(report, 0.3, 1.0))

    try:
        return _brought(
            home,
            (name, title or Path(name).stem or name),
            lambda aside, report: load(source, name, aside, now(), report),
            keep_and_look,
            report,
        )
    finally:
        if source.is_relative_to(home / "uploads"):
            shutil.rmtree(source.parent, ignore_errors=True)


def bring_folder(
    home: Path, report: Report, folder: str, with_file: bool = False, *, look: Look
) -> dict[str, Any]:
    """Reads a folder of files of one shape into a new project; the files stay where they are."""
    place = local_folder(folder)
    name = place.name or str(place)
    return _brought(
        home,
        (name, name),
        lambda aside, report: folder_table(place, with_file, aside, report),
        look,
        report,
    )


def folder_table(place: Path, with_file: bool, into: Path, report: Report) -> Dataset:
    """A folder's files as one table in folder ``into``."""
    found = files_of(place)

    def read(written: Path, report: Report) -> Provenance:
        return read_folder(found, with_file, written, report)

    return settled(read, place.name or str(place), into, now(), report)


def bring_query(
    home: Path,
    report: Report,
    database: str,
    asked: dict[str, Any],
    *,
    look: Look,
    secret: str = "",
) -> dict[str, Any]:
    """Asks a database and reads the answer into a new project.

    ``asked`` has a "table" or a "query", and may have a "limit". ``database`` names a connection
    known here; where ``secret`` is given it is the connection itself, and nothing keeps it.
    """
    connection = connection_of(secret) if secret else known_connection(database)
    limit = int(asked.get("limit") or ROWS_AT_MOST)
    wish = Asked(str(asked.get("table", "")), str(asked.get("query", "")), limit)

    title = wish.table or connection.shown
    return _brought(
        home,
        (title, title),
        lambda aside, report: query_table(connection, wish, aside, report),
        look,
        report,
    )


def query_table(connection: Connection, asked: Asked, into: Path, report: Report) -> Dataset:
    """What a database answers as a table in folder ``into``."""

    def read(written: Path, report: Report) -> Provenance:
        return read_query(connection, asked, written, report)

    return settled(read, asked.table or connection.shown, into, now(), report)


def known_connection(name: str) -> Connection:
    """The connection of that name in the environment or in Streamlit's secrets.

    Raises UnknownConnection and ConnectionUnreadable.
    """
    return named(name, os.environ, secrets())


def secrets() -> dict[str, Any]:
    """What Streamlit's files of secrets say; nothing of it is kept."""
    return secrets_of(Path.home(), Path(__file__).resolve().parents[2])


def _brought(
    home: Path, names: tuple[str, str], read: Read, look: Look, report: Report
) -> dict[str, Any]:
    """What ``read`` reads as a project; ``names`` are the table's and the project's."""
    aside = home / "reading" / uuid.uuid4().hex
    with room_on_disk(names[0]):
        try:
            aside.mkdir(parents=True)
            dataset = read(aside, part(report, 0.0, 0.8))
            return _new_project(home, names[1], dataset, look, part(report, 0.8, 1.0))
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _new_project(
    home: Path, name: str, dataset: Dataset, look: Look, report: Report
) -> dict[str, Any]:
    """A project with the table in use; nothing of it is left where it cannot be kept whole.

    It is looked over when its personal data are out of it: findings show cells.
    """
    project = projects.create(home, name[:NAME_AT_MOST], now(), coming=True)
    try:
        folder = projects.folder(home, project.id)
        kept = tables.keep(folder, dataset)
        report(0.0, "data.stage.checking")
        look(folder, kept, "", report)
        # before it comes: a project that nothing is told of never does
        trail.tell(folder, What.IMPORT, kept.id, of_table(kept), **facts_of(kept, "brought"))
        projects.come(home, replace(project, table=kept.id))
    except BaseException:
        projects.remove(home, project.id)
        raise
    return {"project": project.id, "table": kept.id}


def facts_of(kept: Dataset, kind: str) -> dict[str, str | int]:
    """What the trail tells of a table that was brought or made, beside its hash."""
    return {
        "kind": kind,
        "name": kept.name,
        "rows": kept.rows,
        "columns": len(kept.schema.columns),
        "masked": len(guard.hidden(kept)),
    }
