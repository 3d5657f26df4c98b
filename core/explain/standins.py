"""Columns that go along with another: their reasons share one credit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.explore.correlations import Measured, associations
from core.schema import Column, Schema
from core.train.preparation import is_text

GOES_ALONG = 0.7
COLUMNS_AT_MOST = 30


@dataclass(frozen=True)
class StandIn:
    """``other`` goes along with ``column``: |association| by the measure that fits the pair."""

    column: str
    other: str
    strength: float
    measure: Measured


def standins(
    background: pd.DataFrame, columns: tuple[Column, ...], ranked: tuple[str, ...]
) -> tuple[StandIn, ...]:
    """Pairs of the ``ranked`` columns that go along, both ways, by rank and then the closest first.

    Measured over the background rows as the explore room measures: Spearman's rank correlation,
    the correlation ratio, or Cramer's V; from 0.7 on. Families of columns, texts, and columns
    beyond the first 30 are not looked at.
    """
    known = {column.name: column for column in columns}
    compared = [known[name] for name in ranked if name in known and not is_text(known[name])]
    looked_at = compared[:COLUMNS_AT_MOST]
    if len(looked_at) < 2 or len(background) < 2:
        return ()
    found = associations(background, Schema(tuple(looked_at)), looked_at[0].name, COLUMNS_AT_MOST)
    strength = np.abs(found.values)
    pairs = [
        StandIn(one, other, float(strength[i, j]), found.measures[i][j])
        for i, one in enumerate(found.columns)
        for j, other in enumerate(found.columns)
        if i != j and strength[i, j] >= GOES_ALONG
    ]
    return tuple(sorted(pairs, key=lambda pair: (ranked.index(pair.column), -pair.strength)))
