"""The user's columns become a matrix, learned from training rows only and saved as JSON.

Ours rather than scikit-learn's transformers: one row in a millisecond, a known block of the
matrix for each of the user's columns (the players of the Shapley values), nothing to unpickle.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.models.family import Encoding, Matrix, Task
from core.models.folds import Numbers
from core.schema import Column, Kind
from core.train.levels import LevelPart, cross_fit, cut, encode_levels, level_part, signal
from core.train.texts import TextPart, encode_texts, text_part

LOG_SKEW = 2.0  # amounts more skewed than this are scaled on a log axis
LARGEST = 1e38  # the matrix is float32; what lies beyond is put here
FARTHEST = 1e6  # deviations from the mean; no training row is as far
GAP = 1e-3  # of a large number, to be another number in float32 too
DAY = np.timedelta64(1, "D")


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
class Preparation:
    """How each of the user's feature columns becomes a block of the matrix.

    Each column is in one of ``numbers``, ``levels`` and ``texts``. A text's block is the same
    whatever the encoding.
    """

    columns: tuple[Column, ...]
    numbers: dict[str, NumberPart]
    levels: dict[str, LevelPart]
    texts: dict[str, TextPart] = field(default_factory=dict)

    @property
    def blocks(self) -> tuple[tuple[int, int], ...]:
        """(start, stop) of each user column in the matrix."""
        widths = [self._width(column.name) for column in self.columns]
        return tuple(pairwise((0, *np.cumsum(widths, dtype=int).tolist())))

    @property
    def shared(self) -> tuple[int, ...]:
        """The numbers of the blocks that are the same whatever the encoding."""
        return tuple(i for i, column in enumerate(self.columns) if column.name in self.texts)

    def alone(self, name: str) -> Preparation:
        """The same of one column."""
        return Preparation(
            tuple(column for column in self.columns if column.name == name),
            {name: self.numbers[name]} if name in self.numbers else {},
            {name: self.levels[name]} if name in self.levels else {},
            {name: self.texts[name]} if name in self.texts else {},
        )

    def _width(self, name: str) -> int:
        if name in self.numbers:
            part = self.numbers[name]
            return 1 + part.indicator + (part.raw is not None)
        if name in self.texts:
            return self.texts[name].width
        return len(self.levels[name].missing)


def is_numeric(column: Column) -> bool:
    """True where a column is learned from as a number; a date is its days since 1970."""
    return column.kind in (Kind.NUMBER, Kind.DATE)


def is_text(column: Column) -> bool:
    """True where a column is learned from by the words in it."""
    return column.kind is Kind.TEXT


def learned(
    table: pd.DataFrame,
    columns: tuple[Column, ...],
    y: NDArray[Any],
    task: Task,
    encoding: Encoding,
) -> Preparation:
    """The preparation of ``columns`` learned from training rows (n, ...) and their truth (n,)."""
    numeric = [c.name for c in columns if is_numeric(c)]
    answers = signal(y, task)
    return Preparation(
        columns=columns,
        numbers={name: NUMBER_PARTS[encoding](_numbers(table[name])) for name in numeric},
        levels={
            c.name: level_part(c, table[c.name], answers, encoding)
            for c in columns
            if not is_numeric(c) and not is_text(c)
        },
        texts={c.name: text_part(table[c.name]) for c in columns if is_text(c)},
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
        elif column.name in preparation.texts:
            matrix[:, start:stop] = encode_texts(preparation.texts[column.name], cells)
        else:
            matrix[:, start:stop] = encode_levels(preparation.levels[column.name], cells)
    return matrix


def encode_learned(
    preparation: Preparation,
    table: pd.DataFrame,
    y: NDArray[Any],
    task: Task,
    encoding: Encoding,
    parts: Numbers,
) -> Matrix:
    """The matrix of the very rows that a preparation was learned from, for a model to learn from.

    As ``encode``, but what is made of answers is made of those of the other ``parts`` (n,) alone
    where a row's own would shine through (``core.train.levels.cross_fit``).
    """
    matrix, answers = encode(preparation, table), signal(y, task)
    for column, (start, stop) in zip(preparation.columns, preparation.blocks, strict=True):
        if column.name in preparation.levels:
            found = cross_fit(column, table[column.name], answers, encoding, parts)
            for place, codes in found.items():
                matrix[:, range(start, stop)[place]] = codes
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


def narrowed(preparation: Preparation, encoding: Encoding) -> Preparation:
    """Of a preparation that does both, the one that does the first or the second alone."""
    codes = encoding is Encoding.CODES
    numbers = {name: _one_of_both(part, codes) for name, part in preparation.numbers.items()}
    of = slice(0, 1) if codes else slice(1, None)
    levels = {name: cut(part, of) for name, part in preparation.levels.items()}
    return Preparation(preparation.columns, numbers, levels, preparation.texts)


def _one_of_both(part: NumberPart, codes: bool) -> NumberPart:
    return NumberPart(part.raw) if codes and part.raw is not None else replace(part, raw=None)


def _number_both(values: NDArray[np.float64]) -> NumberPart:
    return replace(_number_scaled(values), raw=_number_code(values).fill)


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


NUMBER_PARTS = {
    Encoding.CODES: _number_code,
    Encoding.SCALED: _number_scaled,
    Encoding.BOTH: _number_both,
}
