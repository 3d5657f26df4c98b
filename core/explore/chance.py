"""Whether a link with the target is more than chance would give: the target is shuffled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.explore.relation import Chance, Measure, Relation

DRAWS = 999
ALPHA = 0.05

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


def with_chance(found: Relation, draws: int = DRAWS, seed: int = 0) -> Relation:
    """The relation with what chance alone would give.

    To shuffle the target among the rows and count again is to draw a table with the same totals,
    which is done without the rows: exact for any size. For averages the shuffles' limit is drawn
    from, the chi-squared distribution (Hoeffding 1951).
    """
    chance = np.random.default_rng(seed)
    if found.measure is Measure.MEAN:
        return replace(found, chance=_of_means(found, draws, chance))
    cells = _cells(found)
    if min(cells.shape) < 2:
        return replace(found, chance=Chance(1.0, 0.0, draws))
    shuffled = excess(tables(cells.sum(axis=1), cells.sum(axis=0), draws, chance))
    own = float(excess(cells[None])[0])
    p = (1 + int((shuffled >= own - 1e-12).sum())) / (draws + 1)
    usual = max(float(np.quantile(shuffled, 1 - ALPHA)), 0.0)
    return replace(found, chance=Chance(p, usual, draws))


def _cells(found: Relation) -> Counts:
    """The counts (groups, classes) that the relation's shares came from."""
    parts = [part for part in found.parts if part.rows]
    rows = np.array([part.rows for part in parts])
    shares = np.array([part.values for part in parts])
    cells = np.rint(shares * rows[:, None]).astype(np.int64)
    if found.measure is Measure.RATE:
        cells = np.column_stack([rows - cells[:, 0], cells[:, 0]])
    return cells[:, cells.sum(axis=0) > 0]


def tables(rows: Counts, columns: Counts, draws: int, chance: np.random.Generator) -> Counts:
    """Tables (draws, groups, classes) with those totals, as likely as shuffling makes them.

    Cell by cell from the hypergeometric distribution (Patefield 1981, AS 159).
    """
    left = np.broadcast_to(rows, (draws, len(rows))).copy()
    drawn = np.zeros((draws, len(rows), len(columns)), np.int64)
    for j, total in enumerate(columns[:-1]):
        wanted = np.full(draws, total)
        for i in range(len(rows) - 1):
            later = left[:, i + 1 :].sum(axis=1)
            drawn[:, i, j] = chance.hypergeometric(left[:, i], later, wanted)
            wanted = wanted - drawn[:, i, j]
        drawn[:, -1, j] = wanted
        left -= drawn[:, :, j]
    drawn[:, :, -1] = left
    return drawn


def excess(cells: Counts) -> Floats:
    """``core.explore.relation.information`` of tables (draws, groups, classes), below 0 too."""
    n = cells[0].sum()
    by_group, by_class = cells[0].sum(axis=1), cells[0].sum(axis=0)
    of_classes = _entropy(by_class[None])[0]
    if of_classes == 0:
        return np.zeros(len(cells))
    bias = ((by_group > 0).sum() - 1) * ((by_class > 0).sum() - 1) / (2 * n)
    shared = _entropy(by_group[None])[0] + of_classes - _entropy(cells.reshape(len(cells), -1))
    return np.asarray((shared - bias) / of_classes, np.float64)


def _entropy(counts: Counts) -> Floats:
    shares = counts / counts.sum(axis=1, keepdims=True)
    logs = np.log(shares, where=shares > 0, out=np.zeros(shares.shape))
    return np.asarray(-(shares * logs).sum(axis=1))


def _of_means(found: Relation, draws: int, chance: np.random.Generator) -> Chance:
    n, k = found.rows, sum(part.rows > 0 for part in found.parts)
    if k < 2 or n <= k:
        return Chance(1.0, 0.0, draws)
    between = chance.chisquare(k - 1, draws) / (n - 1)
    shuffled = 1 - (1 - np.minimum(between, 1)) * (n - 1) / (n - k)
    if found.strength == 0:
        p = 1.0
    else:
        p = (1 + int((shuffled >= found.strength - 1e-12).sum())) / (draws + 1)
    return Chance(p, max(float(np.quantile(shuffled, 1 - ALPHA)), 0.0), draws)


def beyond(ps: Sequence[float], alpha: float = ALPHA) -> tuple[bool, ...]:
    """Which of many links are more than chance: at most ``alpha`` of those named are not.

    Benjamini and Hochberg (1995).
    """
    order = np.argsort(ps, kind="stable")
    limits = alpha * np.arange(1, len(ps) + 1) / max(len(ps), 1)
    under = np.flatnonzero(np.asarray(ps)[order] <= limits)
    last = under.max() if len(under) else -1
    named = set(order[: last + 1].tolist())
    return tuple(place in named for place in range(len(ps)))
