"""The user's columns become a matrix, learned from training rows only and saved as JSON.

Ours rather than scikit-learn's transformers: one row in a millisecond, a known block of the
matrix for each of the user's columns (the players of the Shapley values), nothing to unpickle.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.models.family import Encoding, Matrix, Task
from core.schema import Column, Kind

LEVELS_AT_MOST = 60  # one-hot levels of a column; the rest share one
LEAST_OF_A_LEVEL = 5  # rarer levels are not told apart
PRIOR_ROWS = 10.0  # how many rows the overall rate weighs in a level's own rate
LOG_SKEW = 2.0  # amounts more skewed than this are scaled on a log axis
LARGEST = 1e38  # the matrix is float32; what lies beyond is put here
FARTHEST = 1e6  # deviations from the mean; no training row is as far
GAP = 1e-3  # of a large number, to be another number in float32 too
DAY = np.timedelta64(1, "D")
FEW_ROWS = 20  # below, an index of the levels takes longer than asking level by level


@dataclass(frozen=True)
class NumberPart:
    """``(log1p(value) or value, gaps as fill; minus mean, over scale)``, then perhaps "missing".

    A scale of 0 is a column that did not vary: nothing was learned from it, every value gives 0.
    Where ``raw`` is a number, the value as it is comes before, gaps as ``raw``.
    """

    fill: float
    mean: float = 0.0
    scale: float = 1.0
    farthest: float = LARGEST
    log: bool = False
    indicator: bool = False
    raw: float | None = None


@dataclass(frozen=True)
class LevelPart:
    """The cells of the matrix that each level, a gap and an unseen level become."""

    levels: dict[str, tuple[float, ...]]
    missing: tuple[float, ...]
    unseen: tuple[float, ...]


@dataclass(frozen=True)
class Preparation:
    """How each of the user's feature columns becomes a block of the matrix."""

    columns: tuple[Column, ...]
    numbers: dict[str, NumberPart]
    levels: dict[str, LevelPart]

    @property
    def blocks(self) -> tuple[tuple[int, int], ...]:
        """(start, stop) of each user column in the matrix."""
        stops = np.cumsum([self._width(column.name) for column in self.columns])
        return tuple(zip((0, *map(int, stops[:-1])), map(int, stops), strict=True))

    def _width(self, name: str) -> int:
        if name in self.numbers:
            part = self.numbers[name]
            return 1 + part.indicator + (part.raw is not None)
        return len(self.levels[name].missing)


def is_numeric(column: Column) -> bool:
    """True where a column is learned from as a number; a date is its days since 1970."""
    return column.kind in (Kind.NUMBER, Kind.DATE)


def learned(
    table: pd.DataFrame,
    columns: tuple[Column, ...],
    y: NDArray[Any],
    task: Task,
    encoding: Encoding,
) -> Preparation:
    """The preparation of ``columns`` learned from training rows (n, ...) and their truth (n,)."""
    numeric = [c.name for c in columns if is_numeric(c)]
    signal = _signal(y, task)
    levelled = LEVEL_PARTS[encoding]
    return Preparation(
        columns=columns,
        numbers={name: NUMBER_PARTS[encoding](_numbers(table[name])) for name in numeric},
        levels={c.name: levelled(c, table[c.name], signal) for c in columns if not is_numeric(c)},
    )


def encode(preparation: Preparation, table: pd.DataFrame) -> Matrix:
    """The matrix (rows, width) float32 of a table that has the preparation's columns."""
    blocks = preparation.blocks
    matrix = np.zeros((len(table), blocks[-1][1] if blocks else 0), "float32")
    for column, (start, stop) in zip(preparation.columns, blocks, strict=True):
        cells = table[column.name]
        if column.name in preparation.numbers:
            part = preparation.numbers[column.name]
            encode_numbers(part, _numbers(cells), matrix[:, start:stop])
        else:
            matrix[:, start:stop] = _encode_levels(preparation.levels[column.name], cells)
    return matrix


def unseen(preparation: Preparation, table: pd.DataFrame) -> tuple[tuple[str, int], ...]:
    """How many cells of each column hold a level that training never saw; only columns with any."""
    counts = {
        name: int((~table[name].isin(list(part.levels)) & table[name].notna()).sum())
        for name, part in preparation.levels.items()
    }
    return tuple((name, count) for name, count in counts.items() if count)


