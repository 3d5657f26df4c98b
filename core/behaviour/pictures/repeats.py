"""How soon first-time buyers buy a second, third and fourth time: Kaplan-Meier curves.

Customers who came late are seen for less long; each counts only for as long as it was seen
(Kaplan and Meier 1958). Intervals are Greenwood's on the log-log scale (Kalbfleisch and Prentice
2002, 1.4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.behaviour.pictures.span import WHOLE, Span, asked, purchase_days, seen_until
from core.behaviour.recorded import DAY, Recorded
from core.data.privacy.counts import K
from core.intervals import Z

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TIMES = (2, 3, 4)


@dataclass(frozen=True)
class Curve:
    """Up to each of ``days`` since the first purchase, the ``share`` that bought the ``nth`` time,
    with 95 % intervals; ``left`` are the customers still seen and without it just before. The
    first day is 0."""

    nth: int
    days: Ints
    share: Floats
    low: Floats
    high: Floats
    left: Ints

    def within(self, days: float) -> tuple[float, float, float]:
        """Share and interval by a day; NaN beyond what was seen."""
        if days > self.days[-1]:
            return (float("nan"),) * 3
        place = int(np.searchsorted(self.days, days, side="right")) - 1
        return float(self.share[place]), float(self.low[place]), float(self.high[place])


@dataclass(frozen=True)
class Repeats:
    """Curves of ``customers`` who bought at least once."""

    curves: tuple[Curve, ...]
    customers: int


def repeats(recorded: Recorded, span: Span = WHOLE, k: int = K) -> Repeats:
    """Counted from the first purchase in the span; purchases of one day (UTC) count once.

    A curve ends where fewer than ``k`` customers are left.
    """
    until = (seen_until(recorded, span) - 1) // DAY
    sql = f"""WITH numbered AS (
            SELECT customer, day, row_number() OVER (PARTITION BY customer ORDER BY day) AS number
            FROM {purchase_days(recorded, span)}),
        people AS (
            SELECT nth, min(day) AS first, max(day) FILTER (number = nth) AS day
            FROM numbered, (VALUES {", ".join(f"({n})" for n in TIMES)}) AS times(nth)
            WHERE number <= {max(TIMES)} GROUP BY customer, nth)
        SELECT nth, coalesce(day, {until:d}) - first, day IS NOT NULL, count(*)
        FROM people GROUP BY ALL"""  # noqa: S608
    rows = asked(recorded, sql)
    parts = {n: [row[1:] for row in rows if row[0] == n] for n in TIMES}
    customers = sum(count for *_, count in parts[TIMES[0]])
    return Repeats(tuple(kaplan_meier(n, parts[n], k) for n in TIMES), customers)


def kaplan_meier(nth: int, people: list[tuple[int, bool, int]], k: int = 1) -> Curve:
    """The curve of (days, whether it came then or was only seen until then, how many)."""
    table = np.array(people, np.int64).reshape(-1, 3)
    days = np.unique(table[:, 0])
    came, gone = (
        np.array([table[(table[:, 0] == day) & (table[:, 1] == which), 2].sum() for day in days])
        for which in (1, 0)
    )
    left = (came + gone)[::-1].cumsum()[::-1] if len(days) else np.zeros(0, np.int64)
    kept = left >= max(k, 1)
    days, came, left = days[kept], came[kept], left[kept]
    staying = np.cumprod(1 - came / left)
    with np.errstate(divide="ignore", invalid="ignore"):
        wobble = np.sqrt(np.cumsum(came / (left * (left - came)))) / np.abs(np.log(staying))
        low, high = (1 - staying ** np.exp(sign * Z * wobble) for sign in (-1, 1))
    sure = (staying > 0) & (staying < 1)
    low, high = np.where(sure, low, 1 - staying), np.where(sure, high, 1 - staying)
    begin = np.zeros(1)
    everyone = int(table[:, 2].sum())
    return Curve(
        nth,
        np.concatenate([begin, days]).astype(np.int64),
        np.concatenate([begin, 1 - staying]),
        np.concatenate([begin, low]),
        np.concatenate([begin, high]),
        np.concatenate([[everyone], left]).astype(np.int64),
    )
