"""What looking a large table over gave, kept beside it until the table or the question changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_origin

import msgspec
import numpy as np
import pandas as pd

from core import wire
from core.explore.looks import Looks, looks
from core.explore.overview import Overview, overview
from core.progress import Report, part
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
    asked = question["target"], question["outcome"]
    with room_on_disk(dataset.name):
        seen = overview(dataset, *asked, report=part(report, 0.0, 0.9))
        next_ = looks(dataset, *asked, report=part(report, 0.9, 1.0))
    keep(folder, table, question["key"], Seen(seen, next_))
    return {"table": table}


@dataclass(frozen=True)
class Seen:
    """Every column, and what is likely to be asked next."""

    overview: Overview
    looks: Looks


def keep(project: Path, table: str, name: str, found: Seen) -> None:
    """Keeps what was seen under a key. Raises NotThere and DiskFull."""
    write(_file(project, table, name), msgspec.msgpack.encode(found, enc_hook=_plain))


def kept(project: Path, table: str, name: str) -> Seen | None:
    """What is kept under the key; None where there is nothing, or it is damaged."""
    file = _file(project, table, name)
    try:
        if not is_there(file):
            return None
        return wire.unpacked(rest.content(file), Seen, _read)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def is_kept(project: Path, table: str, name: str) -> bool:
    return is_there(_file(project, table, name))


def _file(project: Path, table: str, name: str) -> Path:
    return place(project, table) / FINDINGS / f"seen-{name}.msgpack"


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    return str(pd.Timestamp(value).isoformat())


def _read(kind: Any, value: Any) -> Any:
    return np.asarray(value) if get_origin(kind) is np.ndarray else kind(value)
