"""The user's own values: as numbers where they have an order, and as words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from core.text.phrases import Phrases, number
from core.text.plain import visible

Floats = NDArray[np.float64]
LONGEST_WORDS = 40


def ordered(values: pd.Series) -> Floats | None:
    """Numbers (n,) with nan where missing, for numbers, booleans and dates (in days since 1970).

    None for columns whose values have no order.
    """
    if types.is_bool_dtype(values.dtype) or types.is_numeric_dtype(values.dtype):
        return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan), np.float64)
    if types.is_datetime64_any_dtype(values.dtype):
        days = (values - pd.Timestamp(0, tz=values.dt.tz)) / pd.Timedelta(days=1)
        return np.asarray(days.to_numpy(dtype=np.float64, na_value=np.nan), np.float64)
    return None


def in_words(value: Any, say: Phrases) -> str:
    """One cell for a sentence or a label: numbers in the house's way, dates, missing, words cut."""
    if value is None or (np.ndim(value) == 0 and pd.isna(value)):
        return say("explain.missing")
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, int | float | np.number):
        return number(float(value))
    if isinstance(value, datetime | date | np.datetime64):
        stamp = pd.Timestamp(value)
        return str(stamp.date() if stamp == stamp.normalize() else stamp.floor("min"))
    return cut(value)


def cut(text: object, longest: int = LONGEST_WORDS) -> str:
    """The user's own words on one line, cut to ``longest`` characters."""
    words = visible(text)
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"
