"""What was done about findings, step by step, so that it can be undone and done again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from core.data.correct import difference
from core.data.dataset import Dataset
from core.data.finding import MEANING, TRAINING, Act, Remedy
from core.data.remedies import edits_of, rewritten
from core.errors import NotThere
from core.schema import Column, Schema
from core.store import corrections, rest, tables
from core.store.fingerprint import of_schema, of_table
from core.store.folder import decoded, write
from core.store.glance import is_there
from core.store.guard import RECORD as MASKED
from core.store.trail import What
from core.store.untold import telling

FILE = "history.json"


@dataclass(frozen=True)
class Done:
    """A remedy that was applied ``at`` a time (UTC, ISO 8601) because of a finding's ``code``.

    It led from table ``before`` to table ``after``: the same table where only the meaning of
    columns changed, and then ``columns`` are those columns as they were.
    """

    remedy: Remedy
    code: str
    at: str
    before: str
    after: str
    columns: tuple[Column, ...] = ()


def apply(project: Path, table: str, remedy: Remedy, code: str, at: str) -> Dataset:
    """The table after a remedy, kept in the project and written into its history.

    The table before stays as it is. Where the remedy changes nothing, nothing is written. Raises
    NotThere, UnknownColumn, BadValue, NothingLeft and DiskFull.
    """
    dataset = tables.load(project, table)
    facts = {"kind": "remedy", "act": remedy.act.value, "columns": ", ".join(remedy.columns)}
    with telling(project, What.CORRECT, **facts) as told:
        before = _all(project)
        made = _applied(project, dataset, remedy, code, at)
        told.happened = _all(project) != before
        told.of = made.id
        told.hash = of_schema(made.schema) if made.id == table else of_table(made)
    return made


def _applied(project: Path, dataset: Dataset, remedy: Remedy, code: str, at: str) -> Dataset:
    table = dataset.id
    if remedy.act in TRAINING:
        if remedy not in (step.remedy for step in history(project, table)):
            _write(project, (*_all(project), Done(remedy, code, at, table, table)))
        return dataset
    if remedy.act in MEANING:
        was = tuple(dataset.schema[name] for name in remedy.columns)
        corrections.put(project, dataset, edits_of(dataset.schema, remedy))
        made = tables.load(project, table)
        if made.schema == dataset.schema:
            return dataset
        _write(project, (*_all(project), Done(remedy, code, at, table, table, was)))
        return made
    made = _kept(project, dataset, remedy)
    if made.id != table:
        _write(project, (*_all(project), Done(remedy, code, at, table, made.id)))
    return made


def undo(project: Path, table: str) -> Dataset:
    """The table before the last remedy that led to ``table``; that is struck from the history.

    What was said of other columns since, by their roles, is kept. Raises NotThere where nothing
    was done.
    """
    done = _all(project)
    place = _last(done, table)
    if place is None or not history(project, table):
        raise NotThere("step", table)
    last = done[place]
    act = last.remedy.act.value
    with telling(project, What.CORRECT, last.before, kind="undo", act=act) as told:
        _undone(project, table, done, place)
        made = tables.load(project, last.before)
        told.hash = of_schema(made.schema)
        told.facts["columns"] = ", ".join(last.remedy.columns)
    return made


def _undone(project: Path, table: str, done: tuple[Done, ...], place: int) -> None:
    last = done[place]
    now, before = tables.load(project, table), tables.load(project, last.before)
    if last.columns:
        _taken_back(project, now, last.columns)
    elif last.after != last.before:
        schema = _carried(now.schema, before.schema, last.remedy.columns)
        tables.correct(project, last.before, schema)
    _write(project, done[:place] + done[place + 1 :])


def _taken_back(project: Path, now: Dataset, columns: tuple[Column, ...]) -> None:
    """The columns as they were: by the same way back as corrections by hand, where it is next."""
    steps = corrections.kept(project, now.id).steps
    if steps and steps[-1].before == columns:
        corrections.take_back(project, now)
        return
    edits = {c.name: difference(now.schema[c.name], c) for c in columns}
    corrections.put(project, now, edits)


def history(project: Path, table: str) -> tuple[Done, ...]:
    """What led to a table and still holds, the first step first."""
    found: list[Done] = []
    for step in reversed(_all(project)):
        if step.after == table:
            if not step.columns or _holds(tables.load(project, table).schema, step):
                found.append(step)
            table = step.before
    return tuple(reversed(found))


@dataclass(frozen=True)
class Wanted:
    """How models of a table are to be trained where nothing else is chosen.

    ``latest`` is the date by which the latest rows are held out, empty for the last rows of the
    table, None where that was not asked for.
    """

    balanced: bool = False
    latest: str | None = None


def wanted(project: Path, table: str) -> Wanted:
    """What the remedies that still hold ask of training, the last word on each."""
    found = Wanted()
    for step in history(project, table):
        if step.remedy.act is Act.BALANCE:
            found = replace(found, balanced=True)
        elif step.remedy.act is Act.LATEST:
            found = replace(found, latest=next(iter(step.remedy.columns), ""))
    return found


def _holds(schema: Schema, step: Done) -> bool:
    """Whether columns are not again what they were; they may be corrected by hand too."""
    return any(c.name in schema and schema[c.name] != c for c in step.columns)


def replayed(project: Path, table: str, steps: tuple[Done, ...], at: str) -> Dataset:
    """The table after the same steps again, for a table that was read anew.

    Steps about columns that are no longer there are passed over.
    """
    made = tables.load(project, table)
    for step in steps:
        if all(name in made.schema for name in step.remedy.columns):
            made = apply(project, made.id, step.remedy, step.code, at)
    return made


def _kept(project: Path, dataset: Dataset, remedy: Remedy) -> Dataset:
    with rest.scratch(project) as aside:
        made = rewritten(dataset, remedy, aside / "table")
        if is_there(dataset.folder / MASKED):  # its personal data are out of it already
            (made.folder / MASKED).write_bytes(rest.content(dataset.folder / MASKED))
        return tables.keep(project, made)


def _carried(now: Schema, before: Schema, touched: tuple[str, ...]) -> Schema:
    """The schema before with the roles of now, but for what the remedy touched."""
    schema = before
    for column in now.columns:
        if column.name in before and column.name not in touched:
            schema = schema.changed(replace(before[column.name], role=column.role))
    return schema


def _last(done: tuple[Done, ...], table: str) -> int | None:
    places = [place for place, step in enumerate(done) if step.after == table]
    return places[-1] if places else None


def _all(project: Path) -> tuple[Done, ...]:
    file = project / FILE
    return decoded(file, tuple[Done, ...]) if is_there(file) else ()


def _write(project: Path, done: tuple[Done, ...]) -> None:
    write(project / FILE, msgspec.json.encode(done))
