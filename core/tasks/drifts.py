"""A model is compared with a table that came later."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from core.data.dataset import Dataset
from core.data.load import load
from core.data.memory import memory_at_most, reading_limit
from core.data.privacy.masks import applied
from core.progress import Report, part, silent
from core.schema import Mask, Schema
from core.store import drifts, models, projects, rest, tables, vault
from core.store.clock import now
from core.store.drifting import compared, then_in
from core.store.fingerprint import of_table
from core.store.models import SavedModel
from core.train.spec import ModelSpec

READING = "drift.stage.reading"


def compare(home: Path, report: Report, project: str, model: str, table: str) -> dict[str, Any]:
    """Compares a model with another table of its project and keeps what comes of it.

    Raises NotThere, ModelDamaged and DiskFull.
    """
    folder = projects.folder(home, project)
    saved = models.load(models.place(folder, model))
    return _kept(folder, saved, tables.load(folder, table), report)


def compare_file(
    home: Path, report: Report, project: str, model: str, file: str, name: str
) -> dict[str, Any]:
    """Compares a model with a ``file`` that its owner calls ``name``; an upload of ours is removed.

    What comes of it is kept, the file is not. Raises what reading a file raises, and as
    ``compare``.
    """
    folder, source = projects.folder(home, project), Path(file)
    try:
        saved = models.load(models.place(folder, model))
        report(0.0, READING)
        with rest.scratch(folder) as aside:
            with memory_at_most(reading_limit(), name):
                dataset = load(source, name, aside / "read", now(), part(report, 0.0, 0.3))
            dataset = _masked(folder, dataset, saved.model.spec, aside / "masked")
            return _kept(folder, saved, dataset, part(report, 0.3, 1.0))
    finally:
        if source.is_relative_to(home / "uploads"):
            shutil.rmtree(source.parent, ignore_errors=True)


def _kept(folder: Path, saved: SavedModel, dataset: Dataset, report: Report) -> dict[str, Any]:
    report(0.0, READING)
    found = compared(saved, then_in(folder, saved), dataset, part(report, 0.1, 1.0))
    of = drifts.Compared(dataset.name, dataset.id, of_table(dataset))
    return {"comparison": drifts.keep(folder, saved.model.spec.id, of, found, now()).id}


def _masked(folder: Path, dataset: Dataset, spec: ModelSpec, into: Path) -> Dataset:
    """The table with the masks of the columns that the model knows masked: it learned from those.

    Other columns are not looked at.
    """
    masks = {c.name: c.mask for c in (spec.target, *spec.features) if c.mask is not Mask.NONE}
    if not masks.keys() & set(dataset.schema.names):
        return dataset
    columns = tuple(
        replace(column, mask=masks.get(column.name, Mask.NONE)) for column in dataset.schema.columns
    )
    into.mkdir()
    masked, secret = replace(dataset, folder=into), vault.opened(folder).pseudonyms
    on = date.fromisoformat(dataset.provenance.read_at[:10])
    target = into / dataset.source.name
    schema = applied(dataset.source, target, Schema(columns), (secret, on), silent)
    return replace(masked, schema=schema)
