"""A wish becomes a saved model, with what it must beat beside it: for the app and the shell."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from core.data.alike import alike_rows
from core.data.dataset import Dataset
from core.evaluate.evaluating import evaluate
from core.explore.sample import sampled
from core.predict import held_out
from core.progress import Report, part, silent
from core.schema import Schema
from core.store import models, shelf, tables
from core.store.clock import now
from core.store.models import SavedModel
from core.store.trail import What
from core.store.untold import telling
from core.train.copies import OWNERS, with_copies, with_owners
from core.train.memory import refuse_too_large
from core.train.rivals import rivals
from core.train.spec import ModelSpec
from core.train.training import train


def trained(folder: Path, spec: ModelSpec, report: Report, kind: str = "asked") -> str:
    """The id of a model that was trained into a project's folder, and with it its rivals.

    ``kind`` is how the trail calls it.

    Raises what ``refuse_too_large``, ``train`` and ``models.save`` raise.
    """
    dataset = tables.load(folder, spec.dataset)
    refuse_too_large(spec, dataset.rows, dataset.name)
    for rival in rivals(spec, dataset.schema):
        if not models.is_sound(folder / "models" / rival.id):
            keep(folder, fit(dataset, rival), "rival")
    saved = fit(dataset, spec, part(report, 0.0, 0.97))
    report(0.97, "train.stage.saving")
    return keep(folder, saved, kind)


def keep(folder: Path, saved: SavedModel, kind: str) -> str:
    """Saves a model in a project, and tells so; gives its id. Raises as ``models.save``."""
    spec = saved.model.spec
    place = folder / "models" / spec.id
    facts = {"kind": kind, "family": spec.family, "table": spec.dataset}
    with telling(folder, What.TRAIN, spec.id, **facts) as told:
        models.save(place, saved)
        told.hash, told.facts["rows"] = shelf.digest(place), saved.model.training_rows
    return spec.id


def fit(dataset: Dataset, spec: ModelSpec, report: Report = silent) -> SavedModel:
    """Trains and evaluates one model; the same for the app and the shell."""
    started = time.perf_counter()
    table = asked_rows(dataset, spec)
    model = train(table, spec, part(report, 0.0, 0.9))
    model = replace(model, left_out=model.left_out + dataset.rows - len(table))
    seconds = time.perf_counter() - started
    report(0.9, "train.stage.judging")
    predictions = held_out(model)
    evaluation = evaluate(predictions, seed=spec.seed)
    recipe = dataset.provenance.recipe
    return SavedModel(model, evaluation, dataset.name, now(), seconds, recipe)


def asked_rows(dataset: Dataset, spec: ModelSpec, beside: Sequence[str] = ()) -> pd.DataFrame:
    """The rows and columns that a wish needs of its table: at most as many as it wants.

    Columns of ``beside`` too, where rows are copies, which, and whose they are where one owner has
    several.
    """
    known, names = as_asked(dataset, spec), dict.fromkeys([*columns_of(spec), *beside])
    owner = dataset.schema.owner
    read = dict.fromkeys([*names, *filter(None, [owner])])
    rows = sampled(known, list(read), spec.rows_at_most, spec.seed)
    if owner:
        rows = with_owners(rows, owner)[[*names, OWNERS]]
    return with_copies(rows, alike_rows(dataset, spec.target.name))


def columns_of(spec: ModelSpec) -> list[str]:
    """The columns that a wish needs of its table."""
    columns = [spec.target.name, *(c.name for c in spec.features)]
    if spec.split.column and spec.split.column not in columns:
        columns.append(spec.split.column)
    return columns


def as_asked(dataset: Dataset, spec: ModelSpec) -> Dataset:
    """The table with the columns of a wish as the wish knows them, whatever was corrected since."""
    known = {column.name: column for column in (spec.target, *spec.features)}
    columns = tuple(known.get(column.name, column) for column in dataset.schema.columns)
    return replace(dataset, schema=Schema(columns))
