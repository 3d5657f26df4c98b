"""Each column of the new table against the same column of the training data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from core.drift.comparison import ColumnDrift, Strength
from core.drift.correction import ALPHA, corrected, together
from core.drift.levels import levels
from core.drift.shares import two_by_two
from core.drift.spans import spans
from core.drift.texts import texts
from core.progress import Report
from core.schema import Column, Kind

# beyond chance: of the index, credit scoring's usual limits (Siddiqi 2006) are 0.1 and 0.25
MATTERS = 0.1
STRONG = 0.25
STAGE = "drift.stage.columns"
WAYS = {Kind.NUMBER: spans, Kind.DATE: spans, Kind.TEXT: texts}


@dataclass(frozen=True)
class Read:
    """How the new table reads its own columns: their kinds, and how many filled cells of each
    cannot be read as what the model knows."""

    kinds: Mapping[str, Kind] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)


def compared(
    among: Sequence[Column], then: pd.DataFrame, now: pd.DataFrame, read: Read, report: Report
) -> tuple[ColumnDrift, ...]:
    """The columns that both typed tables have, in the given order, corrected for their number.

    A column moved where that is more than chance (5 % after correction) and by enough to matter:
    with a million rows everything is more than chance.
    """
    found = []
    both = [column for column in among if column.name in then and column.name in now]
    for place, column in enumerate(both):
        report(place / len(both), STAGE)
        one = one_column(column, then[column.name], now[column.name])
        lost, kind = read.lost.get(column.name, 0), read.kinds.get(column.name, column.kind)
        found.append(replace(one, lost=lost, kind_now=kind))
    qs = corrected([one.p for one in found])
    return tuple(
        replace(one, q=q, strength=strength(one, q)) for one, q in zip(found, qs, strict=True)
    )


def one_column(column: Column, then: pd.Series, now: pd.Series) -> ColumnDrift:
    """One column by itself, not yet corrected for others: cells typed as the column says."""
    filled = int(then.notna().sum()), int(now.notna().sum())
    gaps = len(then) - filled[0], len(now) - filled[1]
    bare = ColumnDrift(column.name, column.kind, column.kind, filled, gaps)
    if not filled[0]:
        return replace(bare, note="empty_now_filled" if filled[1] else "empty")
    found = WAYS.get(column.kind, levels)(bare, then, now)
    p = together([found.p, two_by_two((filled[0], gaps[0]), (filled[1], gaps[1]))])
    found = replace(found, p=p)
    if not filled[1]:
        return replace(found, note="all_missing")
    return replace(found, note="constant") if then.nunique() == 1 else found


def strength(one: ColumnDrift, q: float | None) -> Strength:
    """How much a column moved, given its corrected p value."""
    if q is None or q > ALPHA or not np.isfinite(one.beyond) or one.beyond < MATTERS:
        return Strength.NONE
    return Strength.STRONG if one.beyond >= STRONG else Strength.SOME
