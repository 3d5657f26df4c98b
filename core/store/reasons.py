"""Explanations of a model on disk, slice by slice, so that a page can show what there is."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd

from core import wire
from core.explain.explaining import methods_for
from core.explain.explanation import Explanation, Scale
from core.explain.quality import Quality
from core.explain.shapley.method import BACKGROUND_ROWS, Asked
from core.models.family import Task
from core.store import families
from core.store.folder import readable, write, written
from core.store.frames import read_frame, write_frame
from core.store.models import SavedModel

ABOUT = "about.json"
QUALITY = "judged.json"
LARGEST_SEED = 2**31 - 1  # that a page takes


@dataclass(frozen=True)
class Way:
    """Which reasons are kept: for which class (or value), and all that can change a figure.

    ``method`` is a key, or empty for the model's own.
    """

    of: str
    method: str = ""
    asked: Asked = field(default_factory=Asked)


def way_text(way: Way) -> str:
    """A way as a text: the same way, the same text."""
    return msgspec.json.encode(way, order="deterministic").decode()


def way_of(text: str) -> Way:
    """The way of a text. Raises msgspec.DecodeError."""
    return wire.read(text, Way)


def usual_way(project: Path, saved: SavedModel) -> Way:
    """The way in which the reasons of a model are worked out where nothing else is chosen.

    Of several classes, the first one's chance is explained.
    """
    model = saved.model
    spec = model.spec
    kept = families.kept(project, spec.dataset)
    asked = Asked(
        background=min(BACKGROUND_ROWS, len(model.background)),
        seed=min(spec.seed, LARGEST_SEED),
        together=families.known(kept, tuple(column.name for column in spec.features)),
    )
    several = spec.task is Task.MULTICLASS
    of = model.classes[0] if several else spec.outcome or spec.target.name
    return Way(of, methods_for(model)[0], asked)


class _About(msgspec.Struct):
    columns: tuple[str, ...]
    base: float
    of: str
    scale: Scale
    method: str
    background: int
    notes: tuple[str, ...] = ()


def place(project: Path, model: str, way: str) -> Path:
    """Where the reasons of a model are kept that the text of a Way asks for."""
    return project / "reasons" / model / hashlib.sha256(way.encode()).hexdigest()[:12]


def kept(project: Path, model: str) -> tuple[tuple[Path, Explanation], ...]:
    """All reasons that are kept of a model and where, those of most customers first."""
    places = sorted((project / "reasons" / model).glob("*/"))
    found = [(place, known) for place in places if (known := load(place)) is not None]
    return tuple(sorted(found, key=lambda each: -len(each[1].rows)))


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
    if part.groups is not None:
        numbers["group"] = part.groups
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
    about, tables = readable(where / ABOUT, _About), _slices(where)
    if about is None or not tables:
        return None
    # two jobs at work on the same reasons cut their last slices differently
    return _explanation(about, pd.concat(tables).drop_duplicates("row"))


def keep_quality(where: Path, found: Quality) -> None:
    """Keeps how far the reasons in ``where`` can be trusted, as far as that is known yet."""
    write(where / QUALITY, msgspec.json.encode(found))


def quality(where: Path) -> Quality | None:
    """How far the reasons in ``where`` can be trusted; None where that was not looked at."""
    return readable(where / QUALITY, Quality)


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
        groups=table["group"].to_numpy("int64") if "group" in table else None,
    )
