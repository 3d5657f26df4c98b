"""One customer with edits, and what the edits change: a what-if is two explanations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from core.errors import BadValue, UnknownColumn
from core.explain.explaining import Explainer, explain
from core.explain.explanation import Explanation
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


def _cell(column: Column, value: Cell) -> Cell:
    if value is None:
        return None
    if column.kind is Kind.NUMBER:
        try:
            return float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError) as fault:
            raise BadValue(column.name, str(value), column.kind) from fault
    if column.kind is Kind.DATE:
        moment = pd.to_datetime(value, errors="coerce")
        if pd.isna(moment):
            raise BadValue(column.name, str(value), column.kind)
        return moment
    return str(value)


def compare(ready: Explainer, scenario: Scenario, of: str = "") -> Comparison:
    """Before and after, explained together. Raises UnknownColumn, BadValue, ColumnsMissing."""
    before = scenario.row[[column.name for column in ready.model.spec.features]]
    after = edited(Scenario(before, scenario.edits), ready.model)
    both = pd.concat([before, after]).set_axis(np.array([0, 1]))
    found = explain(ready, both, of)
    return Comparison(found.row(0), found.row(1), scenario.edits)
