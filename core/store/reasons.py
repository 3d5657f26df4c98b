"""Explanations of a model on disk, slice by slice, so that a page can show what there is."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd

from core.explain.explanation import Explanation, Scale
from core.store.folder import write, written
from core.store.frames import read_frame, write_frame

ABOUT = "about.json"


class _About(msgspec.Struct):
    columns: tuple[str, ...]
    base: float
    of: str
    scale: Scale
    method: str
    background: int
    notes: tuple[str, ...] = ()


def place(project: Path, model: str, of: str) -> Path:
    """Where the reasons for one class (or value) of a model are kept."""
    return project / "reasons" / model / hashlib.sha256(of.encode()).hexdigest()[:12]


def keep(where: Path, start: int, part: Explanation) -> None:
    """Adds the slice that begins at row ``start`` of those asked for; it appears at once.

    Raises DiskFull.
    """
    about = _About(
        part.columns, part.base, part.of, part.scale, part.method, part.background, part.notes
    )
    values = {f"effect {i}": part.effects[:, i] for i in range(len(part.columns))}
    errors = {f"error {i}": part.errors[:, i] for i in range(len(part.columns))}
    numbers = pd.DataFrame({"row": part.rows, "prediction": part.prediction, **values, **errors})
    inputs = part.inputs.reset_index(drop=True)
    inputs.columns = pd.Index([f"input {i}" for i in range(len(part.columns))])
    with written(where / f"part-{start:08d}.parquet") as file:
        write_frame(pd.concat([numbers, inputs], axis=1), file)
    write(where / ABOUT, msgspec.json.encode(about))


def parts(where: Path) -> int:
    """How many slices there are; cheap enough to ask twice a second."""
    return len(list(where.glob("part-*.parquet"))) if (where / ABOUT).is_file() else 0


def load(where: Path) -> Explanation | None:
    """All slices up to the first that lacks or cannot be read, as one; None where none can.

    Reasons are made from model and table, so what is damaged is simply made again.
    """
    about, tables = _about(where / ABOUT), _slices(where)
    if about is None or not tables:
        return None
    # two jobs at work on the same reasons cut their last slices differently
    return _explanation(about, pd.concat(tables).drop_duplicates("row"))


def _about(file: Path) -> _About | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=_About)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError):
        logging.warning("reasons %s cannot be read", file)
        return None


def _slices(where: Path) -> list[pd.DataFrame]:
    tables: list[pd.DataFrame] = []
    done = 0
    for file in sorted(where.glob("part-*.parquet")):
        start, table = int(file.stem.removeprefix("part-")), _slice(file)
        if start > done or table.empty:
            break
        tables.append(table)
        done = max(done, start + len(table))
    return tables


def _slice(file: Path) -> pd.DataFrame:
    """A slice as it was kept; empty where the file is damaged."""
    try:
        return read_frame(file)
    except (OSError, ValueError):  # pyarrow's errors are of these
        logging.warning("reasons %s cannot be read", file)
        return pd.DataFrame()


def _explanation(about: _About, table: pd.DataFrame) -> Explanation:
    places = range(len(about.columns))
    inputs = table[[f"input {i}" for i in places]]
    rows = table["row"].to_numpy(np.int64)
    return Explanation(
        columns=about.columns,
        base=about.base,
        effects=table[[f"effect {i}" for i in places]].to_numpy("float64"),
        errors=table[[f"error {i}" for i in places]].to_numpy("float64"),
        prediction=table["prediction"].to_numpy("float64"),
        inputs=inputs.set_axis(list(about.columns), axis=1).set_axis(rows),
        rows=rows,
        of=about.of,
        scale=about.scale,
        method=about.method,
        background=about.background,
        notes=about.notes,
    )
