"""Rows of a table that say of several customers the very same: copies, told by the whole row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.data.dataset import Dataset
from core.data.engine import engine, identifier
from core.data.repeats import ALIKE_AT_MOST
from core.data.table import file_sql
from core.schema import Role

SINGLE = 0.5  # of the distinct rows; where fewer are, rows may be alike for want of columns
MORE_THAN_CHANCE = 100.0  # times the pairs that columns without a tie would give: they have ties


def alike_rows(dataset: Dataset, answer: str) -> pd.Series | None:
    """A number for each row of a table, the same for copies; its index is the row number.

    Copies say the same in every column but ids and ``answer``; where so many rows do that chance
    explains it, in the ids too. None where no row is a copy. What a model learns from has no say
    in it, so that models of one answer are judged on the same rows. Rows are compared by a 64-bit
    hash of their texts; empty cells are alike.
    """
    whole = [name for name in dataset.schema.names if name != answer]
    ids = {column.name for column in dataset.schema.with_role(Role.ID)}
    numbers, sizes = _alike(dataset, [name for name in whole if name not in ids])
    if len(numbers) - len(sizes) > ALIKE_AT_MOST * len(numbers):
        numbers, sizes = _alike(dataset, whole)
        if (sizes == 1).mean() < SINGLE and _is_chance(dataset, whole, sizes):
            return None
    return pd.Series(numbers) if len(sizes) < len(numbers) else None


def _alike(dataset: Dataset, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """The number of each row (n,), the same where these columns say the same, and how many rows
    have each number; without columns all rows differ."""
    if not names:
        return np.arange(dataset.rows), np.ones(dataset.rows)
    said = ", ".join(map(identifier, names))
    with engine() as connection:
        found = connection.execute(
            f"SELECT hash({said}) AS said FROM {file_sql(dataset)} ORDER BY file_row_number"  # noqa: S608
        ).fetchnumpy()
    numbers, _ = pd.factorize(found["said"])
    return numbers, np.bincount(numbers)


def _is_chance(dataset: Dataset, names: Sequence[str], sizes: np.ndarray) -> bool:
    """Whether pairs of rows that are alike are about as many as columns of so few levels give,
    and no file that was put together of the same rows again and again."""
    rows, pairs = dataset.rows, float((sizes * (sizes - 1)).sum())
    chance = float(rows * (rows - 1))
    with engine() as connection:
        for name in names:
            found = connection.execute(
                "SELECT sum(n * (n - 1)) FROM (SELECT count(*) AS n"  # noqa: S608
                f" FROM {file_sql(dataset)} GROUP BY {identifier(name)})"
            ).fetchone()
            chance *= float(found[0] if found else 0) / (rows * (rows - 1))
    return pairs <= MORE_THAN_CHANCE * chance
