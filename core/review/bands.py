"""The groups that a column puts customers into: its levels, or bands of a number or date."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from core.schema import Column, Kind
from core.text.phrases import number

BANDS = 4
LEVELS_AT_MOST = 12
OTHERS = "…"


def groups_of(values: pd.Series, column: Column) -> pd.Series:
    """A group's name for each row (n,), missing where the cell is.

    Numbers: four bands of about equally many, or each value where there are no more than four.
    Dates: years. Levels: the twelve commonest, all further ones together.
    """
    if column.kind is Kind.DATE:
        return values.dt.year.astype("Int64").astype("string").astype(object)
    if column.kind is Kind.NUMBER:
        return _bands(values.astype("float64"))
    counts = values.value_counts()
    if len(counts) <= LEVELS_AT_MOST:
        return values.astype(object)
    common = counts.index[:LEVELS_AT_MOST]
    return values.astype(object).where(values.isin(common) | values.isna(), OTHERS)


def _bands(values: pd.Series) -> pd.Series:
    known = np.unique(values.dropna())
    if len(known) <= BANDS:
        return values.map(number, na_action="ignore").astype(object)
    edges = np.unique(np.quantile(values.dropna(), np.linspace(0, 1, BANDS + 1)))
    place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    names = np.array([_band(low, high, high == edges[-1]) for low, high in pairwise(edges)], object)
    return pd.Series(names[place], index=values.index).where(values.notna(), None)


def _band(low: float, high: float, last: bool) -> str:
    """A band's name; all but the last one leave their upper end out."""
    return f"{number(low)} – {'' if last else '<'}{number(high)}"
