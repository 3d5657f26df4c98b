"""What a person corrected in a table's columns, step by step, with a way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

import msgspec

from core.data.correct import Edit, corrected, difference
from core.data.dataset import Dataset
from core.schema import Column, Schema
from core.store import tables
from core.store.fingerprint import of_schema
from core.store.folder import readable, write
from core.store.trail import What
from core.store.untold import telling

FILE = "corrections.json"


@dataclass(frozen=True)
class Step:
    """The columns that one correction changed, as they were and as they became, and the keys of
    the questions that it answers."""

    before: tuple[Column, ...]
    after: tuple[Column, ...]
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Corrections:
    """All steps, the latest last; ``answered`` are the keys of questions that were answered."""

    steps: tuple[Step, ...] = ()

    @property
    def answered(self) -> frozenset[str]:
        return frozenset(answer for step in self.steps for answer in step.answers)

    def edits(self, schema: Schema) -> dict[str, Edit]:
        """What the steps together changed, by column, as ``schema`` has it now."""
        first: dict[str, Column] = {}
        for step in self.steps:
            for column in step.before:
                first.setdefault(column.name, column)
        changed = {n: difference(c, schema[n]) for n, c in first.items() if n in schema}
        return {name: edit for name, edit in changed.items() if edit}


def kept(project: Path, table: str) -> Corrections:
    """The corrections of a table; none where none were made. Raises NotThere."""
    return readable(tables.place(project, table) / FILE, Corrections) or Corrections()


def correct(
    project: Path, dataset: Dataset, edits: Mapping[str, Edit], answers: tuple[str, ...] = ()
) -> None:
    """Corrects columns of a table; ``answers`` are the keys of the questions that this answers.

    Raises UnknownColumn, BadValue, NotThere and DiskFull.
    """
    with telling(project, What.CORRECT, dataset.id, kind="columns") as told:
        schema = put(project, dataset, edits, answers)
        told.happened = schema != dataset.schema
        told.hash, told.facts["columns"] = of_schema(schema), named(dataset.schema, schema)


def put(
    project: Path, dataset: Dataset, edits: Mapping[str, Edit], answers: tuple[str, ...] = ()
) -> Schema:
    """As ``correct``, for what is told as something else; gives what the columns mean now."""
    schema = corrected(dataset, edits)
    pairs = _changed(dataset.schema, schema)
    if not pairs and not answers:
        return schema
    step = Step(tuple(old for old, _ in pairs), tuple(new for _, new in pairs), answers)
    steps = (*kept(project, dataset.id).steps, step)
    _keep(project, dataset.id, steps)  # first: a step that changed nothing yet does no harm
    if pairs:
        tables.correct(project, dataset.id, schema)
    return schema


def undo(project: Path, dataset: Dataset) -> None:
    """Takes the latest step back; what others changed in its columns since then stays."""
    if not kept(project, dataset.id).steps:
        return
    with telling(project, What.CORRECT, dataset.id, kind="undo") as told:
        schema = take_back(project, dataset)
        told.hash, told.facts["columns"] = of_schema(schema), named(dataset.schema, schema)


def take_back(project: Path, dataset: Dataset) -> Schema:
    """As ``undo``, for what is told as something else; gives what the columns mean now."""
    steps = kept(project, dataset.id).steps
    schema = dataset.schema
    for old, new in zip(steps[-1].before, steps[-1].after, strict=True):
        if new.name in schema:
            schema = schema.changed(_back(schema[new.name], old, new))
    tables.correct(project, dataset.id, schema)
    _keep(project, dataset.id, steps[:-1])
    return schema


def named(before: Schema, after: Schema) -> str:
    """The columns that mean something else, as the trail names them."""
    return ", ".join(new.name for _, new in _changed(before, after))


def _changed(before: Schema, after: Schema) -> list[tuple[Column, Column]]:
    pairs = zip(before.columns, after.columns, strict=True)
    return [(old, new) for old, new in pairs if old != new]


def _back(now: Column, old: Column, new: Column) -> Column:
    """The column with what the step changed as it was before."""
    names = [field.name for field in fields(old)]
    changed = [name for name in names if getattr(old, name) != getattr(new, name)]
    return replace(now, **{name: getattr(old, name) for name in changed})


def _keep(project: Path, table: str, steps: tuple[Step, ...]) -> None:
    write(tables.place(project, table) / FILE, msgspec.json.encode(Corrections(steps)))
