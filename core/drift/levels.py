"""A column of categories, or of yes and no, in both tables; new levels are told apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.privacy.counts import K
from core.drift.comparison import Bar, ColumnDrift
from core.drift.shares import by_chance, chi_squared, pooled, stability, variation

LEVELS_AT_MOST = 50  # that are compared one by one
BARS_AT_MOST = 12
NAMED_AT_MOST = 5
Counts = NDArray[np.int64]


def levels(bare: ColumnDrift, then: pd.Series, now: pd.Series) -> ColumnDrift:
    """The column with what its levels tell; ``then`` has at least one filled cell."""
    first, second = then.dropna().value_counts(), now.dropna().value_counts()
    names = first.index.union(second.index, sort=False)
    sides = [_counts(each, names) for each in (first, second)]
    gaps = [len(cells) - int(side.sum()) for cells, side in zip((then, now), sides, strict=True)]
    groups = _grouped(sides)
    whole = [np.append(side, gap) for side, gap in zip(groups, gaps, strict=True)]
    new = np.array([name not in first.index for name in names], bool)
    many = new & (sides[1] >= K)  # what fewer people say may be somebody's own
    named = [str(names[i]) for i in np.argsort(-sides[1], kind="stable") if many[i]]
    found = replace(
        bare,
        index=stability(*whole),
        by_chance=by_chance(*whole),
        unseen=int(sides[1][new].sum()),
        unseen_usual=float((first == 1).sum() / first.sum()),  # Good (1953)
        unseen_levels=tuple(named[:NAMED_AT_MOST]),
        bars=_bars(names, sides),
    )
    if not groups[1].sum():
        return found
    tested = chi_squared(*groups)
    found = replace(found, variation=variation(*groups))
    if tested is None:
        return found
    return replace(found, test="chi_squared", statistic=tested[0], p=tested[1])


def _counts(found: pd.Series, names: pd.Index) -> Counts:
    return np.asarray(found.reindex(names, fill_value=0), np.int64)


def _grouped(sides: list[Counts]) -> list[Counts]:
    """Rare levels together: there would be too few of them for the test to hold."""
    places = pooled(sides[0], sides[1], LEVELS_AT_MOST)
    many = int(places.max(initial=-1)) + 1
    return [np.bincount(places, weights=side, minlength=many).astype(np.int64) for side in sides]


def _bars(names: pd.Index, sides: list[Counts]) -> tuple[Bar, ...]:
    """The most frequent levels; the last bar, without a name, holds all others."""
    total = sides[0] + sides[1]
    order = [i for i in np.argsort(-total, kind="stable")[:BARS_AT_MOST] if total[i] >= K]
    found = [Bar(int(sides[0][i]), int(sides[1][i]), level=str(names[i])) for i in order]
    then, now = (int(side.sum() - side[order].sum()) for side in sides)
    return (*found, Bar(then, now)) if then + now else tuple(found)
