"""A segment of customers with one or two levers pulled: each customer before and after."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import msgspec
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import LeverOnDerived, NotANumber, UnknownColumn
from core.explore.filters import Filter, kept
from core.models.family import Floats, Task
from core.predict import known_columns, scored
from core.progress import Report, part, silent
from core.schema import Kind, Schema
from core.train.training import TrainedModel
from core.what_if.formula import Formula, applied, formula
from core.what_if.impossible import Left, left_out
from core.what_if.lever import Lever, moved, pulled
from core.what_if.outsiders import Bools
from core.what_if.support import Support

ROWS_AT_ONCE = 4000
SAME = 1e-6  # relative: a formula gives what the table holds


class Among(StrEnum):
    """Whose segment it is: customers the model never saw, or all of the table's."""

    HELD_OUT = "held_out"
    TABLE = "table"


@dataclass(frozen=True)
class Derived:
    """A number column that follows from others by a formula."""

    column: str
    formula: str


@dataclass(frozen=True)
class Segment:
    """Who is meant and what is changed. Same wish, same ``id``."""

    among: Among
    filters: tuple[Filter, ...]
    levers: tuple[Lever, ...]
    derived: tuple[Derived, ...] = ()

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits of the SHA-256 of the wish."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()[:16]


@dataclass(frozen=True)
class Fit:
    """How a formula agrees with the table as it is: in ``same`` of ``rows`` with a value."""

    column: str
    same: int
    rows: int


@dataclass(frozen=True, eq=False)
class Shifted:
    """The customers of a segment before and after.

    ``before`` and ``after`` are (n,) chances of the outcome of interest, (n, classes) chances or
    (n,) values; ``touched`` (n,) is true where a lever changed a cell. ``looked_at`` rows were
    asked whether they are in the segment, ``rows_of_table`` there are; ``met`` met its filters, of
    whom ``left`` were left out, counted by the first reason. ``groups`` (n,) are alike for rows of
    one owner; None where rows have none.
    """

    task: Task
    target: str
    classes: tuple[str, ...]
    rows: NDArray[np.int64]
    before: Floats
    after: Floats
    touched: Bools
    looked_at: int
    rows_of_table: int
    met: int
    left: tuple[tuple[Left, int], ...] = ()
    fits: tuple[Fit, ...] = ()
    groups: NDArray[np.int64] | None = None

    @property
    def left_out(self) -> int:
        """How many customers of the segment were left out."""
        return sum(count for _, count in self.left)


def columns_of(model: TrainedModel, asked: Segment, schema: Schema) -> tuple[str, ...]:
    """The columns of the table that are needed to work a segment out.

    Raises what ``derivations`` raises.
    """
    formulas = derivations(asked, schema)
    names = [column.name for column in model.spec.features]
    names += [wanted.column for wanted in asked.filters]
    names += [column for _, found in formulas for column in found.columns]
    return tuple(dict.fromkeys(names))


def derivations(asked: Segment, schema: Schema) -> tuple[tuple[str, Formula], ...]:
    """The derived columns with their formulas, which use number columns that are not derived.

    Raises LeverOnDerived, NotANumber, UnknownColumn and what ``formula`` raises.
    """
    derived = {each.column for each in asked.derived}
    numbers = [c.name for c in schema.columns if c.kind is Kind.NUMBER and c.name not in derived]
    for name in derived:
        if schema[name].kind is not Kind.NUMBER:
            raise NotANumber(name)
        if any(lever.column == name for lever in asked.levers):
            raise LeverOnDerived(name)
    return tuple((each.column, formula(each.formula, numbers)) for each in asked.derived)


def changed(
    known: Support, schema: Schema, table: pd.DataFrame, asked: Segment, report: Report = silent
) -> Shifted:
    """What the levers of ``asked`` do to the segment in ``table``: typed, the index its numbers.

    ``schema`` says what the table's columns are. Raises what ``derivations``, ``kept`` and
    ``pulled`` raise, UnknownColumn for a lever on a column that the model does not know, and
    ColumnsMissing.
    """
    model, formulas = known.model, derivations(asked, schema)
    report(0.0, "segment.stage.changing")
    before = kept(table, asked.filters)
    known_columns(model, before)
    after = _levered(model, before, asked.levers)
    after = _derived(before, after, formulas)
    reasons = left_out(known, before, after, part(report, 0.0, 0.4))
    stays = reasons == ""
    first, last = before[stays], after[stays]
    touched = _any_moved(first, last, (column.name for column in model.spec.features))
    was, now = _scores(model, first, last, touched, part(report, 0.4, 1.0))
    counts = {why: int((reasons == why).sum()) for why in Left}
    return Shifted(
        task=model.spec.task,
        target=model.spec.target.name,
        classes=model.classes,
        rows=first.index.to_numpy("int64"),
        before=was,
        after=now,
        touched=touched,
        looked_at=len(table),
        rows_of_table=len(table),
        met=len(before),
        left=tuple((why, count) for why, count in counts.items() if count),
        fits=tuple(_fit(before, column, found) for column, found in formulas),
    )


def _levered(model: TrainedModel, before: pd.DataFrame, levers: tuple[Lever, ...]) -> pd.DataFrame:
    """The table after the levers, one after the other."""
    columns = {column.name: column for column in model.spec.features}
    after = before.copy(deep=False)
    for lever in levers:
        if lever.column not in columns:
            raise UnknownColumn(lever.column, tuple(columns))
        after[lever.column] = pulled(lever, columns[lever.column], after[lever.column])
    return after


def _derived(
    before: pd.DataFrame, after: pd.DataFrame, formulas: tuple[tuple[str, Formula], ...]
) -> pd.DataFrame:
    """Derived columns worked out anew in rows where something they are made of has changed."""
    for column, found in formulas:
        if column in after:
            stays = ~_any_moved(before, after, found.columns)
            after[column] = after[column].where(stays, applied(found, after))
    return after


def _any_moved(before: pd.DataFrame, after: pd.DataFrame, columns: Iterable[str]) -> Bools:
    """(n,) true where a cell of some column is another."""
    found = np.zeros(len(before), bool)
    for name in columns:
        if after[name] is not before[name]:
            found |= moved(before[name], after[name])
    return found


def _fit(before: pd.DataFrame, column: str, found: Formula) -> Fit:
    values = applied(found, before)
    held = before[column].to_numpy("float64", na_value=np.nan) if column in before else values
    both = np.isfinite(held) & np.isfinite(values)
    same = np.isclose(held, values, rtol=SAME, atol=SAME)
    return Fit(column, int((both & same).sum()), int(both.sum()))


def _scores(
    model: TrainedModel,
    first: pd.DataFrame,
    last: pd.DataFrame,
    touched: Bools,
    report: Report,
) -> tuple[Floats, Floats]:
    """Before and after; customers whom no lever touched are asked once."""
    was = _scored(model, first, part(report, 0.0, 0.5))
    now = was.copy()
    if touched.any():
        now[touched] = _scored(model, last[touched], part(report, 0.5, 1.0))
    return was, now


def _scored(model: TrainedModel, table: pd.DataFrame, report: Report) -> Floats:
    if not len(table):
        return np.zeros((0, len(model.classes)) if model.spec.task is Task.MULTICLASS else 0)
    parts = []
    for start in range(0, len(table), ROWS_AT_ONCE):
        report(start / len(table), "segment.stage.predicting")
        parts.append(scored(model, table.iloc[start : start + ROWS_AT_ONCE]))
    return np.concatenate(parts)
