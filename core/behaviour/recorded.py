"""The history of all customers as typed files that every engine reads: one row, one event.

Times are whole milliseconds since 1970 in UTC, so that no engine's clock or zone can differ.
``events.parquet`` lies sorted by time. What a log does not tell is NULL.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DAY = 86_400_000  # milliseconds
EVENTS = "events.parquet"
CUSTOMERS = "customers.parquet"
MOMENTS = "moments.parquet"
PULSE = "pulse.parquet"

CUSTOMER, AT, CUTOFF = "customer", "at", "cutoff"
ORDER, RETURN, REVIEW, CONTACT, CANCELLATION = (
    "order",
    "return",
    "review",
    "contact",
    "cancellation",
)
# the columns of events.parquet, in order, and their DuckDB types
COLUMNS = {
    CUSTOMER: "VARCHAR",
    AT: "BIGINT",
    "kind": "VARCHAR",  # "order" for what orders tell, "return", "review", "contact", a log's word
    "buys": "BOOLEAN",  # whether it counts as a purchase
    "purchase": "VARCHAR",  # the order's id, or what else makes lines one purchase
    "product": "VARCHAR",
    "category": "VARCHAR",
    "channel": "VARCHAR",
    "session": "VARCHAR",
    "amount": "DOUBLE",  # what was paid; of a return what was given back
    "quantity": "DOUBLE",
    "price": "DOUBLE",  # of one piece, before the discount
    "discount": "DOUBLE",  # a share of the price
    "rating": "DOUBLE",
}
# moments.parquet: rows that have a moment of their own (a review, an order, a contact): their
# number ``moment``, the customer, the ``cutoff`` (nothing from it on may be known), ``sort``
# ("review", "order", "contact", "session": the end of a visit), the ``label`` as text, and what is
# known at that moment (``own_...`` columns)
# customers.parquet: customer, ``known_at`` (milliseconds or NULL) and the attributes as typed
# columns; dates are milliseconds and named in ``Story.dates``
# customers.parquet lies sorted by customer
# pulse.parquet: ``day`` (whole days since 1970), ``number`` of the customer (its row from 0 in
# customers.parquet), ``bought``: whether any event of that day was a purchase; one row a customer
# and day, sorted by day


@dataclass(frozen=True)
class Dealt:
    """Something that was found in the tables and what was done: ``count`` rows of ``of`` all, with
    ``choice`` (``core.behaviour.cleaning.Way``) what was done with them.

    Of one table, rows are its events and those that ``choice`` says are "left_out" or went
    "with_customer"; a row is counted under one code only.
    """

    code: str
    count: int
    of: int
    choice: str = ""
    example: str = ""

    @property
    def key(self) -> str:
        """Where core/text words it, with these facts."""
        return f"behaviour_tables.dealt.{self.code}.{self.choice}"


@dataclass(frozen=True)
class Story:
    """What a recorded history holds. ``first`` and ``last`` are the times of events.

    ``kinds``, ``channels``, ``categories`` and ``products`` are the words in it with their counts,
    most frequent first (at most 50 of each); ``until`` is the end of the last day with a purchase,
    0 where there are none; ``tells`` the columns of ``COLUMNS`` that are not
    empty; ``sorts`` the sorts of moments; ``dates`` the date columns of customers.parquet,
    ``attributes`` all its other columns with their kind (``core.schema.Kind``), ``own`` the
    ``own_...`` columns of moments (named without ``own_``) with theirs.
    """

    rows: int
    customers: int
    buyers: int
    first: int
    last: int
    kinds: tuple[tuple[str, int], ...]
    buying: tuple[str, ...]
    channels: tuple[tuple[str, int], ...]
    categories: tuple[tuple[str, int], ...]
    tells: tuple[str, ...]
    sorts: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    own: tuple[tuple[str, str], ...] = ()
    products: tuple[tuple[str, int], ...] = ()
    dealt: tuple[Dealt, ...] = ()
    until: int = 0

    @property
    def end(self) -> int:
        """Until when it is known who bought: parcels come back, and reviews are written, weeks
        after a shop's last order, and a window over those days would look as if nobody buys."""
        return self.until or self.last


@dataclass(frozen=True)
class Recorded:
    """A history on disk: ``folder`` holds the files."""

    folder: Path
    story: Story

    @property
    def events(self) -> Path:
        return self.folder / EVENTS

    @property
    def customers(self) -> Path:
        return self.folder / CUSTOMERS

    @property
    def moments(self) -> Path:
        return self.folder / MOMENTS

    @property
    def pulse(self) -> Path:
        return self.folder / PULSE
