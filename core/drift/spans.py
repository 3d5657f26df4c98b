"""A column of numbers or dates in both tables; a date is its days since 1970."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from core.drift.comparison import Bar, ColumnDrift
from core.drift.numbers import apart, counted, parts_of
from core.drift.shares import by_chance, stability
from core.models.family import Floats

DAY = np.timedelta64(1, "D")
BINS = 20
VALUES_AT_MOST = 12  # different ones that have a bar each
TAILS = (0.01, 0.99)  # of all values; the outermost bars hold what lies beyond


def spans(bare: ColumnDrift, then: pd.Series, now: pd.Series) -> ColumnDrift:
    """The column with what its numbers tell; ``then`` has at least one."""
    first, second = known(then), known(now)
    if not len(first):
        return bare
    borders = parts_of(first)
    sides = [np.append(counted(each, borders), len(cells) - len(each)) for each, cells in
             ((first, then), (second, now))]  # fmt: skip
    found = replace(
        bare,
        index=stability(*sides),
        by_chance=by_chance(*sides),
        outside=int(((second < first.min()) | (second > first.max())).sum()),
        middle=(float(np.median(first)), float(np.median(second)) if len(second) else None),
        average=(float(first.mean()), float(second.mean()) if len(second) else None),
        bars=bars(first, second),
    )
    if not len(second):
        return found
    test, spread = apart(first, second), float(first.std())
    return replace(
        found,
        test="ks",
        statistic=test.statistic,
        p=test.p,
        distance=test.distance,
        deviations=test.distance / spread if spread > 0 else None,
    )


def known(cells: pd.Series) -> Floats:
    """The finite numbers among cells (n,), dates as days since 1970."""
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        filled = cells.dropna().to_numpy("datetime64[us]")
        return np.asarray((filled - np.datetime64("1970-01-01")) / DAY, np.float64)
    values = pd.to_numeric(cells).to_numpy("float64", na_value=np.nan)
    return values[np.isfinite(values)]


def bars(then: Floats, now: Floats) -> tuple[Bar, ...]:
    """Common bins of both samples with their rows: a bar a value where there are few."""
    every = np.concatenate([then, now])
    values = np.unique(every)
    if len(values) <= VALUES_AT_MOST:
        found = [np.array([(each == value).sum() for value in values]) for each in (then, now)]
        lows, highs = values, values
    else:
        edges = np.linspace(*_reach(every), BINS + 1)
        inside = [np.clip(each, edges[0], edges[-1]) for each in (then, now)]
        found = [np.histogram(each, edges)[0] for each in inside]
        lows, highs = edges[:-1], edges[1:]
    return tuple(
        Bar(int(a), int(b), float(low), float(high))
        for a, b, low, high in zip(*found, lows, highs, strict=True)
    )


def _reach(every: Floats) -> tuple[float, float]:
    low, high = np.quantile(every, TAILS)
    return (low, high) if low < high else (float(every.min()), float(every.max()))
