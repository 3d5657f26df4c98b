"""At which hours and on which days of the week a customer comes."""

from __future__ import annotations

from collections.abc import Iterator

from core.behaviour.features.feature import Feature, Group, Level, Measure, Plan, share
from core.behaviour.recorded import AT, DAY

HOUR = DAY // 24
SINCE_MONDAY = 3  # the first of January 1970 was a Thursday
PARTS = {"night": (0, 6), "morning": (6, 12), "afternoon": (12, 18), "evening": (18, 24)}


def measures(plan: Plan) -> Iterator[Measure]:
    """The share of events in each quarter of the day, and at weekends, in UTC."""
    for name, (begin, end) in PARTS.items():
        yield _part(name, begin, end)
    yield Measure(
        Feature("share_at_weekends", "weekend", "share", empty=None),
        lambda rows: share((rows[AT] // DAY + SINCE_MONDAY) % 7 >= 5),
    )


def _part(name: str, begin: int, end: int) -> Measure:
    return Measure(
        Feature(f"share_in_the_{name}", f"hours_{name}", "share", empty=None),
        lambda rows: share((rows[AT] % DAY // HOUR).between(begin, end - 1)),
    )


GROUP = Group("hours", Level.EVENTS, measures, order=11)
