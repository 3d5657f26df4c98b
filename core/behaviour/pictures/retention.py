"""Retention: of those who first bought in a month, how many bought again in each month after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from core.behaviour.pictures.span import WHOLE, Span, asked, purchase_days, seen_until
from core.behaviour.question import MILLI
from core.behaviour.recorded import DAY, Recorded
from core.data.privacy.counts import K, few

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
AT_MOST = 24  # cohorts, and periods after
SHORT = 120 * DAY  # of a shorter log the weeks are shown
MONDAY = 3  # days from the Monday of the week of 1970-01-01 to that day
DATE = "(DATE '1970-01-01' + CAST(day AS INTEGER))"


class Every(StrEnum):
    """How long the periods are; weeks begin on Monday, all in UTC."""

    WEEK = "week"
    MONTH = "month"


PERIOD = {  # the number of a day's period, in SQL
    Every.WEEK: f"CAST(floor((day + {MONDAY}) / 7.0) AS BIGINT)",
    Every.MONTH: f"(year({DATE}) - 1970) * 12 + month({DATE}) - 1",
}


@dataclass(frozen=True)
class Retention:
    """``starts`` are the first milliseconds of the cohorts' periods, ``sizes`` their first-time
    buyers; both hold at most the ``AT_MOST`` latest.

    ``bought`` (cohorts x periods after the first, from 1) counts those who bought in that period;
    NaN where the log does not show the whole of it, and where the figure is ``hidden`` as one of
    few. A cohort of few has the size 0. ``earlier`` cohorts are left out.
    """

    every: Every
    starts: tuple[int, ...]
    sizes: tuple[int, ...]
    bought: Floats
    hidden: NDArray[np.bool_]
    earlier: int = 0

    @property
    def shares(self) -> Floats:
        """``bought`` as shares of the cohort's size."""
        sizes = np.asarray(self.sizes, float)[:, None]
        return np.where(sizes > 0, self.bought / np.maximum(sizes, 1), np.nan)

    @property
    def overall(self) -> Floats:
        """The share of all cohorts that are shown, period by period; NaN where none is."""
        known = np.isfinite(self.bought)
        sizes = np.where(known, np.asarray(self.sizes, float)[:, None], 0).sum(axis=0)
        bought = np.where(known, self.bought, 0).sum(axis=0)
        return np.where(sizes > 0, bought / np.maximum(sizes, 1), np.nan)


def usual_period(recorded: Recorded) -> Every:
    """Months, or weeks for a short log."""
    story = recorded.story
    return Every.WEEK if story.last - story.first < SHORT else Every.MONTH


def retention(
    recorded: Recorded, every: Every = Every.MONTH, span: Span = WHOLE, k: int = K
) -> Retention:
    """Cohorts by their first purchase in the span; figures of 1 to ``k`` - 1 customers hidden."""
    sql = f"""SELECT first, period - first, count(*) FROM (
            SELECT period, min(period) OVER (PARTITION BY customer) AS first FROM (
                SELECT DISTINCT customer, {PERIOD[every]} AS period
                FROM {purchase_days(recorded, span)}))
        GROUP BY ALL"""  # noqa: S608
    counts = {(first, after): count for first, after, count in asked(recorded, sql)}
    end = seen_until(recorded, span)
    firsts = range(min(counts)[0], max(counts)[0] + 1) if counts else range(0)
    whole = [first for first in firsts if start(every, first + 1) <= end]
    kept = whole[-AT_MOST:]
    seen = [
        [after for after in range(1, AT_MOST + 1) if start(every, first + after + 1) <= end]
        for first in kept
    ]
    bought = np.full((len(kept), max(map(len, seen), default=0)), np.nan)
    for row, first in enumerate(kept):
        for after in seen[row]:
            bought[row, after - 1] = counts.get((first, after), 0)
    sizes = np.array([counts.get((first, 0), 0) for first in kept])
    starts = tuple(start(every, first) for first in kept)
    shown, hidden = _without_few(sizes, bought, k)
    left = tuple(np.where(few(sizes, k), 0, sizes).tolist())
    return Retention(every, starts, left, shown, hidden, len(whole) - len(kept))


def _without_few(sizes: Ints, bought: Floats, k: int) -> tuple[Floats, NDArray[np.bool_]]:
    """What is left, and what went: a column has a total, so one gap in it could be worked out."""
    hidden = np.zeros(bought.shape, bool)
    for column in range(bought.shape[1]):
        hidden[:, column] = few(np.nan_to_num(bought[:, column]), k)
    hidden |= few(sizes, k)[:, None] & np.isfinite(bought)
    return np.where(hidden, np.nan, bought), hidden


def start(every: Every, period: int) -> int:
    """The first millisecond of a period by its number: weeks and months since 1970."""
    if every is Every.WEEK:
        return (7 * period - MONDAY) * DAY
    year, month = divmod(period, 12)
    return round(datetime(1970 + year, month + 1, 1, tzinfo=UTC).timestamp() * MILLI)
