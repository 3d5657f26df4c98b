"""Which of many customers lie where the model has not learned, as ``support`` tells of one."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.models.family import Floats
from core.progress import Report, silent
from core.schema import Kind
from core.train.field import DAY_US, Field
from core.train.preparation import encode
from core.train.training import TrainedModel
from core.what_if.support import Support

ROWS_AT_ONCE = 4000
CLOSE = 1e-9  # of the squares' size: what rounding may have lost of a distance
Bools = NDArray[np.bool_]


def unlike(known: Support, table: pd.DataFrame, report: Report = silent) -> Bools:
    """(n,) true where a row's values together are unlike any background row, as
    ``Outside.combination`` has it; of typed rows with the model's columns.
    """
    found = np.zeros(len(table), bool)
    for start in range(0, len(table), ROWS_AT_ONCE):
        report(start / len(table), "segment.stage.outside")
        rows = table.iloc[start : start + ROWS_AT_ONCE]
        found[start : start + ROWS_AT_ONCE] = _unlike(known, encode(known.preparation, rows))
    return found


def _unlike(known: Support, rows: NDArray[np.float32]) -> Bools:
    """By the expanded square; where that is too close to tell, by the distance itself."""
    if not len(known.points):
        return np.zeros(len(rows), bool)
    middle = known.points.mean(axis=0)
    points, at = known.points - middle, rows.astype("float64") - middle
    lengths, own = (points**2).sum(axis=1), (at**2).sum(axis=1)
    nearest = own + (lengths - 2 * (at @ points.T)).min(axis=1)
    limit = known.usual_distance**2
    found = nearest > limit
    for row in np.flatnonzero(np.abs(nearest - limit) <= CLOSE * (own + lengths.max() + limit)):
        found[row] = _nearest(known.points, rows[row].astype("float64")) > known.usual_distance
    return found


def _nearest(points: Floats, at: Floats) -> float:
    return float(np.sqrt(((points - at) ** 2).sum(axis=1).min()))


def beyond(model: TrainedModel, table: pd.DataFrame) -> Bools:
    """(n,) true where a number leaves the range that training rows reached; no gap does."""
    found = np.zeros(len(table), bool)
    for field in model.fields:
        if field.kind is Kind.NUMBER:
            found |= out_of_range(field, as_numbers(table[field.column]))
    return found


def out_of_range(field: Field, values: Floats) -> Bools:
    """True where a value leaves the range of a number or date column; NaN never does."""
    if field.low is None or field.high is None:
        return np.isfinite(values)
    return (values < field.low) | (values > field.high)


def numeric(field: Field) -> bool:
    """True of numbers and dates."""
    return field.kind in (Kind.NUMBER, Kind.DATE)


def as_numbers(cells: pd.Series) -> Floats:
    """The cells of a number or date column, dates in days since 1970; NaN where missing."""
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        microseconds = cells.to_numpy().astype("datetime64[us]").astype("int64")
        return np.where(cells.isna(), np.nan, microseconds / DAY_US)
    return cells.to_numpy("float64", na_value=np.nan)
