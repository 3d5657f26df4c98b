"""Which other column a column's effect depends on, seen in an explanation alone.

After the approximate interactions of Lundberg et al. (2020, ``shap.approximate_interactions``):
rows of like value are compared, and what is left of the effect's spread is laid against every
other column. Here a column must also account for more than chance would.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from core.explain.explanation import Explanation
from core.explain.values import ordered

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
ROWS_AT_MOST = 2_000
ROWS_IN_A_BIN = 50
BINS_AT_LEAST = 10
FEWEST_ROWS_IN_A_BIN = 8
LEVELS_AT_MOST = 10
ROWS_OF_A_LEVEL = 5  # a mark of fewer fits whatever those few rows say, as with a text for each row
LEAST_SHARE = 0.1  # of the spread at like values
LEAST_SPREAD = 0.02  # of the effect's own spread; less is not worth a colour
ROUNDING = 1e-9  # of the largest effect
CHANCE = 0.001  # that a column which has no part in it is named, over all columns


@dataclass(frozen=True)
class Interaction:
    """How much of the spread of one column's effect at like values goes with ``column``.

    ``share`` is in 0..1, adjusted for what chance alone would account for (Ezekiel 1930).
    """

    column: str
    share: float


@dataclass(frozen=True)
class _Bin:
    """Rows of like value, and what is left of their effects: both (rows in the bin,).

    ``kept`` (rows, rank) spans what the column's own value accounts for within the bin.
    """

    rows: Rows
    kept: Floats
    left: Floats


def strongest_interaction(explanation: Explanation, column: str) -> Interaction | None:
    """The column that ``column``'s effect depends on most; None where chance would do as well."""
    found = interactions(explanation, column)
    return found[0] if found else None


def interactions(explanation: Explanation, column: str) -> tuple[Interaction, ...]:
    """The columns that ``column``'s effect depends on beyond chance, the strongest first."""
    place = explanation.columns.index(column)
    rows = _spread(len(explanation.rows))
    if not len(rows):
        return ()
    inputs = explanation.inputs.iloc[rows].reset_index(drop=True)
    effects = explanation.effects[rows, place]
    bins = [_without_own(b, inputs[column], effects) for b in _bins(inputs[column])]
    total = sum(float(one.left @ one.left) for one in bins)
    least = max(LEAST_SPREAD * float(effects.std()), ROUNDING * float(np.abs(effects).max()))
    if not bins or total <= len(effects) * least**2:
        return ()
    others = [name for name in explanation.columns if name != column]
    found = [_interaction(inputs[name], bins, total, len(others)) for name in others]
    named = [
        Interaction(name, share) for name, share in zip(others, found, strict=True) if share > 0
    ]
    return tuple(sorted(named, key=lambda one: -one.share))


def _spread(rows: int) -> Rows:
    return np.unique(np.linspace(0, rows - 1, min(rows, ROWS_AT_MOST)).astype(np.intp))


def _bins(values: pd.Series) -> list[Rows]:
    """Rows by level, or neighbours in order of value; gaps and rare levels apart or left out."""
    numbers = None if types.is_bool_dtype(values.dtype) else ordered(values)
    if numbers is None:
        codes = pd.factorize(values)[0]
        bins = [np.flatnonzero(codes == code) for code in np.unique(codes)]
    else:
        gone = np.isnan(numbers)
        known = np.flatnonzero(~gone)
        known = known[np.argsort(numbers[known], kind="stable")]
        size = max(min(len(known) // BINS_AT_LEAST, ROWS_IN_A_BIN), 1)
        bins = [*np.array_split(known, max(len(known) // size, 1)), np.flatnonzero(gone)]
    return [one for one in bins if len(one) >= FEWEST_ROWS_IN_A_BIN]


def _without_own(rows: Rows, values: pd.Series, effects: Floats) -> _Bin:
    """Takes the bin's mean and the slope along the column's own value out of its effects."""
    numbers = ordered(values.iloc[rows])
    own = np.ones((len(rows), 1))
    if numbers is not None and np.isfinite(numbers).all() and np.ptp(numbers) > 0:
        own = np.column_stack([own, (numbers - numbers.mean()) / numbers.std()])
    kept = np.linalg.qr(own)[0]
    left = effects[rows] - kept @ (kept.T @ effects[rows])
    return _Bin(rows, kept, left)


def _interaction(other: pd.Series, bins: list[_Bin], total: float, columns: int) -> float:
    """The adjusted share that ``other`` accounts for; 0 where it is small or may be chance."""
    from scipy.stats import f

    design = _design(other)
    told, used, free = 0.0, 0, 0
    for one in bins:
        part = design[one.rows]
        part = part - one.kept @ (one.kept.T @ part)
        fit, _, rank, _ = np.linalg.lstsq(part, one.left, rcond=1e-9)
        told += float(((part @ fit) ** 2).sum())
        used += int(rank)
        free += len(one.rows) - one.kept.shape[1] - int(rank)
    left = max(total - told, 0.0)
    if not used or free <= 0:
        return 0.0
    share = 1 - (left / free) / (total / (used + free))
    odds = math.inf if left == 0 else (told / used) / (left / free)
    clear = share >= LEAST_SHARE and f.sf(odds, used, free) < CHANCE / columns
    return share if clear else 0.0


def _design(values: pd.Series) -> Floats:
    """Ranks of numbers (gaps in the middle, and marked), or a mark for each frequent level."""
    numbers = ordered(values)
    gone = values.isna().to_numpy(float)[:, None]
    if numbers is not None:
        ranks = pd.Series(numbers).rank(pct=True).fillna(0.5).to_numpy()[:, None]
        return np.asarray(np.hstack([ranks, gone]) if gone.any() else ranks)
    counts = values.value_counts()
    frequent = counts.index[counts >= ROWS_OF_A_LEVEL][:LEVELS_AT_MOST]
    marks = [(values == level).to_numpy(float)[:, None] for level in frequent[1:]]
    return np.hstack([*marks, gone])
