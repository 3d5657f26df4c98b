"""By what explained customers can be put into two groups, and the groups that makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

from core.explain.cohorts import By, Cohort, Truth, grouped_values
from core.explain.explanation import Explanation
from core.explore.filters import Filter

STEPS = 100
Bound = float | date


@dataclass(frozen=True)
class Levels:
    """Levels to choose from, most frequent first."""

    known: tuple[str, ...]


@dataclass(frozen=True)
class Span:
    """Numbers or dates from ``low`` to ``high``.

    From ``middle`` up there are at most half of the customers, or all of the highest value.
    ``step`` is for a slider; None for dates, which go by days.
    """

    low: Bound
    high: Bound
    middle: Bound
    step: float | None


def choices(found: Explanation, by: By, column: str, truth: Truth) -> Levels | Span | None:
    """What the groups can be made of; None where all customers are alike. Raises UnknownColumn."""
    values = grouped_values(found, by, column, truth).dropna()
    if values.nunique() < 2:
        return None
    if types.is_datetime64_any_dtype(values.dtype):
        days = pd.Series(values.dt.normalize())
        return _days(days) if days.nunique() > 1 else None
    if types.is_numeric_dtype(values.dtype) and not types.is_bool_dtype(values.dtype):
        low, high = float(values.min()), float(values.max())
        return Span(low, high, float(_middle(values)), (high - low) / STEPS)
    counted = values.value_counts()
    return Levels(tuple(str(level) for level in counted.index))


def cohort(by: By, column: str, among: Span, low: Bound, high: Bound) -> Cohort:
    """Customers within ``low..high``; an end at the span's own is open.

    A slider's steps start at the low end and may fall short of the high one.
    """
    nearly = 0.0 if among.step is None else among.step / 2
    opened = [low == among.low, _same(high, among.high, nearly)]
    first, last = (
        None if is_open else end.isoformat() if isinstance(end, date) else end
        for end, is_open in zip((low, high), opened, strict=True)
    )
    return Cohort(by, Filter(column, first, last))


def of_levels(by: By, column: str, levels: tuple[str, ...]) -> Cohort:
    """Customers of some levels."""
    return Cohort(by, Filter(column, levels=levels))


def _same(one: Bound, other: Bound, nearly: float) -> bool:
    if isinstance(one, date) or isinstance(other, date):
        return one == other
    return abs(one - other) <= nearly


def _days(days: pd.Series) -> Span:
    low, high, middle = (stamp.date() for stamp in (days.min(), days.max(), _middle(days)))
    return Span(low, high, middle, None)


def _middle(values: pd.Series) -> Any:
    ordered = np.sort(values.to_numpy())
    above = ordered[ordered > ordered[(len(ordered) - 1) // 2]]
    return pd.Series(above if len(above) else ordered[-1:]).iloc[0]
