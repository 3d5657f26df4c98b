"""What is done with rows of a log that are not what they seem: choices, each with a default."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.errors import BadSetting, UnknownZone


class Way(StrEnum):
    """What may be done with rows of one sort."""

    LEFT_OUT = "left_out"
    KEPT = "kept"
    AS_RETURNS = "as_returns"
    AS_CANCELLATIONS = "as_cancellations"
    BY_VISIT = "by_visit"
    AS_MOST = "as_most"
    WHERE_TIMED = "where_timed"
    WITH_CUSTOMER = "with_customer"
    FIRST = "first"
    OTHER = "other"
    CONVERTED = "converted"


@dataclass(frozen=True)
class Choices:
    """How a log is cleaned.

    ``negative`` quantities and amounts: returns, left out or kept. ``cancelled`` orders (by a word
    of the status, or a "C" before an order's number as other numbers have none): left out or kept
    as cancellations. ``returned`` lines: also a return at the time they came back, or only the
    purchase (kept). ``repeated`` rows, equal in every column: one is kept (left out), all are, or
    one where the table tells the time of day. ``jumps`` (times after the table was read or long
    before all others): left out or kept. ``nameless`` rows of a log with visits: the visit stands
    for the customer, or they are left out, or the former where most rows name nobody. ``bots``
    (more than ``bot_events`` events that are no purchases in an hour): the customer is left out
    (with_customer), only that hour is (left_out), or all is kept. ``zone`` is the IANA zone of
    times that name none. ``buying`` are the kinds of a log that are purchases; None for what their
    words say. ``from_orders``: where there are orders, a log's events are no purchases.
    """

    negative: Way = Way.AS_RETURNS
    cancelled: Way = Way.LEFT_OUT
    returned: Way = Way.AS_RETURNS
    repeated: Way = Way.WHERE_TIMED
    jumps: Way = Way.LEFT_OUT
    nameless: Way = Way.AS_MOST
    bots: Way = Way.WITH_CUSTOMER
    bot_events: int = 1000
    zone: str = "UTC"
    buying: tuple[str, ...] | None = None
    from_orders: bool = True


ALLOWED: dict[str, tuple[Way, ...]] = {
    "negative": (Way.AS_RETURNS, Way.LEFT_OUT, Way.KEPT),
    "cancelled": (Way.LEFT_OUT, Way.AS_CANCELLATIONS),
    "returned": (Way.AS_RETURNS, Way.KEPT),
    "repeated": (Way.WHERE_TIMED, Way.LEFT_OUT, Way.KEPT),
    "jumps": (Way.LEFT_OUT, Way.KEPT),
    "nameless": (Way.AS_MOST, Way.BY_VISIT, Way.LEFT_OUT),
    "bots": (Way.WITH_CUSTOMER, Way.LEFT_OUT, Way.KEPT),
}


def checked(choices: Choices) -> Choices:
    """The same, where each choice is allowed. Raises BadSetting, UnknownZone."""
    for field in fields(choices):
        value = getattr(choices, field.name)
        allowed = ALLOWED.get(field.name)
        if allowed and value not in allowed:
            raise BadSetting(field.name, str(value), ", ".join(allowed))
    if choices.bot_events < 1:
        raise BadSetting("bot_events", str(choices.bot_events), "1, 2, 3, …")
    try:
        ZoneInfo(choices.zone)
    except (KeyError, ValueError, OSError) as error:
        raise UnknownZone(choices.zone) from error
    return choices
