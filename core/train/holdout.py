"""Which rows are held out, decided before anything is fitted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import BadSetting, HoldOutImpossible, SplitImpossible, UnknownColumn
from core.models.folds import Numbers
from core.train.copies import groups_of, numbers_of
from core.train.spec import BY_COLUMN, Split, SplitKind

Mask = NDArray[np.bool_]


def held_out(table: pd.DataFrame, y: NDArray[Any], split: Split, seed: int) -> Mask:
    """True for each held-out row; (n,) for the n rows of ``table`` and ``y``.

    By share: at random, each class in its share, copies (``numbers_of``) on one side. By date: the
    latest rows, ties kept together, as near to the share as the dates allow; rows without a date
    stay in training. The last: by row number, the table's index. By group: whole groups, drawn at
    random until the share is reached; a row without a group stands for itself, and a group with
    more rows than the share is learned from.

    Raises BadSetting for a share that is none, UnknownColumn, and SplitImpossible (of a column) or
    HoldOutImpossible where a side would be empty, training would lack a class, or the held-out
    rows would hold one class only.
    """
    if not 0 < split.held_out < 1:
        raise BadSetting("held_out", str(split.held_out), "0 – 1")
    if split.kind in BY_COLUMN and split.column not in table:
        raise UnknownColumn(split.column, tuple(map(str, table.columns)))
    mask = WAYS[split.kind](table, y, split, seed)
    if _serves(mask, y):
        return mask
    if split.kind in BY_COLUMN:
        raise SplitImpossible(split.kind, split.column)
    raise HoldOutImpossible(split.held_out)


def _serves(mask: Mask, y: NDArray[Any]) -> bool:
    """Whether one side can teach every class and the other can tell two apart."""
    learned, judged = np.unique(y[~mask]), np.unique(y[mask])
    if y.dtype.kind != "i":
        return len(learned) >= 2 and len(judged) >= 1
    return len(learned) == len(np.unique(y)) and len(judged) >= 2


def _by_share(table: pd.DataFrame, y: NDArray[Any], split: Split, seed: int) -> Mask:
    chance, alike = np.random.default_rng(seed), numbers_of(table)
    if alike is not None:
        return _of_copies(alike, y, split, chance)
    mask = np.zeros(len(y), bool)
    strata = [np.flatnonzero(y == c) for c in np.unique(y)] if y.dtype.kind == "i" else []
    for rows in strata or [np.arange(len(y))]:
        mask[chance.permutation(rows)[: max(1, round(split.held_out * len(rows)))]] = True
    return mask


def _of_copies(alike: Numbers, y: NDArray[Any], split: Split, chance: np.random.Generator) -> Mask:
    """Copies drawn whole, each class in its share; they are of the class of the first of them."""
    _, first = np.unique(alike, return_index=True)
    classes = y[first][alike] if y.dtype.kind == "i" else np.zeros(len(y), "int64")
    mask = np.zeros(len(y), bool)
    for each in np.unique(classes):
        rows = np.flatnonzero(classes == each)
        mask[rows] = _drawn(alike[rows], split.held_out, chance)
    return mask


def _drawn(groups: Numbers, share: float, chance: np.random.Generator) -> Mask:
    """True for the rows (n,) of whole groups, drawn at random until they have the share of rows.

    A group with more rows than that is not drawn, and not counted: held out it would leave next to
    nothing to learn from, and judge by one group alone. Where no group is smaller, all are.
    """
    numbers, names = pd.factorize(groups)
    sizes = np.bincount(numbers)
    fits = sizes <= max(1, share * len(groups))
    fits |= not fits.any()
    order = chance.permutation(len(names))
    order = order[fits[order]]
    before = np.cumsum(sizes[order]) - sizes[order]
    return np.isin(numbers, order[before < max(1, round(share * sizes[fits].sum()))])


def _by_date(table: pd.DataFrame, y: NDArray[Any], split: Split, seed: int) -> Mask:
    """The rows after one of the dates: the one that leaves the share of dated rows nearest."""
    dates = table[split.column]
    counts = dates.value_counts().sort_index()
    if not pd.api.types.is_datetime64_any_dtype(dates) or len(counts) < 2:
        raise SplitImpossible(split.kind, split.column)
    after = 1 - np.cumsum(counts.to_numpy())[:-1] / counts.sum()
    cutoff = counts.index[int(np.argmin(np.abs(after - split.held_out)))]
    return (dates > cutoff).to_numpy(bool)


def _by_group(table: pd.DataFrame, y: NDArray[Any], split: Split, seed: int) -> Mask:
    return _drawn(groups_of(table, split.column), split.held_out, np.random.default_rng(seed))


def _last(table: pd.DataFrame, y: NDArray[Any], split: Split, seed: int) -> Mask:
    places = np.argsort(np.argsort(table.index.to_numpy()))
    return places >= len(y) - max(1, round(split.held_out * len(y)))


WAYS = {
    SplitKind.SHARE: _by_share,
    SplitKind.DATE: _by_date,
    SplitKind.LAST: _last,
    SplitKind.GROUP: _by_group,
}
