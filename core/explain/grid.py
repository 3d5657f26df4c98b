"""The values of a number or date at which a model is asked, to draw how its answer goes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.explain.values import ordered
from core.models.family import Floats
from core.schema import Column, Kind, Schema
from core.train.field import Field
from core.train.preparation import is_numeric
from core.train.training import TrainedModel


def column_of(model: TrainedModel, name: str) -> Column:
    """The column of that name that the model learned from. Raises UnknownColumn."""
    return Schema(model.spec.features)[name]


def field_of(model: TrainedModel, name: str) -> Field:
    """What training rows held in a column."""
    return next(field for field in model.fields if field.column == name)


def numbers_of(model: TrainedModel, name: str) -> Floats:
    """What background rows hold in a number or date (days since 1970), without gaps, in order."""
    if not is_numeric(column_of(model, name)):
        raise ValueError(f"{name} is not a number or a date")
    amounts = ordered(model.background[name])
    known = np.zeros(0) if amounts is None else amounts[np.isfinite(amounts)]
    return np.sort(known)


def grid(low: float, high: float, known: Floats, whole: bool, points: int) -> Floats:
    """About ``points`` values from ``low`` to ``high``, in order.

    Half of them are evenly spread and half follow the ``known`` values, so that a skewed column
    is looked at where its customers are. Whole numbers stay whole; where at most ``points`` of
    them lie in the range, each is taken.
    """
    if whole and high - low < points:
        return np.arange(np.ceil(low), np.floor(high) + 1.0)
    within = known[(known >= low) & (known <= high)]
    even = np.linspace(low, high, points - points // 2 if len(within) else points)
    ranks = np.linspace(0, 1, points // 2 + 2)[1:-1]
    found = np.concatenate([even, np.quantile(within, ranks)]) if len(within) else even
    return np.unique(np.clip(np.round(found), np.ceil(low), np.floor(high)) if whole else found)


def cells(column: Column, values: Floats) -> pd.Series:
    """Numbers as cells of the column: days since 1970 become dates."""
    if column.kind is Kind.DATE:
        return pd.Series(pd.to_datetime(values, unit="D"))
    return pd.Series(values, dtype="float64")
