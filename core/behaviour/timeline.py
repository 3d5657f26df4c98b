"""Where the windows of a question lie in a log, and how many customers they ask about."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.behaviour.question import Asks, Eligible, Question, iso
from core.behaviour.recorded import DAY, Story
from core.errors import CutoffOutside, NoCutoff, WindowTooLong


@dataclass(frozen=True, eq=False)
class Pulse:
    """On which days customers did anything, and bought: ``day`` rises; ``number`` of a customer,
    from 0 to ``customers`` - 1, beside each; ``buying`` are the rows with purchases."""

    day: NDArray[np.int32]
    number: NDArray[np.int32]
    buying_day: NDArray[np.int32]
    buying_number: NDArray[np.int32]
    customers: int


@dataclass(frozen=True)
class Counts:
    """Whom a question asks about: so many customers, of whom so many buy in the outcome window.

    With several cutoffs a customer counts once for each. ``each`` has (cutoff, customers, buyers).
    """

    customers: int
    buyers: int
    each: tuple[tuple[str, int, int], ...]


def pulse(file: Path) -> Pulse:
    """What ``recorded`` keeps of every day."""
    table = pq.read_table(file)
    day, number = (table[name].to_numpy().astype(np.int32) for name in ("day", "number"))
    bought = table["bought"].to_numpy(zero_copy_only=False).astype(bool)
    customers = int(number.max()) + 1 if len(number) else 0
    return Pulse(day, number, day[bought], number[bought], customers)


def counts(known: Pulse, question: Question) -> Counts:
    """Exact counts for whole days; KNOWN counts whoever did anything before the cutoff."""
    each = tuple((iso(at), *_at(known, question, at // DAY)) for at in question.moments)
    return Counts(sum(n for _, n, _ in each), sum(n for *_, n in each), each)


def _at(known: Pulse, question: Question, cutoff: int) -> tuple[int, int]:
    since = cutoff - question.lookback
    if question.eligible is Eligible.KNOWN:
        since = int(np.iinfo(np.int32).min)
    days, numbers = known.day, known.number
    if question.eligible is Eligible.BUYERS:
        days, numbers = known.buying_day, known.buying_number
    asked = _among(known.customers, days, numbers, since, cutoff)
    begin = cutoff + question.gap
    buys = _among(
        known.customers, known.buying_day, known.buying_number, begin, begin + question.outcome
    )
    return int(asked.sum()), int((asked & buys).sum())


def _among(
    customers: int, day: NDArray[np.int32], number: NDArray[np.int32], begin: int, end: int
) -> NDArray[np.bool_]:
    """Which customers have a row on a day of begin to end - 1."""
    low, high = np.searchsorted(day, [begin, end])
    found = np.zeros(customers, dtype=bool)
    found[number[low:high]] = True
    return found


def fits(story: Story, question: Question, answers: bool = True) -> None:
    """Raises NoCutoff, CutoffOutside and WindowTooLong where the windows do not lie in the log."""
    if question.has_moments:
        return
    if not question.cutoffs:
        raise NoCutoff(iso(story.first), iso(story.end))
    for at in question.moments:
        if not story.first < at <= story.end + DAY:
            raise CutoffOutside(iso(at), iso(story.first), iso(story.end))
        end = question.future(at)[1]
        if answers and end > story.end + DAY:
            raise WindowTooLong(iso(at), question.gap + question.outcome, iso(story.end))


def proposed(story: Story, asks: Asks, outcome: int = 30) -> Question:
    """A question that suits a log: the latest cutoff whose outcome is known whole, and all before
    it as lookback, at most a year."""
    length = max(1, (story.end - story.first) // DAY)
    outcome = int(min(outcome, max(1, length // 3)))
    cutoff = (story.end // DAY + 1 - outcome) * DAY
    lookback = int(max(1, min(365, (cutoff - story.first) // DAY + 1)))
    if asks in (Asks.RESPOND, Asks.RATE, Asks.LATE, Asks.NEXT):
        return Question(asks, (), min(365, int(length) + 1), 0, outcome)
    eligible = Eligible.BUYERS if asks is Asks.LEAVE else Eligible.ACTIVE
    return Question(asks, (iso(cutoff),), lookback, 0, outcome, eligible)
