"""How a field can be changed: the range and levels of the data, and where it stands."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import pandas as pd

from core.schema import Column, Kind
from core.train.field import Field
from core.train.training import TrainedModel
from core.what_if.scenario import Cell
from core.what_if.support import plain_value

SLIDER_STEPS = 100  # a wider range of whole numbers is typed rather than slid
SMALLEST_SPAN = 1e-12
LARGEST_WHOLE = 2**53 - 1  # the browser counts no further
EPOCH = date(1970, 1, 1)


class Sort(StrEnum):
    """Which widget suits."""

    SLIDER = "slider"
    NUMBER = "number"
    CHOICE = "choice"
    DATE = "date"
    TEXT = "text"  # is shown and stays


@dataclass(frozen=True)
class Control:
    """One field to change.

    ``low``, ``high`` and ``step`` are of numbers (whole ones as int); ``levels`` of choices, the
    frequent first. ``value`` is where it stands, None where missing; ``gaps`` where it may be.
    """

    column: str
    sort: Sort
    value: Any
    low: Any = None
    high: Any = None
    step: Any = None
    levels: tuple[str, ...] = ()
    gaps: bool = False


def controls(model: TrainedModel, row: pd.DataFrame) -> dict[str, Control]:
    """How each feature of one row (1, columns) can be changed, by column."""
    fields = {field.column: field for field in model.fields}
    return {
        column.name: control(
            column, fields[column.name], plain_value(column, row[column.name].iloc[0])
        )
        for column in model.spec.features
    }


def control(column: Column, field: Field, value: float | str | None) -> Control:
    """How a field that stands at ``value`` (dates in days since 1970) can be changed."""
    if column.kind is Kind.DATE:
        return _of_date(field, value)
    if column.kind is Kind.TEXT and not field.levels:
        return Control(column.name, Sort.TEXT, value, gaps=field.gaps)
    if column.kind is not Kind.NUMBER:
        levels = field.levels if value is None or value in field.levels else (value, *field.levels)
        return Control(
            column.name, Sort.CHOICE, value, levels=tuple(map(str, levels)), gaps=field.gaps
        )
    low, high = field.low or 0.0, field.high or 0.0
    known = value if isinstance(value, float) else None
    low, high = (low, high) if known is None else (min(low, known), max(high, known))
    step = _step(high - low, field.whole)
    slid = known is not None and 1 <= (high - low) / step <= SLIDER_STEPS
    slid = slid and not field.gaps
    if field.whole and not slid:  # a typed field's buttons go round steps too
        step = max(1.0, float(round(_step(high - low, False))))
    whole = field.whole and (known is None or known.is_integer())
    number = int if whole and max(-low, high) <= LARGEST_WHOLE else float
    return Control(
        column.name,
        Sort.SLIDER if slid else Sort.NUMBER,
        None if known is None else number(known),
        number(low),
        number(high),
        number(step),
        gaps=field.gaps,
    )


def changes(before: dict[str, Control], now: dict[str, Cell | date]) -> dict[str, Cell]:
    """The edits: fields whose value is another than where they stood."""
    return {name: _cell(value) for name, value in now.items() if value != before[name].value}


def _cell(value: Cell | date) -> Cell:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value


def _of_date(field: Field, value: float | str | None) -> Control:
    def day(days: float | None) -> date | None:
        return None if days is None else EPOCH + timedelta(days=int(days // 1))

    stands = day(value if isinstance(value, float) else None)
    return Control(
        field.column, Sort.DATE, stands, day(field.low), day(field.high), gaps=field.gaps
    )


def _step(span: float, whole: bool) -> float:
    """The finest of 1, 2, 5 times a power of ten that takes at most a hundred steps; 1 if whole."""
    if whole or span < SMALLEST_SPAN:
        return 1.0
    size = 10.0 ** (math.floor(math.log10(span)) - 2)
    return next((s * size for s in (1, 2, 5) if span / (s * size) <= SLIDER_STEPS), 10 * size)
