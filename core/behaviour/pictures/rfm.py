"""Recency, frequency and money: customers in quintiles, and the segments of the field."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.behaviour.pictures.span import PURCHASE, WHOLE, Span, asked, events, seen_until
from core.behaviour.pictures.windows import Window, of_question
from core.behaviour.question import Question
from core.behaviour.recorded import DAY, Recorded

SCORES = (1, 2, 3, 4, 5)
EDGES = (0.2, 0.4, 0.6, 0.8)


class Segment(StrEnum):
    """The usual names, each a set of scores of recency and frequency (``RULES``)."""

    CHAMPIONS = "champions"
    LOYAL = "loyal"
    POTENTIAL = "potential"
    NEW = "new"
    PROMISING = "promising"
    ATTENTION = "attention"
    SLEEPY = "sleepy"
    AT_RISK = "at_risk"
    LOST_BEST = "lost_best"
    HIBERNATING = "hibernating"


# Segment: scores of recency and of frequency, both ends included; every pair is in one
RULES: dict[Segment, tuple[tuple[int, int], tuple[int, int]]] = {
    Segment.CHAMPIONS: ((5, 5), (4, 5)),
    Segment.LOYAL: ((3, 4), (4, 5)),
    Segment.POTENTIAL: ((4, 5), (2, 3)),
    Segment.NEW: ((5, 5), (1, 1)),
    Segment.PROMISING: ((4, 4), (1, 1)),
    Segment.ATTENTION: ((3, 3), (3, 3)),
    Segment.SLEEPY: ((3, 3), (1, 2)),
    Segment.LOST_BEST: ((1, 2), (5, 5)),
    Segment.AT_RISK: ((1, 2), (3, 4)),
    Segment.HIBERNATING: ((1, 2), (1, 2)),
}


def segment(recency: int, frequency: int) -> Segment:
    """The segment of two scores."""
    return next(
        name
        for name, ((r_low, r_high), (f_low, f_high)) in RULES.items()
        if r_low <= recency <= r_high and f_low <= frequency <= f_high
    )


@dataclass(frozen=True)
class Group:
    """Customers with the same scores: their number, purchases, revenue, sum of days since the last
    purchase, and how many of them ``bought`` in the outcome window (0 where none is asked)."""

    recency: int
    frequency: int
    customers: int
    purchases: int = 0
    revenue: float = 0.0
    days: int = 0
    bought: int = 0
    hidden: bool = False

    @property
    def segment(self) -> Segment:
        return segment(self.recency, self.frequency)


@dataclass(frozen=True)
class Rfm:
    """Customers who bought between ``since`` and ``moment``, as of then.

    ``recencies`` and ``frequencies`` give, for each score that anybody has, its least and largest
    value: days since the last purchase; purchases, or with ``money`` the rounded mean of the scores
    of purchases and revenue. ``window`` is that of the purchases after the cutoff, None where no
    question is given or the log ends before it does.
    """

    groups: tuple[Group, ...]
    recencies: dict[int, tuple[int, int]]
    frequencies: dict[int, tuple[int, int]]
    moment: int
    since: int
    money: bool
    window: Window | None

    @property
    def customers(self) -> int:
        return sum(group.customers for group in self.groups)

    @property
    def revenue(self) -> float:
        return sum(group.revenue for group in self.groups)

    def of(self, name: Segment) -> tuple[Group, ...]:
        """The groups of a segment."""
        return tuple(group for group in self.groups if group.segment is name)


def rfm(
    recorded: Recorded,
    question: Question | None = None,
    span: Span = WHOLE,
    money: bool = False,
) -> Rfm:
    """Quintiles of the customers: equal values get the same score, so that groups may differ in
    size and scores may be empty.

    Frequency's score is 1 and one more for each quintile's end that the value is above; recency's
    is 5 and one less for each. With a question: as of its last cutoff whose outcome window the log
    shows whole, over its lookback; else as of the end of the span.
    """
    window = _window(recorded, question)
    since = recorded.story.first if span.since is None else span.since
    until = seen_until(recorded, span)
    past = Span(window.since, window.cutoff) if window else Span(since, until)
    moment = window.cutoff if window else until
    seen = window is not None and window.end <= seen_until(recorded)
    after = Span(window.begin, window.end) if window is not None and seen else None
    rows = asked(recorded, _sql(recorded, past, moment, after, money))
    groups = tuple(
        Group(r, f, customers, int(purchases), float(revenue), int(days), bought)
        for r, f, customers, purchases, revenue, days, bought, *_ in rows
    )
    recencies, frequencies = _ranges(rows, 0, 7), _ranges(rows, 1, 9)
    shown = window if seen else None
    return Rfm(groups, recencies, frequencies, moment, past.since or since, money, shown)


def _ranges(rows: list[tuple[Any, ...]], score: int, least: int) -> dict[int, tuple[int, int]]:
    """Of rows with a score: the least and the largest values that stand at two places."""
    found: dict[int, tuple[int, int]] = {}
    for row in rows:
        low, high = found.get(row[score], (row[least], row[least + 1]))
        found[row[score]] = (min(low, row[least]), max(high, row[least + 1]))
    return dict(sorted(found.items()))


def _window(recorded: Recorded, question: Question | None) -> Window | None:
    every = of_question(question)
    whole = [window for window in every if window.end <= seen_until(recorded)]
    return next(iter(reversed(whole or every)), None)


def _score(value: str) -> str:
    """SQL: how many ends of quintiles (``<value>_ends``) a value is above."""
    return f"len(list_filter({value}_ends, lambda edge: {value} > edge))"


def _sql(recorded: Recorded, past: Span, moment: int, after: Span | None, money: bool) -> str:
    ends = ", ".join(
        f"quantile_disc({value}, {list(EDGES)}) AS {value}_ends"
        for value in ("days", "purchases", "revenue")
    )
    frequency = _score("purchases") + " + 1"
    if money:
        frequency = f"CAST(floor(({frequency} + {_score('revenue')} + 1 + 1) / 2) AS INTEGER)"
    bought = events(recorded, after or Span(0, 0))  # nobody where nothing is asked
    shown = frequency if money else "purchases"
    return f"""WITH people AS (
            SELECT customer,
                CAST(floor(({moment - 1:d} - max(moment)) / {DAY}.0) AS BIGINT) AS days,
                count(DISTINCT {PURCHASE}) AS purchases, coalesce(sum(amount), 0) AS revenue
            FROM {events(recorded, past)} WHERE buys GROUP BY customer),
        ends AS (SELECT {ends} FROM people),
        later AS (SELECT DISTINCT customer FROM {bought} WHERE buys),
        scored AS (
            SELECT 5 - {_score("days")} AS r, {frequency} AS f, purchases, revenue, days,
                later.customer IS NOT NULL AS bought, {shown} AS shown
            FROM people CROSS JOIN ends LEFT JOIN later USING (customer))
        SELECT r, f, count(*), sum(purchases), sum(revenue), sum(days), count(*) FILTER (bought),
            min(days), max(days), min(shown), max(shown)
        FROM scored GROUP BY r, f ORDER BY r, f"""  # noqa: S608
