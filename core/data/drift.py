"""Does the answer change over time? The share of yes by month, or along the rows as they came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.finding import Act, Finding, Remedy, Severity
from core.data.looked import Looked
from core.schema import Column, Kind, Role

TENTHS = 10
ROWS_TO_TELL = 200
ROWS_OF_A_PART = 30
SURE = 1e-6  # of seeing such differences where nothing changes
MOVES = 0.05  # of the share, between the first and the last third
TIMES = 1.5
EFFECT = 0.5  # of a standard deviation, for numbers
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Course:
    """What the target does along time: ``values`` (p,) is its share or mean in each part in the
    order of time, ``rows`` (p,) how many rows that is of, ``sure`` the chance of such differences
    if nothing changed (chi-squared, or analysis of variance)."""

    values: Floats
    rows: NDArray[np.int64]
    sure: float

    @property
    def ends(self) -> tuple[float, float]:
        """Value in the first and in the last third of the rows."""
        middle = (np.cumsum(self.rows) - self.rows / 2) / self.rows.sum()
        first, last = middle <= 1 / 3, middle > 2 / 3
        first[0], last[-1] = True, True
        return (
            float(np.average(self.values[first], weights=self.rows[first])),
            float(np.average(self.values[last], weights=self.rows[last])),
        )


def drifts(look: Looked) -> Iterator[Finding]:
    """Whether the answer changes with a date column's months or with the order of the rows.

    A binary target's rarer level is followed, or a number's mean. Told from the sample.
    """
    target = look.schema.target
    if target is None or target.name not in look.sample:
        return
    known = look.sample[look.sample[target.name].notna()]
    values = _values(known[target.name], target)
    if values is None or len(known) < ROWS_TO_TELL:
        return
    level = _level(known[target.name], target)
    dates = [c for c in look.schema.columns if _tells_time(c, look)]
    found = False
    for date in dates:
        course = by_month(known[date.name], values)
        if course is not None and _moves(course, target, values):
            found = True
            yield _finding("drift_over_time", date.name, level, (look, course))
    course = along(values)
    if not found and _moves(course, target, values):
        yield _finding("drift_along_rows", "", level, (look, course))


def along(values: Floats) -> Course:
    """The course of a target along tenths of the rows in the table's order."""
    return _course(np.arange(len(values)) * TENTHS // len(values), values)


def by_month(dates: pd.Series, values: Floats) -> Course | None:
    """The course by month, quarter or year: the finest of which most parts have enough rows."""
    known = dates.notna().to_numpy()
    if known.sum() < ROWS_TO_TELL:
        return None
    days = dates[known].to_numpy().astype("datetime64[D]")
    months = days.astype("datetime64[M]").astype(np.int64)
    for unit in (1, 3, 12):
        parts, counts = np.unique(months // unit, return_counts=True)
        enough = counts >= ROWS_OF_A_PART
        if len(parts) >= 3 and counts[enough].sum() >= 0.8 * counts.sum() and enough.sum() >= 3:
            kept = np.isin(months // unit, parts[enough])
            return _course((months // unit)[kept], values[known][kept])
    return None


def _course(parts: NDArray[np.int64], values: Floats) -> Course:
    from scipy.special import gammaincc  # scipy.stats takes seconds to import

    _, at = np.unique(parts, return_inverse=True)
    rows = np.bincount(at)
    means = np.bincount(at, values) / rows
    spread = float(values.var())
    between = float((rows * (means - values.mean()) ** 2).sum())
    # for shares this is Pearson's chi-squared; for means its large-sample likeness
    # and this the upper tail of the chi-squared distribution
    sure = float(gammaincc((len(rows) - 1) / 2, between / spread / 2)) if spread else 1.0
    return Course(means, rows, sure)


def _values(cells: pd.Series, target: Column) -> Floats | None:
    if target.kind is Kind.NUMBER:
        return cells.to_numpy(np.float64)
    if target.kind in (Kind.DATE, Kind.TEXT) or cells.nunique() != 2:
        return None
    return (cells == cells.value_counts().index[1]).to_numpy(np.float64)


def _level(cells: pd.Series, target: Column) -> str:
    return "" if target.kind is Kind.NUMBER else str(cells.value_counts().index[1])


def _tells_time(column: Column, look: Looked) -> bool:
    return column.kind is Kind.DATE and column.role is Role.TIME and column.name in look.sample


def _moves(course: Course, target: Column, values: Floats) -> bool:
    if course.sure > SURE:
        return False
    first, last = course.ends
    if target.kind is Kind.NUMBER:
        return abs(last - first) >= EFFECT * float(values.std())
    small, large = sorted((first, last))
    return large - small >= MOVES and large >= TIMES * small


def _finding(code: str, column: str, level: str, what: tuple[Looked, Course]) -> Finding:
    look, course = what
    grave = Severity.WARN
    code = code if level else f"{code}_of_mean"
    remedies = (Remedy(Act.LATEST, (column,) if column else ()),)
    rows = int(course.rows.sum())
    return Finding(code, column, rows, level, grave, course.ends, look.sampled, remedies)
