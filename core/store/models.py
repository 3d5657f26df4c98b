"""Models as folders that load without running code from them, checked before anything is parsed.

A folder holds ``model.json`` (the wish, the preparation, what is known), ``estimator/`` (the
family's own format), ``background.parquet``, ``held_out.parquet``, ``self_test.parquet`` and
``manifest.json`` with a checksum of each file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd

from core.errors import ModelDamaged, NotThere, UserError
from core.evaluate.evaluation import Evaluation, Score
from core.models.family import Task, family
from core.predict import held_out, scored
from core.store import drifts, proving, quarantine, rest, shelf
from core.store.folder import discard
from core.store.frames import read_frame, write_frame
from core.store.manifest import MANIFEST, check_version
from core.store.record import RECORD, Record, kept_scores, read_record, scores_of
from core.store.trail import What
from core.store.untold import telling
from core.train.spec import ModelSpec
from core.train.training import TrainedModel

HELD_OUT = "held_out.parquet"
SELF_TEST_ROWS = 5
TOLERANCE = 1e-6
ID = r"[0-9a-f]{8,64}"


@dataclass(frozen=True, eq=False)
class SavedModel:
    """A model with its evaluation and when and in how many seconds it was made.

    ``recipe`` is how its table was made of a log (``core.behaviour.recipe``), empty for another.
    """

    model: TrainedModel
    evaluation: Evaluation
    table_name: str
    trained_at: str
    seconds: float
    recipe: str = ""


@dataclass(frozen=True)
class Entry:
    """A line of the board: a model without its estimator."""

    id: str
    spec: ModelSpec
    scores: tuple[Score, ...]
    trained_at: str
    seconds: float
    training_rows: int
    held_out_rows: int
    table_name: str = ""

    def score(self, metric: str) -> Score | None:
        """The score of that metric, where there is one."""
        return next((score for score in self.scores if score.metric == metric), None)


def save(place: Path, saved: SavedModel) -> None:
    """Writes the model folder ``place`` whole or not at all. Raises DiskFull."""
    model = saved.model
    with shelf.put(place) as folder:
        (folder / "estimator").mkdir()
        family(model.spec.family).save(model.estimator, folder / "estimator")
        (folder / RECORD).write_bytes(msgspec.json.encode(_record(saved)))
        write_frame(model.background, folder / "background.parquet")
        write_frame(_held_out_table(model), folder / HELD_OUT)
        write_frame(_self_test(model), folder / "self_test.parquet")


def load(place: Path) -> SavedModel:
    """The model in ``place``: signature and hashes first, then parsed, then tried on its rows.

    One that was neither made nor seen to load with the libraries that are here is tried in a
    process of its own before. Raises NotThere, ModelDamaged, ModelForeign and ModelOutdated.
    """
    there(place)
    with rest.opened_folder(place) as folder:
        with _still(place):
            shelf.check(folder, place)
            check_version(folder)
        if not shelf.is_proven(folder, place):
            _prove(place)
        with _still(place):
            return _tried(folder)


def _prove(place: Path) -> None:
    """Raises ModelDamaged where a model does not load, and takes it out of the way."""
    try:
        proving.prove(place)
    except ModelDamaged as fault:
        quarantine.set_aside(place, fault.reason)
        raise
    shelf.note_proven(place)


def looked_over(place: Path) -> None:
    """Looks whether a model's files are what was put there; nothing of them is parsed.

    Raises NotThere, ModelDamaged and ModelForeign.
    """
    with rest.opened_folder(place) as folder, _still(place):
        shelf.check(folder, place)


def tried(place: Path) -> SavedModel:
    """The model in ``place`` without asking whose it is: for a process that may go with it.

    Raises NotThere and ModelDamaged.
    """
    there(place)
    with rest.opened_folder(place) as folder:
        return _tried(folder)


def _tried(folder: Path) -> SavedModel:
    """The model in a folder in clear, parsed and tried on its self-test rows."""
    try:
        saved = _parsed(folder)
        rows = read_frame(folder / "self_test.parquet")
    except UserError:
        raise
    except Exception as fault:  # whatever a damaged file makes a parser say
        raise ModelDamaged(folder.name, f"{type(fault).__name__}: {fault}") from fault
    _try(saved.model, rows, folder.name)
    return saved


@contextmanager
def _still(place: Path) -> Iterator[None]:
    """A model that is removed while it is read is not there, and not damaged."""
    try:
        yield
    except UserError as fault:
        if not place.exists():
            raise NotThere("model", place.name) from fault
        raise


def entry(place: Path) -> Entry:
    """The board's line of the model in ``place``; its estimator is not looked at.

    Raises NotThere and ModelDamaged.
    """
    there(place)
    with rest.opened_folder(place, (MANIFEST, RECORD)) as folder:
        shelf.check(folder, place, (RECORD,))
        record = read_record(folder)
    return Entry(
        id=place.name,
        spec=record.spec,
        scores=scores_of(record),
        trained_at=record.trained_at,
        seconds=record.seconds,
        training_rows=record.training_rows,
        held_out_rows=record.held_out_rows,
        table_name=record.table_name,
    )


def board(project: Path) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Every model of a project, newest first, and the ids of those left out or set aside."""
    from core.store.board import board as looked_at  # which reads models by this module

    found = looked_at(project)
    damaged = list(found.faults)
    known = {*damaged, *(entry.id for entry in found.entries)}
    damaged += [name for name in quarantine.listed(project) if name not in known]
    return found.entries, tuple(damaged)