def _numbers(cells: pd.Series) -> NDArray[np.float64]:
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        days = (cells.to_numpy() - np.datetime64("1970-01-01")) / DAY
        return np.where(cells.isna(), np.nan, days)
    values = pd.to_numeric(cells).to_numpy("float64", na_value=np.nan)
    return np.where(np.isinf(values), np.nan, np.clip(values, -LARGEST, LARGEST))


def _number_code(values: NDArray[np.float64]) -> NumberPart:
    """Gaps below every value, so that a tree can tell them apart with one split."""
    known = values[np.isfinite(values)]
    low, high = (known.min(), known.max()) if len(known) else (0.0, 0.0)
    return NumberPart(fill=float(low - max(1.0, 0.1 * (high - low), GAP * abs(low))))


def _number_scaled(values: NDArray[np.float64]) -> NumberPart:
    """Zero mean, unit deviation; skewed amounts on a log axis; gaps at the median, flagged."""
    known = values[np.isfinite(values)]
    if not len(known):
        return NumberPart(fill=0.0, scale=0.0)
    log = bool(known.min() >= 0 and _skew(known) > LOG_SKEW)
    axis = np.log1p(known) if log else known
    return NumberPart(
        fill=float(np.median(known)),
        mean=float(axis.mean()),
        scale=float(axis.std()) if known.min() < known.max() else 0.0,
        farthest=FARTHEST,
        log=log,
        indicator=len(known) < len(values),
    )


def _skew(values: NDArray[np.float64]) -> float:
    spread = values.std()
    return float(np.mean(((values - values.mean()) / spread) ** 3)) if spread > 0 else 0.0


def _signal(y: NDArray[Any], task: Task) -> NDArray[np.float64]:
    """What levels are ordered by: the value, the outcome of interest, or a column a class."""
    if task is not Task.MULTICLASS:
        return np.asarray(y, "float64")[:, None]
    return np.eye(int(y.max()) + 1)[y]


def narrowed(preparation: Preparation, encoding: Encoding) -> Preparation:
    """Of a preparation that does both, the one that does the first or the second alone."""
    codes = encoding is Encoding.CODES
    numbers = {name: _one_of_both(part, codes) for name, part in preparation.numbers.items()}
    of = slice(0, 1) if codes else slice(1, None)
    levels = {
        name: LevelPart(
            {level: cells[of] for level, cells in part.levels.items()},
            part.missing[of],
            part.unseen[of],
        )
        for name, part in preparation.levels.items()
    }
    return Preparation(preparation.columns, numbers, levels)


def _one_of_both(part: NumberPart, codes: bool) -> NumberPart:
    return NumberPart(part.raw) if codes and part.raw is not None else replace(part, raw=None)


def _number_both(values: NDArray[np.float64]) -> NumberPart:
    return replace(_number_scaled(values), raw=_number_code(values).fill)


def _level_coded(column: Column, cells: pd.Series, signal: NDArray[np.float64]) -> LevelPart:
    if column.ordered:
        return _order_codes(column.levels, cells)
    return _level_codes(cells, signal)


def _level_scaled(column: Column, cells: pd.Series, signal: NDArray[np.float64]) -> LevelPart:
    return _level_one_hot(cells, signal)


def _level_both(column: Column, cells: pd.Series, signal: NDArray[np.float64]) -> LevelPart:
    """A level that one of the two does not know is, to it, unseen."""
    code, hot = (way(column, cells, signal) for way in (_level_coded, _level_scaled))
    known = dict.fromkeys((*code.levels, *hot.levels))
    return LevelPart(
        {
            level: code.levels.get(level, code.unseen) + hot.levels.get(level, hot.unseen)
            for level in known
        },
        code.missing + hot.missing,
        code.unseen + hot.unseen,
    )


