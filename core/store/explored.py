"""What looking a large table over gave, kept beside it until the table or the question changes."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from core.explore.overview import Overview, overview
from core.progress import Report
from core.store import projects, rest, tables
from core.store.folder import room_on_disk, write
from core.store.glance import is_there
from core.store.tables import FINDINGS, place


def key(findings_key: str, outcome: str) -> str:
    """What an overview depends on, as a short name."""
    return hashlib.sha256(msgspec.json.encode((findings_key, outcome))).hexdigest()[:16]


def look_over(
    home: Path, report: Report, project: str, table: str, question: dict[str, str]
) -> dict[str, Any]:
    """Looks a large table over for a question (target, outcome and key) and keeps what is seen."""
    folder = projects.folder(home, project)
    dataset = tables.load(folder, table)
    with room_on_disk(dataset.name):
        seen = overview(dataset, question["target"], question["outcome"], report=report)
    keep(folder, table, question["key"], seen)
    return {"table": table}


def keep(project: Path, table: str, name: str, found: Overview) -> None:
    """Keeps an overview under a key. Raises NotThere and DiskFull."""
    write(_file(project, table, name), msgspec.msgpack.encode(found, enc_hook=_moment))


def kept(project: Path, table: str, name: str) -> Overview | None:
    """The overview kept under the key; None where there is none, or it is damaged."""
    file = _file(project, table, name)
    try:
        if not is_there(file):
            return None
        return msgspec.msgpack.decode(rest.content(file), type=Overview, dec_hook=_read)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def is_kept(project: Path, table: str, name: str) -> bool:
    return is_there(_file(project, table, name))


def _file(project: Path, table: str, name: str) -> Path:
    return place(project, table) / FINDINGS / f"overview-{name}.msgpack"


def _moment(value: Any) -> str:
    return str(pd.Timestamp(value).isoformat())


def _read(kind: type, value: Any) -> Any:
    return kind(value)
