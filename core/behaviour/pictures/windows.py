"""The windows of a question over the log's volume: what lies before and after each cutoff."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.behaviour.pictures.span import DAY_OF, PURCHASE, asked, events
from core.behaviour.question import Question
from core.behaviour.recorded import DAY, Recorded

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Window:
    """A cutoff with its lookback (from ``since``) and its outcome window, all in milliseconds;
    between the cutoff and ``begin`` lies the gap. ``end`` is the first millisecond after."""

    cutoff: int
    since: int
    begin: int
    end: int


@dataclass(frozen=True)
class Volume:
    """Days since 1970 on which something happened, their events and their purchases."""

    days: Ints
    events: Ints
    purchases: Ints

    def between(self, since: int, until: int) -> tuple[int, int]:
        """Events and purchases of the days that begin in that time."""
        inside = (self.days * DAY >= since) & (self.days * DAY < until)
        return int(self.events[inside].sum()), int(self.purchases[inside].sum())


@dataclass(frozen=True)
class Windows:
    """The log from its ``first`` to its ``last`` event, and the question's windows in it."""

    volume: Volume
    windows: tuple[Window, ...]
    first: int
    last: int

    @property
    def newest(self) -> Window | None:
        """The window of the last cutoff."""
        return max(self.windows, key=lambda each: each.cutoff, default=None)


def volume(recorded: Recorded) -> Volume:
    """The whole log day by day: counted once, whatever is asked."""
    sql = f"""SELECT day, sum(events), sum(purchases) FROM (
            SELECT {DAY_OF} AS day, count(*) AS events, 0 AS purchases
            FROM {events(recorded)} GROUP BY day
            UNION ALL
            SELECT {DAY_OF} AS day, 0, count(DISTINCT (customer, {PURCHASE}))
            FROM {events(recorded)} WHERE buys GROUP BY day)
        GROUP BY day ORDER BY day"""  # noqa: S608
    rows = np.array(asked(recorded, sql), np.int64).reshape(-1, 3)
    return Volume(rows[:, 0], rows[:, 1], rows[:, 2])


def windows(recorded: Recorded, found: Volume, question: Question | None = None) -> Windows:
    """A question's windows over a volume; none for a question of moments."""
    story = recorded.story
    return Windows(found, of_question(question), story.first, story.last)


def of_question(question: Question | None) -> tuple[Window, ...]:
    """The windows of each cutoff, earliest first."""
    if question is None or question.has_moments:
        return ()
    return tuple(
        Window(cutoff, question.past(cutoff)[0], *question.future(cutoff))
        for cutoff in sorted(question.moments)
    )
