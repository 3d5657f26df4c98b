"""What is asked of a history: whom, from which past, and what comes after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from core.behaviour.recorded import DAY

MILLI = 1000


class Asks(StrEnum):
    """What is predicted.

    BUY and LEAVE: whether a purchase comes in the outcome window, yes or no the other way round.
    SPEND, COUNT: how much is paid, how many purchases. CATEGORY, PRODUCT: of the first purchase of
    the window. These ask at the cutoffs. RESPOND (to a contact), RATE (an order's review), LATE
    (an order's delivery) and NEXT (the next product of a session) ask at moments of their own.
    """

    BUY = "buy"
    LEAVE = "leave"
    SPEND = "spend"
    COUNT = "count"
    CATEGORY = "category"
    PRODUCT = "product"
    RESPOND = "respond"
    RATE = "rate"
    LATE = "late"
    NEXT = "next"


class Eligible(StrEnum):
    """Who is asked about: whoever did something, or bought, in the lookback, or is known at all."""

    ACTIVE = "active"
    BUYERS = "buyers"
    KNOWN = "known"


YES_OR_NO = frozenset((Asks.BUY, Asks.LEAVE, Asks.RESPOND, Asks.LATE))
AMOUNTS = frozenset((Asks.SPEND, Asks.COUNT))
OF_MOMENTS = frozenset((Asks.RESPOND, Asks.RATE, Asks.LATE, Asks.NEXT))
YES, NO = "yes", "no"
OTHER = "other"


@dataclass(frozen=True)
class Question:
    """``cutoffs`` are dates or times in ISO form in UTC, earliest first (none for questions of
    moments); ``lookback``, ``gap`` and ``outcome`` are days. The lookback ends just before the
    cutoff; the outcome window begins ``gap`` days after it. Of categories or products the
    ``most`` frequent are told apart, the rest are "other".
    """

    asks: Asks
    cutoffs: tuple[str, ...] = ()
    lookback: int = 365
    gap: int = 0
    outcome: int = 30
    eligible: Eligible = Eligible.ACTIVE
    most: int = 10

    @property
    def moments(self) -> tuple[int, ...]:
        """The cutoffs in milliseconds."""
        return tuple(millis(text) for text in self.cutoffs)

    @property
    def has_moments(self) -> bool:
        """Whether rows have moments of their own in place of cutoffs."""
        return self.asks in OF_MOMENTS

    def past(self, cutoff: int) -> tuple[int, int]:
        """First millisecond of the lookback, and the first after it."""
        return cutoff - self.lookback * DAY, cutoff

    def future(self, cutoff: int) -> tuple[int, int]:
        """First millisecond of the outcome window, and the first after it."""
        begin = cutoff + self.gap * DAY
        return begin, begin + self.outcome * DAY


def millis(text: str) -> int:
    """Milliseconds since 1970 of a date or time in ISO form; without a zone it is UTC.

    Raises ValueError.
    """
    at = datetime.fromisoformat(text)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return round(at.timestamp() * MILLI)


def iso(at: int) -> str:
    """The date of a time in milliseconds, with the time of day where it is not midnight, in UTC."""
    found = datetime.fromtimestamp(at / MILLI, UTC)
    if at % DAY == 0:
        return found.date().isoformat()
    return found.replace(tzinfo=None).isoformat(timespec="seconds")
