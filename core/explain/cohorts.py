"""Two groups of customers side by side: why the predictions of one differ from the other's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import GroupEmpty, UnknownColumn
from core.evaluate.units import numbered, units_at
from core.explain.explanation import Explanation, Scale
from core.explain.importance import mean_intervals, own_errors
from core.explore.filters import Filter, kept
from core.intervals import gap

Floats = NDArray[np.float64]
Rows = NDArray[np.bool_]
Truth = Mapping[int, object]  # what happened, by row number


class By(StrEnum):
    """What customers are grouped by."""

    COLUMN = "column"
    PREDICTION = "prediction"
    OUTCOME = "outcome"


@dataclass(frozen=True)
class Cohort:
    """Customers whose column, prediction or outcome meets ``wanted``.

    Its column's name counts for COLUMN only.
    """

    by: By
    wanted: Filter


@dataclass(frozen=True)
class Mean:
    """A mean over a group with its 95 % interval (nan for one customer)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Side:
    """One group: how many customers, and their mean prediction."""

    rows: int
    prediction: Mean


@dataclass(frozen=True)
class Difference:
    """One column's mean effect in each group, and the first's less the second's."""

    column: str
    first: Mean
    second: Mean
    difference: Mean


@dataclass(frozen=True)
class Cohorts:
    """Two groups of one explanation.

    ``columns`` are those whose mean effect differs most first; their differences add up to
    ``difference`` of the mean predictions, as each prediction is the base and its effects
    (up to the explanation's own adding-up error). ``shared`` customers are in both groups.
    """

    first: Side
    second: Side
    difference: Mean
    columns: tuple[Difference, ...]
    shared: int
    of: str
    scale: Scale
    background: int


def members(found: Explanation, cohort: Cohort, truth: Truth) -> Rows:
    """Which explained customers (rows,) belong to the cohort; an unknown outcome belongs to none.

    Raises UnknownColumn, and BadValue where a bound does not fit the column.
    """
    name = cohort.wanted.column
    values = grouped_values(found, cohort.by, name, truth)
    chosen = np.zeros(len(found.rows), bool)
    chosen[kept(pd.DataFrame({name: values}), (cohort.wanted,)).index] = True
    return chosen


def among(found: Explanation, rows: NDArray[np.int64]) -> Rows:
    """Which explained customers (rows,) have one of those row numbers."""
    return np.isin(found.rows, rows)


def grouped_values(found: Explanation, by: By, column: str, truth: Truth) -> pd.Series:
    """What customers are grouped by, (rows,) from 0. Raises UnknownColumn."""
    if by is By.PREDICTION:
        return pd.Series(found.prediction)
    if by is By.OUTCOME:
        known = pd.Series([truth.get(int(row)) for row in found.rows], dtype=object)
        numbers = known.infer_objects()
        return known if numbers.dtype == "str" else numbers
    if column not in found.columns:
        raise UnknownColumn(column, found.columns)
    return found.inputs[column].reset_index(drop=True)


def compared(found: Explanation, first: Rows, second: Rows) -> Cohorts:
    """The mean effects of two groups of the explained customers, each given as (rows,) booleans.

    Intervals of a mean are bootstraps over the group's customers; those of a difference take the
    groups as independent (customers in both make them a little wide). Raises GroupEmpty.
    """
    for number, chosen in enumerate((first, second), 1):
        if not chosen.any():
            raise GroupEmpty(number)
    one, other = _means(found, first), _means(found, second)
    gaps = [_difference(a, b) for a, b in zip(one, other, strict=True)]
    columns = [
        Difference(column, a, b, gap)
        for column, a, b, gap in zip(found.columns, one[1:], other[1:], gaps[1:], strict=True)
    ]
    return Cohorts(
        first=Side(int(first.sum()), one[0]),
        second=Side(int(second.sum()), other[0]),
        difference=gaps[0],
        columns=tuple(sorted(columns, key=lambda c: (-abs(c.difference.value), c.column))),
        shared=int((first & second).sum()),
        of=found.of,
        scale=found.scale,
        background=found.background,
    )


def _means(found: Explanation, chosen: Rows) -> list[Mean]:
    """Of the prediction, then of each column's effects."""
    amounts = np.column_stack([found.prediction, found.effects])[chosen]
    own = np.concatenate([[0.0], own_errors(found.errors[chosen])])
    ends = mean_intervals(amounts, own, numbered(units_at(found.groups, chosen)))
    return [Mean(*map(float, three)) for three in zip(amounts.mean(axis=0), *ends, strict=True)]


def _difference(one: Mean, other: Mean) -> Mean:
    return Mean(*gap((one.value, one.low, one.high), (other.value, other.low, other.high)))
