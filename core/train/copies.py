"""Rows that belong together stay on one side: a group's, and copies where rows are split at random.

A model that has learned a row knows the answer of its copy. With copies on both sides of a split
any model looks better than it is: figures above .96 on tables whose honest figure is .85 come from
copying rows of the rare class before splitting (Blagus & Lusa 2015, BMC Bioinformatics 16, 363).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.models.folds import Numbers
from core.train.spec import Split, SplitKind

COLUMN, OWNERS = "\0copies", "\0owners"  # names that nobody gives a column


def with_copies(table: pd.DataFrame, numbers: pd.Series | None) -> pd.DataFrame:
    """The table with the number of each of its rows, by row number; as it is where none are."""
    return table if numbers is None else table.assign(**{COLUMN: numbers.reindex(table.index)})


def numbers_of(table: pd.DataFrame) -> Numbers | None:
    """A number for each of the n rows, the same for copies; None where no two are copies."""
    if COLUMN not in table:
        return None
    numbers = np.asarray(pd.factorize(table[COLUMN], use_na_sentinel=False)[0], "int64")
    return None if numbers.max(initial=-1) + 1 == len(table) else numbers


def groups_of(table: pd.DataFrame, column: str) -> Numbers:
    """A number for each of the n rows, the same for rows of one group, named in ``column``; a row
    without one stands for itself, with its copies."""
    numbers, alone = owners_of(table[column]), table[column].isna().to_numpy()
    alike = numbers_of(table) if alone.any() else None
    if alike is not None:
        numbers[alone] = numbers.max(initial=-1) + 1 + alike[alone]
    return numbers


def together(table: pd.DataFrame, split: Split) -> Numbers | None:
    """A number for each of the n rows, the same for rows that ``split`` leaves together; None
    where each stands for itself."""
    if split.kind is SplitKind.GROUP:
        return groups_of(table, split.column)
    return numbers_of(table) if split.kind is SplitKind.SHARE else None


def with_owners(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """The table with the number of the owner, named in ``column``, of each of its rows."""
    return table.assign(**{OWNERS: owners_of(table[column])})


def owners_of(named: pd.Series) -> Numbers:
    """A number for each of the n rows, the same for rows of one owner; nothing says that those
    without are of one, so each has its own."""
    numbers = np.asarray(pd.factorize(named)[0], "int64")
    nobody = numbers < 0
    numbers[nobody] = numbers.max(initial=-1) + 1 + np.arange(nobody.sum())
    return numbers


def alike(table: pd.DataFrame, split: Split) -> Numbers | None:
    """A number for each of the n rows, the same for rows of which one tells little less than all:
    those that ``split`` leaves together, and those of one owner however they are split."""
    if OWNERS in table and split.kind is not SplitKind.GROUP:
        return np.asarray(table[OWNERS], "int64")
    return together(table, split)


def kept_for(split: Split) -> set[str]:
    """The columns that ``together`` asks for, besides those that are learned from."""
    return {COLUMN, split.column} - {""}
