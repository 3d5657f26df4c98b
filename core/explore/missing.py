"""Which columns have gaps, and how large they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.schema import Kind, Schema


@dataclass(frozen=True)
class Gap:
    """A column and the number of its empty cells."""

    column: str
    rows: int


@dataclass(frozen=True)
class Missingness:
    """Columns with gaps, largest first (ties in the file's order), over ``rows`` rows.

    ``columns`` counts all that were looked at, ``whole_rows`` the rows without any gap.
    """

    rows: int
    columns: int
    whole_rows: int
    gaps: tuple[Gap, ...]


def missingness(table: pd.DataFrame, schema: Schema) -> Missingness:
    """The gaps of a typed table; infinite numbers count as missing."""
    names = [column.name for column in schema.columns if column.name in table]
    whole = np.ones(len(table), bool)
    gaps = []
    for name in names:
        empty = _empty(table[name], schema[name].kind)
        whole &= ~empty
        if empty.any():
            gaps.append(Gap(name, int(empty.sum())))
    gaps.sort(key=lambda gap: -gap.rows)
    return Missingness(len(table), len(names), int(whole.sum()), tuple(gaps))


def _empty(values: pd.Series, kind: Kind) -> np.ndarray:
    if kind is Kind.NUMBER:
        return ~np.isfinite(values.to_numpy(np.float64))
    return values.isna().to_numpy(bool)
