"""The rows of a table that are wanted, said as values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import BadValue, UnknownColumn
from core.schema import Kind


@dataclass(frozen=True)
class Filter:
    """A condition on one column: within ``low..high``, both included, or one of ``levels``.

    Bounds are numbers, or dates as ISO text ("2025-03-01"; a bare day as ``high`` means all of
    that day). None leaves a side open. Rows whose cell is missing are dropped unless ``missing``.
    """

    column: str
    low: float | str | None = None
    high: float | str | None = None
    levels: tuple[str, ...] | None = None
    missing: bool = False


def columns(filters: tuple[Filter, ...]) -> tuple[str, ...]:
    """The columns that the filters ask about, each once."""
    return tuple(dict.fromkeys(wanted.column for wanted in filters))


def kept(table: pd.DataFrame, filters: tuple[Filter, ...]) -> pd.DataFrame:
    """The rows that meet every filter, index and order as they were.

    Raises UnknownColumn, and BadValue where a bound does not fit the column.
    """
    meets = np.ones(len(table), bool)
    for wanted in filters:
        if wanted.column not in table:
            raise UnknownColumn(wanted.column, tuple(map(str, table.columns)))
        meets &= _meets(table[wanted.column], wanted)
    return table[meets]


def _meets(values: pd.Series, wanted: Filter) -> np.ndarray:
    there = np.ones(len(values), bool)
    if wanted.levels is not None:
        there &= values.isin(wanted.levels).to_numpy(bool)
    if wanted.low is not None:
        low = _bound(values, wanted.column, wanted.low)
        there &= (values >= low).to_numpy(bool, na_value=False)
    if wanted.high is not None:
        high = _end_of_day(_bound(values, wanted.column, wanted.high), wanted.high)
        there &= (values <= high).to_numpy(bool, na_value=False)
    empty = values.isna().to_numpy(bool)
    return np.where(empty, wanted.missing, there)


def _bound(values: pd.Series, column: str, bound: float | str) -> float | pd.Timestamp:
    dates = pd.api.types.is_datetime64_any_dtype(values)
    if not dates and not pd.api.types.is_numeric_dtype(values):
        raise BadValue(column, str(bound), Kind.CATEGORY)
    try:
        return pd.Timestamp(str(bound)) if dates else float(bound)
    except ValueError as error:
        raise BadValue(column, str(bound), Kind.DATE if dates else Kind.NUMBER) from error


def _end_of_day(bound: float | pd.Timestamp, said: float | str) -> float | pd.Timestamp:
    if not isinstance(bound, pd.Timestamp) or len(str(said)) > len("2025-03-01"):
        return bound
    return bound + pd.Timedelta(days=1, microseconds=-1)