def _level_codes(cells: pd.Series, signal: NDArray[np.float64]) -> LevelPart:
    """One code a level: its smoothed mean outcome on the axis along which levels differ most.

    For two classes or a value that is the order by rate, which is optimal for a split; for more
    classes the first principal component of the class shares (Coppersmith, Hong & Hosking 1999;
    Wright & Konig 2019).
    """
    numbers, names = pd.factorize(cells.astype(object))
    overall = signal.mean(axis=0)
    counts = np.bincount(numbers + 1, minlength=len(names) + 1)
    sums = np.stack([np.bincount(numbers + 1, s, len(names) + 1) for s in signal.T], axis=1)
    rates = (sums + PRIOR_ROWS * overall) / (counts + PRIOR_ROWS)[:, None]
    axis = _main_axis(rates[1:] - overall, counts[1:])
    codes = (rates - overall) @ axis
    return LevelPart(
        levels={str(name): (float(code),) for name, code in zip(names, codes[1:], strict=True)},
        missing=(float(codes[0]),),
        unseen=(0.0,),
    )


def _order_codes(levels: tuple[str, ...], cells: pd.Series) -> LevelPart:
    """Levels that have an order by their place in it; gaps below all, unseen ones in the middle."""
    places = {level: float(place) for place, level in enumerate(levels)}
    known = cells.map(places).dropna()
    return LevelPart(
        levels={level: (place,) for level, place in places.items()},
        missing=(-1.0,),
        unseen=(float(known.median()) if len(known) else 0.0,),
    )


def _main_axis(rates: NDArray[np.float64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    if rates.shape[1] == 1 or not len(rates):
        return np.ones(rates.shape[1])
    axis = np.linalg.svd(rates * np.sqrt(counts)[:, None], full_matrices=False)[2][0]
    return np.asarray(axis * (np.sign(axis[np.argmax(np.abs(axis))]) or 1.0))


def _level_one_hot(cells: pd.Series, signal: NDArray[np.float64]) -> LevelPart:
    """One cell a frequent level, one for all rare ones, one for a gap where training had gaps.

    The first of one or two levels is all zeros, which tells as much as a cell of its own.
    """
    counts = cells.value_counts()
    least = min(LEAST_OF_A_LEVEL, counts.max()) if len(counts) else 0
    frequent = list(counts.index[counts >= least])[:LEVELS_AT_MOST]
    rare, gaps = list(counts.index[len(frequent) :]), bool(cells.isna().any())
    first = 0 if rare or len(frequent) > 2 else 1
    told = max(1, len(frequent) - first)
    width = told + bool(rare) + gaps

    def hot(place: int) -> tuple[float, ...]:
        return tuple(float(i == place) for i in range(width))

    nothing = hot(-1)
    other = hot(told) if rare else nothing
    places = {str(level): hot(i - first) for i, level in enumerate(frequent)}
    return LevelPart(
        levels=places | {str(level): other for level in rare},
        missing=hot(width - 1) if gaps else nothing,
        unseen=other,
    )


def encode_numbers(part: NumberPart, values: NDArray[np.float64], into: Matrix) -> None:
    """Writes numbers (n,), nan for a gap, as what they are in the matrix: ``into`` (n, width)."""
    gap = ~np.isfinite(values)
    if part.raw is not None:
        into[:, 0] = np.where(gap, part.raw, values)
        into = into[:, 1:]
    values = np.where(gap, part.fill, values)
    if part.log:
        values = np.log1p(np.maximum(values, 0.0))
    if part.scale:
        into[:, 0] = np.clip((values - part.mean) / part.scale, -part.farthest, part.farthest)
    if part.indicator:
        into[:, 1] = gap


def _encode_levels(part: LevelPart, cells: pd.Series) -> NDArray[np.float64]:
    if len(cells) <= FEW_ROWS:
        coded = [_encode_level(part, cell) for cell in cells]
        return np.array(coded, "float64").reshape(len(cells), len(part.unseen))
    codes = np.array([*part.levels.values(), part.unseen, part.missing], "float64")
    found = pd.Index(list(part.levels), dtype=object).get_indexer(pd.Index(cells, dtype=object))
    places = np.where(found < 0, len(part.levels), found)
    return codes[np.where(cells.isna(), len(part.levels) + 1, places)]


def _encode_level(part: LevelPart, cell: Any) -> tuple[float, ...]:
    return part.missing if pd.isna(cell) else part.levels.get(cell, part.unseen)


NUMBER_PARTS = {
    Encoding.CODES: _number_code,
    Encoding.SCALED: _number_scaled,
    Encoding.BOTH: _number_both,
}
LEVEL_PARTS = {
    Encoding.CODES: _level_coded,
    Encoding.SCALED: _level_scaled,
    Encoding.BOTH: _level_both,
}
