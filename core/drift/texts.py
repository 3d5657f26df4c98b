"""A column of free text in both tables: how much of what is said was said before, and how long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from core.drift.comparison import Bar, ColumnDrift
from core.drift.correction import together
from core.drift.numbers import apart, counted, parts_of
from core.drift.shares import by_chance, stability
from core.models.family import Floats
from core.train.texts import words_of

TEXTS_AT_MOST = 10_000  # of each table
BARS = 10


def texts(bare: ColumnDrift, then: pd.Series, now: pd.Series) -> ColumnDrift:
    """The column with what its texts tell; no word of them is kept.

    Words are known that one half of the training texts have: the other half then says how many
    words of a like text are known, with which the new texts are compared.
    """
    old, new = _some(then), _some(now)
    if len(old) < 2:
        return bare
    vocabulary = {word for text in old[::2] for word in words_of(text)}
    first, second = (_measured(each, vocabulary) for each in (old[1::2], new))
    if not len(second):
        return replace(bare, bars=_bars(first[:, 0], second[:, 0]))
    shares, lengths = (apart(first[:, i], second[:, i]) for i in (0, 1))
    sizes = [_size(first[:, i], second[:, i]) for i in (0, 1)]
    index, chance = max(sizes, key=lambda each: each[0] - each[1])
    return replace(
        bare,
        test="words",
        statistic=max(shares.statistic, lengths.statistic),
        p=together([shares.p, lengths.p]),
        index=index,
        by_chance=chance,
        distance=shares.distance,
        average=(float(first[:, 0].mean()), float(second[:, 0].mean())),
        bars=_bars(first[:, 0], second[:, 0]),
    )


def _some(cells: pd.Series) -> list[str]:
    """At most so many filled cells in a random order, the same each time."""
    filled = cells.dropna()
    order = np.random.default_rng(0).permutation(len(filled))[:TEXTS_AT_MOST]
    return [str(cell) for cell in filled.iloc[order]]


def _measured(among: Iterable[str], vocabulary: set[str]) -> Floats:
    """(n, 2): the share of each text's words that are known (of none: all), and how many it has."""
    said = [words_of(text) for text in among]
    shares = [np.mean([word in vocabulary for word in each]) if each else 1.0 for each in said]
    return np.array([shares, [len(each) for each in said]], float).T.reshape(len(said), 2)


def _size(then: Floats, now: Floats) -> tuple[float, float]:
    borders = parts_of(then)
    sides = counted(then, borders), counted(now, borders)
    return stability(*sides), by_chance(*sides)


def _bars(then: Floats, now: Floats) -> tuple[Bar, ...]:
    edges = np.linspace(0, 1, BARS + 1)
    found = [np.histogram(each, edges)[0] for each in (then, now)]
    return tuple(
        Bar(int(a), int(b), float(low), float(high))
        for a, b, low, high in zip(*found, edges, edges[1:], strict=False)
    )
