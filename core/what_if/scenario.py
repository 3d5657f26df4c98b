"""One customer with edits, and what the edits change: a what-if is two explanations."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from core.data.table import typed
from core.errors import BadValue, UnknownColumn
from core.explain.explaining import Explainer, explain
from core.explain.explanation import Explanation
from core.predict import known_columns
from core.schema import Column, Kind
from core.train.field import Field
from core.train.training import TrainedModel

Cell = float | str | datetime | None


@dataclass(frozen=True, eq=False)
class Scenario:
    """A customer (one row of the feature columns) and what is changed about them."""

    row: pd.DataFrame
    edits: dict[str, Cell]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Before and after the edits, each explained; of one row each."""

    before: Explanation
    after: Explanation
    edits: dict[str, Cell]

    @property
    def difference(self) -> float:
        """How much the edits change the prediction, on its scale."""
        return float(self.after.prediction[0] - self.before.prediction[0])


def typical(model: TrainedModel) -> pd.DataFrame:
    """The average customer: medians and most frequent levels of the training rows; row -1."""
    cells = {field.column: [_typed(field)] for field in model.fields}
    return pd.DataFrame(cells, index=[-1]).astype(model.background.dtypes.to_dict())


def _typed(field: Field) -> Cell:
    if field.kind is Kind.DATE and isinstance(field.middle, float):
        return pd.Timestamp("1970-01-01") + pd.Timedelta(days=field.middle)
    return field.middle


def edited(scenario: Scenario, model: TrainedModel) -> pd.DataFrame:
    """The row after its edits. Raises UnknownColumn and BadValue."""
    row = scenario.row.copy()
    columns = {column.name: column for column in model.spec.features}
    for name, value in scenario.edits.items():
        if name not in columns:
            raise UnknownColumn(name, tuple(columns))
        row[name] = pd.Series(
            [_cell(columns[name], value)], index=row.index, dtype=model.background[name].dtype
        )
    return row


def _cell(column: Column, value: Cell | date) -> Cell:
    """An edit as the table would hold it; None for a gap. Raises BadValue."""
    if value is None or value == "" or pd.isna(value):
        return None
    cell = _made(column, value)
    if cell is None:
        raise BadValue(column.name, str(value), column.kind)
    return cell


def _made(column: Column, value: float | str | date) -> Cell:
    """The typed cell, or None where the value cannot be one; text is read as in the file."""
    if isinstance(value, str):
        return _read(column, value)
    if column.kind is Kind.DATE:
        return pd.Timestamp(value).tz_localize(None) if isinstance(value, date) else None
    if column.kind is Kind.NUMBER:
        return None if isinstance(value, date) or not math.isfinite(value) else float(value)
    return _read(column, f"{value:.15g}" if isinstance(value, float) else str(value))


def _read(column: Column, text: str) -> Cell:
    if text in column.levels:
        return text
    found = typed(pd.DataFrame({column.name: [text]}), (column,))[column.name].iloc[0]
    if pd.isna(found) and column.kind is Kind.DATE:
        found = pd.to_datetime(text, format="ISO8601", errors="coerce")
        return None if pd.isna(found) else found.tz_localize(None)
    return None if pd.isna(found) else found


def compare(
    ready: Explainer, scenario: Scenario, of: str = "", known: Explanation | None = None
) -> Comparison:
    """Before and after, explained. ``known`` is the row's own explanation where it is at hand.

    Raises UnknownColumn, BadValue, ColumnsMissing.
    """
    row = known_columns(ready.model, scenario.row)
    before = explain(ready, row, of) if known is None else known
    if not scenario.edits:
        return Comparison(before, before, scenario.edits)
    changed = edited(Scenario(row, scenario.edits), ready.model)
    return Comparison(before, explain(ready, changed, of), scenario.edits)
