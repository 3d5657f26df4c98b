"""What may be changed about a customer: which columns, how far, in which steps, at what price."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from core.errors import (
    BadPrice,
    BadStep,
    BadValue,
    LimitsCrossed,
    NotANumber,
    NothingFree,
    UnknownColumn,
)
from core.schema import Column, Kind, Role
from core.train.field import Field
from core.train.preparation import is_numeric, is_text
from core.train.training import TrainedModel
from core.what_if.formula import Formula, formula

STEPS_USUAL = 100  # a default step crosses the usual range in at most so many
USUAL_SHARES = (0.05, 0.95)
LEVELS_AT_MOST = 60  # levels tried of a column, the frequent first
PLACES_AT_MOST = 2**50  # steps are counted in whole numbers
FINEST = 1e-12  # of the largest value: a smaller step is lost in rounding


class Freedom(StrEnum):
    """Whether a column may change; BY_HAND: by a person, but no search suggests it."""

    FREE = "free"
    BY_HAND = "by_hand"
    FIXED = "fixed"
    DERIVED = "derived"


class Direction(StrEnum):
    """Which way a number may go."""

    ANY = "any"
    RISE = "rise"
    FALL = "fall"


@dataclass(frozen=True)
class Limit:
    """How one column may change.

    A number or date (days since 1970) changes to a multiple of ``step`` from ``low`` to ``high``
    (a date by whole steps from where it stands); other columns to one of ``levels``. ``price`` is
    paid for a unit of a number, for a day, or for the change of a level. A derived column follows
    from others by ``formula`` and must stay within ``low`` and ``high`` where these are given.
    """

    column: str
    kind: Kind
    freedom: Freedom
    low: float | None = None
    high: float | None = None
    step: float | None = None
    levels: tuple[str, ...] = ()
    direction: Direction = Direction.ANY
    price: float | None = None
    formula: str = ""


Limits = Mapping[str, Limit]
OF_NUMBERS = frozenset({"low", "high", "step", "direction"})


def limits(model: TrainedModel) -> dict[str, Limit]:
    """Every feature's limits before a person set any: what the training rows reached.

    Dates, sensitive columns and columns that never vary change by hand only, and texts not at all:
    what else a customer might have written nobody knows.
    """
    known = {field.column: field for field in model.fields}
    return {
        column.name: _limit(column, known[column.name], model.background[column.name])
        for column in model.spec.features
    }


def _limit(column: Column, field: Field, cells: pd.Series) -> Limit:
    levels = tuple(map(str, field.levels[:LEVELS_AT_MOST]))
    varies = len(levels) > 1 if not is_numeric(column) else field.low != field.high
    acts = column.kind not in (Kind.DATE, Kind.TEXT) and column.role is not Role.SENSITIVE
    freedom = Freedom.FREE if varies and acts else Freedom.BY_HAND
    if is_text(column) and not levels:
        freedom = Freedom.FIXED
    if not is_numeric(column):
        return Limit(column.name, column.kind, freedom, levels=levels)
    step = 1.0 if column.kind is Kind.DATE else _usual_step(field, cells)
    return Limit(column.name, column.kind, freedom, field.low, field.high, step)


def _usual_step(field: Field, cells: pd.Series) -> float:
    """The finest of 1, 2, 5 times a power of ten that crosses the usual range in 100 steps."""
    values = pd.to_numeric(cells).dropna().to_numpy("float64")
    low, high = np.quantile(values, USUAL_SHARES) if len(values) else (0.0, 0.0)
    widest = (field.high or 0.0) - (field.low or 0.0)
    least = FINEST * max(abs(field.low or 0.0), abs(field.high or 0.0))
    span = max(float(high - low) or widest, STEPS_USUAL * least)
    if not math.isfinite(span) or span <= 0:
        return 1.0
    size = 10.0 ** (math.floor(math.log10(span)) - 2)
    step = next((s for s in (1, 2, 5) if span / (s * size) <= STEPS_USUAL), 10) * size
    return max(1.0, step) if field.whole else float(f"{step:.12g}")


def changed(known: Limits, wishes: Mapping[str, Mapping[str, Any]]) -> dict[str, Limit]:
    """The limits with what a person wishes for some columns, by the fields of ``Limit``.

    A step that is no longer fine enough stays. Raises UnknownColumn, LimitsCrossed, BadStep,
    BadPrice, BadValue for a level that is none, and NotANumber for bounds of a column of levels.
    """
    found = dict(known)
    for column, wish in wishes.items():
        if column not in found:
            raise UnknownColumn(column, tuple(found))
        found[column] = _checked(replace(found[column], **wish), known[column])
    return found


def _checked(limit: Limit, before: Limit) -> Limit:
    if limit.price is not None and not (math.isfinite(limit.price) and limit.price >= 0):
        raise BadPrice(limit.column, limit.price)
    if limit.kind in (Kind.NUMBER, Kind.DATE):
        _check_number(limit)
        return limit
    other = [f.name for f in fields(Limit) if getattr(limit, f.name) != getattr(before, f.name)]
    if OF_NUMBERS & set(other) or limit.freedom is Freedom.DERIVED:
        raise NotANumber(limit.column)
    for level in limit.levels:
        if level not in before.levels:
            raise BadValue(limit.column, level, limit.kind)
    return limit


def _check_number(limit: Limit) -> None:
    if limit.kind is Kind.DATE and limit.freedom is Freedom.DERIVED:
        raise NotANumber(limit.column)
    low, high, step = limit.low, limit.high, limit.step
    for bound in (low, high):
        if bound is not None and not math.isfinite(bound):
            raise BadValue(limit.column, str(bound), limit.kind)
    if low is not None and high is not None and low > high:
        raise LimitsCrossed(limit.column, low, high)
    if step is None:
        return
    largest = max(abs(low or 0.0), abs(high or 0.0))
    if not (math.isfinite(step) and step > 0 and largest / step < PLACES_AT_MOST):
        raise BadStep(limit.column, step)


def only_free(known: Limits, columns: tuple[str, ...]) -> dict[str, Limit]:
    """The limits with exactly these columns free; derived ones stay derived.

    Raises UnknownColumn.
    """
    for column in columns:
        if column not in known:
            raise UnknownColumn(column, tuple(known))
    return {
        name: limit
        if limit.freedom is Freedom.DERIVED and name not in columns
        else replace(limit, freedom=Freedom.FREE if name in columns else Freedom.FIXED)
        for name, limit in known.items()
    }


def free(known: Limits, target: str) -> tuple[Limit, ...]:
    """The limits of the free columns. Raises NothingFree; ``target`` is what is predicted."""
    found = tuple(
        limit
        for limit in known.values()
        if limit.freedom is Freedom.FREE and (limit.levels or limit.kind is not Kind.TEXT)
    )
    if not found:
        raise NothingFree(target)
    return found


def derived(known: Limits) -> tuple[tuple[Limit, Formula], ...]:
    """The derived columns with their formulas, which use number columns that are not derived.

    Raises what ``formula`` raises.
    """
    numbers = [
        name
        for name, limit in known.items()
        if limit.kind is Kind.NUMBER and limit.freedom is not Freedom.DERIVED
    ]
    return tuple(
        (limit, formula(limit.formula, numbers))
        for limit in known.values()
        if limit.freedom is Freedom.DERIVED
    )


@cache
def decimals(step: float) -> int:
    """How many digits after the point a multiple of ``step`` has."""
    exponent = Decimal(str(step)).normalize().as_tuple().exponent
    return max(0, -int(exponent))
