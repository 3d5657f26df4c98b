"""What each feature column held in the training rows: the ground a what-if stands on."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.schema import Column, Kind

DAY_US = 86_400_000_000


@dataclass(frozen=True)
class Field:
    """The range of a number or date (days since 1970), or the levels in order, if any, or by
    frequency; of a text nothing but whether there were gaps, for what people wrote is theirs.

    ``middle`` is the median (a value that occurs) or the most frequent level as text; ``whole`` is
    true where every number is an integer; ``gaps`` where values were missing.
    """

    column: str
    kind: Kind
    middle: float | str | None = None
    low: float | None = None
    high: float | None = None
    whole: bool = False
    levels: tuple[str, ...] = ()
    gaps: bool = False

    def holds(self, value: float | str | None) -> bool:
        """True where training rows reached this value; dates in days since 1970."""
        if value is None:
            return self.gaps
        if isinstance(value, str):
            return value in self.levels or (self.kind is Kind.TEXT and not self.levels)
        return self.low is not None and self.high is not None and self.low <= value <= self.high


def days_since_1970(moment: pd.Timestamp) -> float:
    """A moment as a number: exactly the one that ``field`` makes of it."""
    return float(moment.to_datetime64().astype("datetime64[us]").astype("int64") / DAY_US)


def field(column: Column, cells: pd.Series) -> Field:
    """What ``cells`` (training rows of one column) held."""
    known = cells.dropna()
    gaps = len(known) < len(cells)
    if not len(known) or column.kind is Kind.TEXT:
        return Field(column.name, column.kind, gaps=gaps)
    if column.kind not in (Kind.NUMBER, Kind.DATE):
        levels = tuple(map(str, known.value_counts().index))
        middle = levels[0]
        if column.ordered:
            inside = tuple(level for level in column.levels if level in set(levels))
            levels = inside + tuple(level for level in levels if level not in set(inside))
        return Field(column.name, column.kind, middle, levels=levels, gaps=gaps)
    values = known
    if column.kind is Kind.DATE:
        values = known.astype("datetime64[us]").astype("int64") / DAY_US
    return Field(
        column.name,
        column.kind,
        middle=float(values.quantile(0.5, interpolation="lower")),
        low=float(values.min()),
        high=float(values.max()),
        whole=bool((values % 1 == 0).all()),
        gaps=gaps,
    )
