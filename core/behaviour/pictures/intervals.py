"""The days between a customer's purchases, and what outcome window they suggest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.behaviour.pictures.span import WHOLE, Span, asked, purchase_days
from core.behaviour.recorded import DAY, Recorded

Ints = NDArray[np.int64]
USUAL_WINDOWS = (7, 14, 30, 60, 90, 120, 180, 365)  # days
MOST = 0.8  # of the repeat purchases that an outcome window should see


@dataclass(frozen=True)
class Intervals:
    """``days`` between purchases, in order, and how many ``purchases`` came so many days after the
    one before; ``customers`` bought again of ``buyers``. ``seen`` days hold the log."""

    days: Ints
    purchases: Ints
    buyers: int
    customers: int
    seen: int

    @property
    def repeats(self) -> int:
        """All purchases that followed another."""
        return int(self.purchases.sum())

    def quantile(self, share: float) -> float:
        """The fewest days within which at least that share came; NaN where nobody bought again."""
        if not self.repeats:
            return float("nan")
        reached = np.cumsum(self.purchases) >= share * self.repeats
        return float(self.days[int(np.argmax(reached))])

    @property
    def window(self) -> int:
        """A usual outcome window that ``MOST`` of the repeat purchases fall into, in days; the
        longest that leaves the log two windows beside it where none is so long. 0: cannot tell."""
        if not self.repeats:
            return 0
        needed = next((w for w in USUAL_WINDOWS if w >= self.quantile(MOST)), USUAL_WINDOWS[-1])
        fit = [w for w in USUAL_WINDOWS if 3 * w <= self.seen] or [USUAL_WINDOWS[0]]
        return min(needed, fit[-1])


def intervals(recorded: Recorded, span: Span = WHOLE) -> Intervals:
    """Between purchases that follow each other; those of one day (UTC) count once."""
    days = purchase_days(recorded, span)
    sql = f"""SELECT gap, count(*) FROM (
            SELECT day - lag(day) OVER (PARTITION BY customer ORDER BY day) AS gap FROM {days})
        WHERE gap IS NOT NULL GROUP BY gap ORDER BY gap"""  # noqa: S608
    people = f"""SELECT count(*), count(*) FILTER (bought > 1) FROM (
            SELECT count(*) AS bought FROM {days} GROUP BY customer)"""  # noqa: S608
    rows = np.array(asked(recorded, sql), np.int64).reshape(-1, 2)
    buyers, customers = asked(recorded, people)[0]
    story = recorded.story
    since = story.first if span.since is None else max(span.since, story.first)
    until = story.last if span.until is None else min(span.until, story.last)
    return Intervals(rows[:, 0], rows[:, 1], buyers, customers, max(until - since, 0) // DAY)
