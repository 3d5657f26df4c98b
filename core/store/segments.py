"""Segments that were worked out, on disk beside the model's reasons: made once, shown often."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd
from numpy.typing import NDArray

from core import wire
from core.models.family import Floats, Task
from core.store import rest
from core.store.folder import staged
from core.store.frames import read_frame, write_frame
from core.what_if.impossible import Left
from core.what_if.segment import Fit, Shifted

ABOUT = "about.json"
ROWS = "rows.parquet"


class _About(msgspec.Struct):
    task: Task
    target: str
    classes: tuple[str, ...]
    looked_at: int
    rows_of_table: int
    met: int
    left: tuple[tuple[Left, int], ...]
    fits: tuple[Fit, ...]


def place(project: Path, model: str, segment: str) -> Path:
    """Where a segment of that id is kept; it goes with the model's reasons."""
    return project / "reasons" / model / "segments" / segment


def keep(where: Path, found: Shifted) -> None:
    """Writes the result whole or not at all. Raises DiskFull."""
    about = _About(
        found.task,
        found.target,
        found.classes,
        found.looked_at,
        found.rows_of_table,
        found.met,
        found.left,
        found.fits,
    )
    columns: dict[str, NDArray[Any]] = {"row": found.rows, "touched": found.touched}
    for name, scores in (("before", found.before), ("after", found.after)):
        wide = scores if scores.ndim == 2 else scores[:, None]
        columns |= {f"{name} {i}": wide[:, i] for i in range(wide.shape[1])}
    if found.groups is not None:
        columns["group"] = found.groups
    with staged(where) as folder:
        (folder / ABOUT).write_bytes(msgspec.json.encode(about))
        write_frame(pd.DataFrame(columns), folder / ROWS)


def load(where: Path) -> Shifted | None:
    """The kept result; None where there is none or it cannot be read: it can be made again."""
    try:
        about = wire.read(rest.content(where / ABOUT), _About)
        rows = read_frame(where / ROWS)
        return _shifted(about, rows)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError, OSError, ValueError, KeyError):
        logging.warning("segment %s cannot be read", where)
        return None


def _shifted(about: _About, rows: pd.DataFrame) -> Shifted:
    return Shifted(
        task=about.task,
        target=about.target,
        classes=about.classes,
        rows=rows["row"].to_numpy("int64"),
        before=_scores(rows, "before", about),
        after=_scores(rows, "after", about),
        touched=rows["touched"].to_numpy(bool),
        looked_at=about.looked_at,
        rows_of_table=about.rows_of_table,
        met=about.met,
        left=about.left,
        fits=about.fits,
        groups=rows["group"].to_numpy("int64") if "group" in rows else None,
    )


def _scores(rows: pd.DataFrame, name: str, about: _About) -> Floats:
    if about.task is not Task.MULTICLASS:
        return rows[f"{name} 0"].to_numpy("float64")
    return rows[[f"{name} {i}" for i in range(len(about.classes))]].to_numpy("float64")
