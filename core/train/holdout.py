"""Which rows are held out, decided before anything is fitted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import SplitImpossible
from core.train.spec import Split, SplitKind

Mask = NDArray[np.bool_]


def held_out(table: pd.DataFrame, y: NDArray[Any], split: Split, seed: int) -> Mask:
    """True for each held-out row; (n,) for the n rows of ``table`` and ``y``.

    By share: at random, each class in its share. By date: the latest rows, ties kept together,
    rows without a date stay in training. By group: whole groups, drawn at random until the share
    is reached. Raises SplitImpossible where a side would be empty or lack a class.
    """
    masks = {SplitKind.SHARE: _by_share, SplitKind.DATE: _by_date, SplitKind.GROUP: _by_group}
    mask = masks[split.kind](table, y, split, seed)
    classes = np.unique(y) if y.dtype.kind == "i" else np.zeros(0)
    if not mask.any() or mask.all() or len(np.unique(y[~mask])) < max(2, len(classes)):
        raise SplitImpossible(split.kind, split.column)
    return mask


def _by_share(table: pd.DataFrame, y: NDArray[Any], split: Split, seed: int) -> Mask:
    chance = np.random.default_rng(seed)
    mask = np.zeros(len(y), bool)
    strata = [np.flatnonzero(y == c) for c in np.unique(y)] if y.dtype.kind == "i" else []
    for rows in strata or [np.arange(len(y))]:
        mask[chance.permutation(rows)[: max(1, round(split.held_out * len(rows)))]] = True
    return mask


def _by_date(table: pd.DataFrame, y: NDArray[Any], split: Split, seed: int) -> Mask:
    dates = table[split.column]
    if dates.notna().sum() < 2:
        raise SplitImpossible(split.kind, split.column)
    cutoff = dates.dropna().quantile(1 - split.held_out, interpolation="lower")
    return (dates > cutoff).to_numpy(bool, na_value=False)


def _by_group(table: pd.DataFrame, y: NDArray[Any], split: Split, seed: int) -> Mask:
    groups, names = pd.factorize(table[split.column].fillna("").astype(str))
    sizes = np.bincount(groups)
    order = np.random.default_rng(seed).permutation(len(names))
    before = np.cumsum(sizes[order]) - sizes[order]
    return np.isin(groups, order[before < split.held_out * len(groups)])
