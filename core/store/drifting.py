"""A saved model with its training data, and a table read as the model knows it, compared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.data.dataset import Dataset
from core.data.table import frame
from core.data.unread import unread
from core.drift.columns import Read
from core.drift.comparing import Now, Then, compare
from core.drift.comparison import Comparison
from core.errors import NotThere
from core.explain.importance import importance
from core.explore.sample import sampled
from core.progress import Report
from core.schema import Kind, Role, Schema
from core.store import reasons, tables
from core.store.fitting import as_asked, asked_rows
from core.store.models import SavedModel
from core.train.owners import owners_among
from core.train.spec import ModelSpec, SplitKind

ROWS_AT_MOST = 200_000  # of a new table; more would not change what is said


def compared(saved: SavedModel, then: Then, dataset: Dataset, report: Report) -> Comparison:
    """The comparison with a new table; of a large one an even draw of rows is looked at."""
    return compare(then, now_of(saved, then, dataset), report)


def then_in(project: Path, saved: SavedModel) -> Then:
    """A model of a project with the exact rows that it learned from, and what its reasons say.

    Where the table is not there any more, with those rows that lie with the model.
    """
    spec = saved.model.spec
    known = stored_importance(project, spec)
    try:
        dataset = tables.load(project, spec.dataset)
    except NotThere:
        return replace(alone(saved), importance=known)
    return then_of(saved, dataset, known)


def alone(saved: SavedModel) -> Then:
    """A model without its table: up to 500 rows that it learned from lie with it."""
    model = saved.model
    return Then(model, saved.evaluation, model.background, is_whole=False)


def then_of(saved: SavedModel, dataset: Dataset, known: dict[str, float]) -> Then:
    """A model with the table that it was made of."""
    model, spec = saved.model, saved.model.spec
    rows = asked_rows(dataset, spec)
    rows = rows[rows[spec.target.name].notna()]
    aside = rows.index.isin(model.held_out)
    time = _time(dataset.schema, spec)
    dates = frame(dataset, [time], model.held_out.tolist())[time] if time else None
    return Then(
        model=model,
        evaluation=saved.evaluation,
        rows=rows[~aside],
        held_out=rows[aside],
        dates=dates,
        importance=known,
        names=dataset.schema.names,
    )


def now_of(saved: SavedModel, then: Then, dataset: Dataset) -> Now:
    """What there is of the model's columns in another table, read as the model knows them."""
    spec = saved.model.spec
    known = tuple(c for c in (spec.target, *spec.features) if c.name in dataset.schema)
    names = [column.name for column in known]
    asked = as_asked(dataset, spec)
    rows = sampled(asked, names or [dataset.schema.names[0]], ROWS_AT_MOST, spec.seed)[names]
    share = len(rows) / max(dataset.rows, 1)
    lost = {name: round(share * count) for name, count in unread(dataset, known).items()}
    time = str(then.dates.name) if then.dates is not None else _time(dataset.schema, spec)
    if time not in dataset.schema or dataset.schema[time].kind is not Kind.DATE:
        time = ""
    dates = frame(dataset, [time], rows.index.tolist())[time] if time else None
    read = Read({name: dataset.schema[name].kind for name in names}, lost)
    owners = owners_among(dataset, rows.index.tolist())
    return Now(rows, dataset.schema.names, dataset.rows, read, time, dates, owners)


def _time(schema: Schema, spec: ModelSpec) -> str:
    """The date that rows are put in order by: that of the split, else the first that tells when;
    empty where there is none."""
    dates = [c for c in schema.columns if c.kind is Kind.DATE]
    if spec.split.kind is SplitKind.DATE and spec.split.column in [c.name for c in dates]:
        return spec.split.column
    return next((c.name for c in dates if c.role is Role.TIME), "")


def stored_importance(project: Path, spec: ModelSpec) -> dict[str, float]:
    """Each column's part of the reasons that are kept of a model, of those of most customers;
    empty where none are kept, or of families of columns only."""
    names = {column.name for column in spec.features}
    of_columns = (each for _, each in reasons.kept(project, spec.id) if set(each.columns) == names)
    found = next(of_columns, None)
    return {} if found is None else {one.column: one.share for one in importance(found)}
