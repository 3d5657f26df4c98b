"""Training rows set aside in turn, as the wish holds rows out: at random, by groups or by time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import CannotSetAside
from core.models.folds import Numbers
from core.train.copies import groups_of, numbers_of
from core.train.spec import Split, SplitKind

Places = NDArray[np.int64]
WEIGHED = 5_000  # groups that are weighed one by one


@dataclass(frozen=True, eq=False)
class Fold:
    """Which rows to learn from and which to be judged on, by place: (rows,) each."""

    learn: Places
    judge: Places


def folds(
    table: pd.DataFrame, y: NDArray[Any], split: Split, parts: int, seed: int
) -> tuple[Fold, ...]:
    """At most ``parts`` folds of the n rows of ``table`` and ``y``.

    At random: each row is judged once, classes in equal shares, copies (``numbers_of``) in one
    fold; fewer folds where a class has fewer rows than ``parts``. By group: the same with whole
    groups; a row without one stands for itself. By date or place: the rows cut into ``parts`` + 1
    stretches of time; each but the first is judged by what all before it teach (rolling origin;
    Hyndman & Athanasopoulos 2021, 5.10), rows without a date are always learned from.

    A fold that lacks a class to learn, or has one class only to judge, is left out. Raises
    CannotSetAside where fewer than two are left.
    """
    most = min(parts, _rarest(y))
    made = WAYS[split.kind](table, y, split, most, seed) if most > 1 else []
    found = tuple(fold for fold in made if _serves(fold, y))
    if len(found) < 2:
        raise CannotSetAside(len(y), parts)
    return found


def _rarest(y: NDArray[Any]) -> int:
    """Rows of the class that has the fewest."""
    return int(np.unique(y, return_counts=True)[1].min()) if y.dtype.kind == "i" else len(y)


def _serves(fold: Fold, y: NDArray[Any]) -> bool:
    if not len(fold.learn) or not len(fold.judge):
        return False
    if y.dtype.kind != "i":
        return len(np.unique(y[fold.learn])) > 1
    learned = len(np.unique(y[fold.learn]))
    return learned == len(np.unique(y)) and len(np.unique(y[fold.judge])) > 1


def _at_random(
    table: pd.DataFrame, y: NDArray[Any], split: Split, parts: int, seed: int
) -> list[Fold]:
    from sklearn.model_selection import KFold, StratifiedKFold

    alike = numbers_of(table)
    if alike is not None:
        return _in_groups(y, alike, parts, seed)
    way = StratifiedKFold if y.dtype.kind == "i" else KFold
    cut = way(parts, shuffle=True, random_state=seed)
    return [Fold(learn, judge) for learn, judge in cut.split(y, y)]


def _by_group(
    table: pd.DataFrame, y: NDArray[Any], split: Split, parts: int, seed: int
) -> list[Fold]:
    return _in_groups(y, groups_of(table, split.column), parts, seed)


def _in_groups(y: NDArray[Any], groups: Numbers, parts: int, seed: int) -> list[Fold]:
    from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

    most = min(parts, many := len(np.unique(groups)))
    if most < 2:
        return []
    if many > WEIGHED:
        part = _dealt(y, groups, most, seed)
        return [Fold(np.flatnonzero(part != k), np.flatnonzero(part == k)) for k in range(most)]
    way = StratifiedGroupKFold if y.dtype.kind == "i" else GroupKFold
    cut = way(most, shuffle=True, random_state=seed)
    return [Fold(learn, judge) for learn, judge in cut.split(y, y, groups)]


def _dealt(y: NDArray[Any], groups: Numbers, parts: int, seed: int) -> Numbers:
    """The part of each row (n,): whole groups in turn, those with the rarest classes first, the
    largest of them first, in an order drawn by the seed.

    Where there are so many groups this shares classes and rows out as evenly as weighing every
    group against what each part has, which takes a tenth of a millisecond a group.
    """
    numbers, of = np.unique(groups, return_inverse=True)
    sizes = np.bincount(of)
    rarity = np.zeros(len(numbers), np.int64)
    if y.dtype.kind == "i":
        ranks = np.argsort(np.argsort(np.bincount(y), kind="stable"))  # 0: the rarest
        rarity[:] = len(ranks)
        np.minimum.at(rarity, of, ranks[y])
    drawn = np.random.default_rng(seed).permutation(len(numbers))
    part = np.empty(len(numbers), np.int64)
    part[np.lexsort((drawn, -sizes, rarity))] = np.arange(len(numbers)) % parts
    return part[of]


def _by_date(
    table: pd.DataFrame, y: NDArray[Any], split: Split, parts: int, seed: int
) -> list[Fold]:
    return _rolling(np.asarray(pd.factorize(table[split.column], sort=True)[0]), parts)


def _by_place(
    table: pd.DataFrame, y: NDArray[Any], split: Split, parts: int, seed: int
) -> list[Fold]:
    return _rolling(np.argsort(np.argsort(table.index.to_numpy())), parts)


def _rolling(moments: NDArray[np.intp], parts: int) -> list[Fold]:
    """``moments`` (n,) are ranks of time, equal for rows of one moment, -1 where unknown."""
    known = np.sort(moments[moments >= 0])
    if not len(known):
        return []
    cuts = known[[len(known) * part // (parts + 1) for part in range(1, parts + 1)]]
    edges = [*np.unique(cuts).tolist(), int(known[-1]) + 1]
    return [
        Fold(
            np.flatnonzero(moments < start),
            np.flatnonzero((moments >= start) & (moments < stop)),
        )
        for start, stop in pairwise(edges)
    ]


WAYS = {
    SplitKind.SHARE: _at_random,
    SplitKind.GROUP: _by_group,
    SplitKind.DATE: _by_date,
    SplitKind.LAST: _by_place,
}
