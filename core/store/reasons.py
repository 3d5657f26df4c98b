"""Explanations of a model on disk, slice by slice, so that a page can show what there is."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd

from core.errors import ModelDamaged
from core.explain.explanation import Explanation, Scale
from core.store.folder import write


class _About(msgspec.Struct):
    columns: tuple[str, ...]
    base: float
    of: str
    scale: Scale
    method: str
    background: int


def place(project: Path, model: str, of: str) -> Path:
    """Where the reasons for one class (or value) of a model are kept."""
    return project / "reasons" / model / hashlib.sha256(of.encode()).hexdigest()[:12]


def keep(where: Path, number: int, part: Explanation) -> None:
    """Adds slice ``number``; the whole of it appears at once. Raises DiskFull."""
    about = _About(part.columns, part.base, part.of, part.scale, part.method, part.background)
    values = {f"effect {i}": part.effects[:, i] for i in range(len(part.columns))}
    errors = {f"error {i}": part.errors[:, i] for i in range(len(part.columns))}
    numbers = pd.DataFrame({"row": part.rows, "prediction": part.prediction, **values, **errors})
    inputs = part.inputs.reset_index(drop=True)
    inputs.columns = pd.Index([f"input {i}" for i in range(len(part.columns))])
    table = pd.concat([numbers, inputs], axis=1)
    write(where / f"part-{number:04d}.parquet", table.to_parquet())
    write(where / "about.json", msgspec.json.encode(about))


def parts(where: Path) -> int:
    """How many slices there are; cheap enough to ask twice a second."""
    return len(list(where.glob("part-*.parquet"))) if (where / "about.json").is_file() else 0


def load(where: Path) -> Explanation | None:
    """All slices there are as one explanation, or None before the first. Raises ModelDamaged."""
    if not parts(where):
        return None
    try:
        about = msgspec.json.decode((where / "about.json").read_bytes(), type=_About)
        table = pd.concat([pd.read_parquet(p) for p in sorted(where.glob("part-*.parquet"))])
    except (msgspec.MsgspecError, OSError, ValueError) as fault:
        raise ModelDamaged(where.name, str(fault)) from fault
    return _explanation(about, table)


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
    )