def answering(
    entries: tuple[Entry, ...], table: str, target: str, outcome: str
) -> tuple[Entry, ...]:
    """The models of one question, in their order.

    A family without settings looks at no column: of those with the same held-out rows one is told.
    """
    told: dict[object, Entry] = {}
    for each in entries:
        spec = each.spec
        if (spec.dataset, spec.target.name) == (table, target) and spec.outcome in ("", outcome):
            plain = not fields(family(spec.family).params)
            told.setdefault((spec.family, spec.split, spec.seed) if plain else each.id, each)
    return tuple(told.values())


def remove(project: Path, model: str) -> None:
    """Deletes a model with all that was made of it, and tells so. Raises NotThere."""
    hash_ = shelf.digest(place(project, model))
    with telling(project, What.DELETE, model, kind="model") as told:
        drop(project, model)
        told.hash = hash_


def drop(project: Path, model: str) -> None:
    """As ``remove``, for what is told as something else."""
    from core.store.board import drop as drop_line

    shelf.remove(place(project, model))
    drop_line(project, model)
    drifts.forget(project, model)
    for beside in ("reasons", "reviews"):
        if (project / beside / model).is_dir():
            discard(project / beside / model)


def place(project: Path, model: str) -> Path:
    """The folder of a model. Raises NotThere."""
    where = project / "models" / model
    if not re.fullmatch(ID, model) or not where.is_dir():
        raise NotThere("model", model)
    return where


def there(place: Path) -> None:
    """Raises NotThere unless the folder is, or once was, a model."""
    if not (place / MANIFEST).is_file() and not (place / RECORD).is_file():
        raise NotThere("model", place.name)


def wished(folder: Path) -> ModelSpec:
    """The wish that the model in a folder in clear came of. Raises ModelDamaged."""
    return read_record(folder).spec


def is_sound(place: Path) -> bool:
    """True for a model that loads."""
    try:
        load(place)
    except UserError:
        return False
    return True


def _record(saved: SavedModel) -> Record:
    model = saved.model
    return Record(
        spec=model.spec,
        preparation=model.preparation,
        classes=model.classes,
        training_rows=model.training_rows,
        held_out_rows=len(model.held_out),
        left_out=model.left_out,
        fields=model.fields,
        curve=model.curve,
        notes=model.notes,
        table_name=saved.table_name,
        trained_at=saved.trained_at,
        seconds=saved.seconds,
        threshold=saved.evaluation.threshold,
        scores=kept_scores(saved.evaluation.scores),
        recipe=saved.recipe,
        engine=model.engine,
        chosen=dict(model.chosen),
    )


def _parsed(place: Path) -> SavedModel:
    record = read_record(place)
    held = read_frame(place / HELD_OUT)
    scores = held.filter(regex=r"^score").to_numpy("float64")
    kind = "int64" if record.classes else "float64"
    model = TrainedModel(
        spec=record.spec,
        preparation=record.preparation,
        estimator=family(record.spec.family).load(place / "estimator"),
        classes=record.classes,
        training_rows=record.training_rows,
        left_out=record.left_out,
        held_out=held["row"].to_numpy("int64"),
        held_out_truth=held["truth"].to_numpy(kind),
        held_out_scores=scores if record.spec.task is Task.MULTICLASS else scores[:, 0],
        background=read_frame(place / "background.parquet"),
        fields=record.fields,
        curve=record.curve,
        notes=record.notes,
        engine=record.engine,
        chosen=record.chosen,
        held_out_groups=held["group"].to_numpy("int64") if "group" in held else None,
    )
    evaluation = Evaluation(held_out(model), record.threshold, scores_of(record))
    told = (record.table_name, record.trained_at, record.seconds, record.recipe)
    return SavedModel(model, evaluation, *told)


def _held_out_table(model: TrainedModel) -> pd.DataFrame:
    scores = model.held_out_scores.reshape(len(model.held_out), -1)
    columns = {f"score {i}": scores[:, i] for i in range(scores.shape[1])}
    held = pd.DataFrame({"row": model.held_out, "truth": model.held_out_truth, **columns})
    return held if model.held_out_groups is None else held.assign(group=model.held_out_groups)


def _self_test(model: TrainedModel) -> pd.DataFrame:
    scores = scored(model, model.background.head(SELF_TEST_ROWS))
    return pd.DataFrame(scores.reshape(len(scores), -1)).add_prefix("score ")


def _try(model: TrainedModel, expected: pd.DataFrame, name: str) -> None:
    scores = scored(model, model.background.head(SELF_TEST_ROWS))
    if not np.allclose(scores.reshape(expected.shape), expected, rtol=TOLERANCE, atol=TOLERANCE):
        raise ModelDamaged(name, "self-test")
