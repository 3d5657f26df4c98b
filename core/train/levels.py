"""The levels of a column become cells of the matrix: codes by their outcome, or one-hot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.models.family import Encoding, Floats, Task
from core.models.folds import Numbers
from core.schema import Column

LEVELS_AT_MOST = 60  # one-hot levels of a column; the rest share one
LEAST_OF_A_LEVEL = 5  # rarer levels are not told apart
PRIOR_ROWS = 10.0  # how many rows the overall rate weighs in a level's own rate
SHARED = 0.1  # of the rows at least must share their level, else it says nothing of new rows
HARDLY = 1e-9  # of the answers' deviation: codes that differ by rounding
FEW_ROWS = 20  # below, an index of the levels takes longer than asking level by level


@dataclass(frozen=True)
class LevelPart:
    """The cells of the matrix that each level, a gap and an unseen level become."""

    levels: dict[str, tuple[float, ...]]
    missing: tuple[float, ...]
    unseen: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class _Counted:
    """Training rows by level: ``numbers`` (n,), 0 for a gap and k for the k-th of ``names``.

    ``counts`` and ``codes`` are (levels + 1,); ``axis`` (signals,) is what makes codes of rates.
    """

    numbers: NDArray[np.int64]
    names: tuple[str, ...]
    signal: Floats
    axis: Floats
    counts: NDArray[np.int64]
    codes: Floats

    @property
    def is_scattered(self) -> bool:
        """Many levels, or half of the rows in levels whose rows weigh less than the overall rate.

        Elsewhere a row's own answer hardly moves its level's code, and codes made of fewer rows
        would only be less sure. On made tables in which levels mean nothing, the own answers cost a
        forest 0.03 of AUC with 10 rows a level, 0.006 with 50, and next to nothing with 300.
        """
        of_rows = self.counts[self.numbers[self.numbers > 0]]
        return len(self.names) > LEVELS_AT_MOST or bool(
            len(of_rows) and np.median(of_rows) < PRIOR_ROWS
        )


def signal(y: NDArray[Any], task: Task) -> Floats:
    """What levels are ordered by: the value, the outcome of interest, or a column a class."""
    if task is not Task.MULTICLASS:
        return np.asarray(y, "float64")[:, None]
    return np.eye(int(y.max()) + 1)[y]


def level_part(column: Column, cells: pd.Series, answers: Floats, encoding: Encoding) -> LevelPart:
    """What the levels of training rows (n,) with the signal ``answers`` (n, signals) become."""
    if encoding is Encoding.BOTH:
        return _both(*(level_part(column, cells, answers, each) for each in _EACH))
    if encoding is Encoding.SCALED:
        return _with_code(_one_hot(cells), _counted(cells, answers))
    return _order_codes(column.levels, cells) if column.ordered else _code_part(cells, answers)


_EACH = (Encoding.CODES, Encoding.SCALED)


def cross_fit(
    column: Column, cells: pd.Series, answers: Floats, encoding: Encoding, parts: Numbers
) -> dict[int, Floats]:
    """What stands in a column's cells, by place, for the very rows it was learned from.

    The codes of each part's rows are made of the other parts' rows; only of columns whose rows are
    scattered over many levels, and nothing of an order that is known beforehand. The axis on
    which several classes' codes lie is one for all parts, that of all rows: codes of different
    axes could not be compared, and a direction tells nothing of a single row.
    """
    known = _counted(cells, answers)
    if not known.is_scattered:
        return {}
    codes, found = _codes_apart(known, parts), {}
    if encoding is not Encoding.SCALED and not column.ordered:
        found[0] = codes
    standard = _standard(known)
    if encoding is not Encoding.CODES and standard is not None:
        found[-1] = (codes - standard[0]) / standard[1]
    return found


def encode_levels(part: LevelPart, cells: pd.Series) -> Floats:
    """The cells (n, width) of levels (n,)."""
    if len(cells) <= FEW_ROWS:
        coded = [_encode_level(part, cell) for cell in cells]
        return np.array(coded, "float64").reshape(len(cells), len(part.unseen))
    codes = np.array([*part.levels.values(), part.unseen, part.missing], "float64")
    found = pd.Index(list(part.levels), dtype=object).get_indexer(pd.Index(cells, dtype=object))
    places = np.where(found < 0, len(part.levels), found)
    return np.asarray(codes[np.where(cells.isna(), len(part.levels) + 1, places)])


def cut(part: LevelPart, of: slice) -> LevelPart:
    """The same with some of its cells."""
    levels = {level: cells[of] for level, cells in part.levels.items()}
    return LevelPart(levels, part.missing[of], part.unseen[of])


def _encode_level(part: LevelPart, cell: Any) -> tuple[float, ...]:
    return part.missing if pd.isna(cell) else part.levels.get(cell, part.unseen)


def _both(code: LevelPart, hot: LevelPart) -> LevelPart:
    """A level that one of the two does not know is, to it, unseen."""
    known = dict.fromkeys((*code.levels, *hot.levels))
    return LevelPart(
        {
            level: code.levels.get(level, code.unseen) + hot.levels.get(level, hot.unseen)
            for level in known
        },
        code.missing + hot.missing,
        code.unseen + hot.unseen,
    )


def _counted(cells: pd.Series, answers: Floats) -> _Counted:
    """One code a level: its smoothed mean outcome on the axis along which levels differ most.

    For two classes or a value that is the order by rate, which is optimal for a split; for more
    classes the first principal component of the class shares (Coppersmith, Hong & Hosking 1999;
    Wright & Konig 2019).
    """
    found, names = pd.factorize(cells.astype(object))
    numbers = np.asarray(found + 1, np.int64)
    counts = np.bincount(numbers, minlength=len(names) + 1)
    apart = _above_overall(numbers, answers, len(counts))
    axis = _main_axis(apart[1:], counts[1:])
    return _Counted(numbers, tuple(map(str, names)), answers, axis, counts, apart @ axis)


def _above_overall(numbers: NDArray[np.int64], answers: Floats, levels: int) -> Floats:
    """How far the smoothed mean of each level is above that of all: (levels, signals)."""
    overall = answers.mean(axis=0)
    counts = np.bincount(numbers, minlength=levels)
    sums = np.stack([np.bincount(numbers, each, levels) for each in answers.T], axis=1)
    return np.asarray((sums + PRIOR_ROWS * overall) / (counts + PRIOR_ROWS)[:, None] - overall)


def _main_axis(rates: Floats, counts: NDArray[np.int64]) -> Floats:
    if rates.shape[1] == 1 or not len(rates):
        return np.ones(rates.shape[1])
    axis = np.linalg.svd(rates * np.sqrt(counts)[:, None], full_matrices=False)[2][0]
    return np.asarray(axis * (np.sign(axis[np.argmax(np.abs(axis))]) or 1.0))


def _codes_apart(known: _Counted, parts: Numbers) -> Floats:
    """The code of each row's level by the rows of the other parts: (n,); 0, as of an unseen level,
    where these have none."""
    found = np.zeros(len(parts))
    for each in np.unique(parts):
        own = parts == each
        if not own.all():
            apart = _above_overall(known.numbers[~own], known.signal[~own], len(known.counts))
            found[own] = (apart @ known.axis)[known.numbers[own]]
    return found


def _code_part(cells: pd.Series, answers: Floats) -> LevelPart:
    known = _counted(cells, answers)
    gap, *codes = ((code,) for code in known.codes.tolist())
    return LevelPart(dict(zip(known.names, codes, strict=True)), missing=gap, unseen=(0.0,))


def _order_codes(levels: tuple[str, ...], cells: pd.Series) -> LevelPart:
    """Levels that have an order by their place in it; gaps below all, unseen ones in the middle."""
    places = {level: float(place) for place, level in enumerate(levels)}
    known = cells.map(places).dropna()
    return LevelPart(
        levels={level: (place,) for level, place in places.items()},
        missing=(-1.0,),
        unseen=(float(known.median()) if len(known) else 0.0,),
    )


def _with_code(hot: LevelPart, known: _Counted) -> LevelPart:
    """One-hot cells and, of scattered levels, the standardised code as one more."""
    standard = _standard(known)
    if standard is None:
        return hot
    mean, scale = standard
    gap, *codes = (((code - mean) / scale,) for code in known.codes.tolist())
    return LevelPart(
        {level: hot.levels[level] + code for level, code in zip(known.names, codes, strict=True)},
        hot.missing + gap,
        (*hot.unseen, -mean / scale),
    )


def _standard(known: _Counted) -> tuple[float, float] | None:
    """Mean and deviation of the codes over the rows; None where a code would tell nothing more.

    That is where one-hot cells tell all levels apart, where hardly two rows share a level, and
    where codes do not differ.
    """
    counts, rows = known.counts[1:], len(known.numbers)
    rare = len(counts) - _frequent(counts)
    if not known.is_scattered or rare < 2 or counts[counts > 1].sum() < SHARED * rows:
        return None
    mean = float(known.codes @ known.counts / rows)
    scale = float(np.sqrt((known.codes - mean) ** 2 @ known.counts / rows))
    varies = bool(np.ptp(known.signal, axis=0).any())
    return (mean, scale) if varies and scale > HARDLY * known.signal.std(axis=0).max() else None


def _one_hot(cells: pd.Series) -> LevelPart:
    """One cell a frequent level, one for all rare ones, one for a gap where training had gaps.

    The first of one or two levels is all zeros, which tells as much as a cell of its own.
    """
    counts = cells.value_counts()
    frequent = list(counts.index[: _frequent(counts.to_numpy())])
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


def _frequent(counts: NDArray[Any]) -> int:
    """How many levels have a cell of their own."""
    least = min(LEAST_OF_A_LEVEL, int(counts.max(initial=0)))
    return min(LEVELS_AT_MOST, int((counts >= least).sum()))
