"""Segments and unusual customers of a table: worked out by a worker, kept beside its findings."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pandas as pd

from core import wire
from core.data.dataset import Dataset
from core.explore.clusters import Wish, clusters
from core.explore.sample import sampled
from core.explore.segments import Aim, Segments, described
from core.explore.unusual import Ground, Unusual, isolation, unusual
from core.progress import Report, part
from core.schema import Column
from core.store import projects, tables
from core.store.folder import decoded, write
from core.store.glance import is_there
from core.store.tables import FINDINGS, place
from core.train.scaled import Scaled, compared, scaled

WAY = 2  # what another way of working found is worked out again
ROWS_AT_MOST = 50_000
READING = "segments.stage.reading"
Kept = TypeVar("Kept")


def segments_key(dataset: Dataset, target: str, outcome: str, wish: Wish) -> str:
    """What segments depend on, as a short name."""
    return _key("segments", dataset, target, outcome, wish)


def unusual_key(dataset: Dataset, target: str, seed: int) -> str:
    """What unusual customers depend on, as a short name."""
    return _key("unusual", dataset, target, seed)


def kept_segments(project: Path, table: str, key: str) -> Segments | None:
    """The segments kept under the key, or None."""
    return _read(project, table, key, Segments)


def kept_unusual(project: Path, table: str, key: str) -> Unusual | None:
    """The unusual customers kept under the key, or None."""
    return _read(project, table, key, Unusual)


def find_segments(
    home: Path, report: Report, project: str, table: str, asked: dict[str, str],
    wish: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """Puts the customers of a table into segments and keeps them.

    ``asked`` has a "target" and an "outcome", ``wish`` are the fields of a Wish. At most 50,000
    rows drawn by the seed are looked at. Raises what ``compared``, ``clusters`` and ``described``
    raise.
    """
    folder, dataset = _dataset(home, project, table)
    wanted = wire.converted(wish, Wish)
    report(0.0, READING)
    columns = compared(dataset.schema, asked["target"])
    rows, alike = _ground(dataset, columns, asked["target"], wanted.seed)
    found = clusters(alike.x, wanted, part(report, 0.1, 0.9))
    aim = Aim(asked["target"], asked["outcome"], columns)
    known = described(rows, dataset.schema, aim, (wanted, found), part(report, 0.9, 1.0))
    key = segments_key(dataset, asked["target"], asked["outcome"], wanted)
    _keep(folder, table, key, replace(known, rows_of_table=dataset.rows))
    return {"key": key}


def find_unusual(
    home: Path, report: Report, project: str, table: str, target: str, seed: int = 0
) -> dict[str, Any]:
    """Looks for customers unlike the others by a forest and by a network, and keeps them.

    Raises what ``compared`` and ``isolation`` raise. Imports Keras: only in a worker.
    """
    from core.models import autoencoder

    folder, dataset = _dataset(home, project, table)
    report(0.0, READING)
    columns = compared(dataset.schema, target)
    rows, alike = _ground(dataset, columns, target, seed)
    forest = isolation(alike.x, seed, part(report, 0.1, 0.3))
    network, share = autoencoder.fit(alike.x, seed, part(report, 0.3, 0.8))
    again = autoencoder.rebuilt(network, alike.x)
    ground = Ground(rows, columns, alike.x, alike.blocks, again)
    found = unusual(ground, forest, seed, share, part(report, 0.8, 1.0))
    key = unusual_key(dataset, target, seed)
    _keep(folder, table, key, replace(found, rows_of_table=dataset.rows))
    return {"key": key}


def _dataset(home: Path, project: str, table: str) -> tuple[Path, Dataset]:
    folder = projects.folder(home, project)
    return folder, tables.load(folder, table)


def _ground(
    dataset: Dataset, columns: tuple[Column, ...], target: str, seed: int
) -> tuple[pd.DataFrame, Scaled]:
    """The rows that are looked at, with the target, and what is compared of them."""
    names = [*(column.name for column in columns), target]
    rows = sampled(dataset, names, ROWS_AT_MOST, seed)
    return rows, scaled(rows, columns)


def _key(sort: str, dataset: Dataset, *wish: object) -> str:
    canonical = msgspec.json.encode((WAY, dataset.schema, wish), order="deterministic")
    return f"{sort}-{hashlib.sha256(canonical).hexdigest()[:16]}"


def _keep(project: Path, table: str, key: str, found: object) -> None:
    write(place(project, table) / FINDINGS / f"{key}.json", msgspec.json.encode(found))


def _read(project: Path, table: str, key: str, kind: type[Kept]) -> Kept | None:
    """Damaged files are as good as none: what they held is worked out again."""
    file = place(project, table) / FINDINGS / f"{key}.json"
    try:
        return decoded(file, kind) if is_there(file) else None
    except (msgspec.DecodeError, UnicodeDecodeError, FileNotFoundError):
        return None
