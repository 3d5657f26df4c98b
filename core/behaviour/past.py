"""What lies before a cutoff, and nothing else: all that features ever see of a history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

import ibis
import ibis.expr.types as ir

from core.behaviour.features.feature import Level
from core.behaviour.recorded import AT, COLUMNS, CUSTOMER, CUTOFF, DAY

KEYS = (CUSTOMER, CUTOFF)
KEY_AGAIN = "{name} of the other"  # no column of a person's is called so
QUIET = 30 * 60_000  # milliseconds without an event that end a visit, where a log has no sessions


@dataclass(frozen=True)
class Past:
    """``events`` are those of each key's lookback, ``whole`` those of all time before its cutoff:
    the columns of ``recorded.COLUMNS``, ``cutoff``, and ``before`` in milliseconds, 1 or more."""

    events: ir.Table
    whole: ir.Table

    def rows(self, level: Level) -> ir.Table:
        """The table that features of a level summarise."""
        return ROWS[level](self)


def at_cutoffs(events: ir.Table, cutoffs: Sequence[int], lookback: int) -> Past:
    """The past of everybody at the same cutoffs; ``lookback`` in days."""
    return Past(
        _each(cutoffs, lambda at: _until(events, at, at - lookback * DAY)),
        _each(cutoffs, lambda at: _until(events, at)),
    )


def of_moments(events: ir.Table, moments: ir.Table, lookback: int) -> Past:
    """The past of customers at cutoffs of their own: ``moments`` has both keys."""
    keys = moments.select(*KEYS).distinct()
    whole = events.inner_join(keys, CUSTOMER).filter(lambda row: row[AT] < row[CUTOFF])
    whole = whole.select(*COLUMNS, CUTOFF, before=whole[CUTOFF] - whole[AT])
    return Past(whole.filter(whole.before <= lookback * DAY), whole)


def beside(rows: ir.Table, other: ir.Table, keys: Sequence[str] = KEYS) -> ir.Table:
    """``rows`` with the columns of ``other`` beside them, NULL where it has no such key."""
    joined = rows.left_join(other, list(keys), rname=KEY_AGAIN)
    again = {KEY_AGAIN.format(name=key) for key in keys}
    return joined.drop(*(name for name in joined.columns if name in again))


def _until(events: ir.Table, at: int, since: int | None = None) -> ir.Table:
    seen = events.filter(events[AT] < at)
    if since is not None:
        seen = seen.filter(seen[AT] >= since)
    cutoff = ibis.literal(at, "int64")
    return seen.select(*COLUMNS, cutoff=cutoff, before=cutoff - seen[AT])


def _each(cutoffs: Sequence[int], past: Callable[[int], ir.Table]) -> ir.Table:
    return reduce(lambda one, other: one.union(other), map(past, cutoffs))


def _days(rows: ir.Table) -> ir.Table:
    """One row a day with events, and the days since the one before."""
    day = rows.mutate(day=rows[AT] // DAY)
    found = day.group_by(*KEYS, "day").agg(
        before=day.before.min(),
        events=day.count(),
        buys=day.buys.cast("int64").sum(),
        amount=day.amount.sum(where=day.buys),
    )
    earlier = ibis.window(group_by=list(KEYS), order_by=found.day)
    return found.mutate(gap=(found.day - found.day.lag().over(earlier)).cast("float64"))


def _purchases(rows: ir.Table) -> ir.Table:
    bought = rows.filter(rows.buys)
    return bought.group_by(*KEYS, "purchase").agg(
        before=bought.before.min(),
        lines=bought.count(),
        quantity=bought.quantity.sum(),
        amount=bought.amount.sum(),
    )


def _by(column: str) -> Callable[[Past], ir.Table]:
    """One row a value of the column."""

    def rows(past: Past) -> ir.Table:
        known = past.events.filter(past.events[column].notnull())
        return known.group_by(*KEYS, column).agg(
            events=known.count(),
            buys=known.buys.cast("int64").sum(),
            amount=known.amount.sum(where=known.buys),
            price=known.price.mean(),
        )

    return rows


def _sessions(past: Past) -> ir.Table:
    """One row a visit: by the log's sessions, else it ends with half an hour without an event."""
    rows = past.events
    earlier = ibis.window(group_by=list(KEYS), order_by=rows[AT])
    pause = rows[AT] - rows[AT].lag().over(earlier)
    begun = rows.mutate(begins=(pause.isnull() | (pause > QUIET)).cast("int64"))
    upto = ibis.range_window(  # events of one instant have no order: they are of one visit
        group_by=list(KEYS), order_by=begun[AT], preceding=None, following=0
    )
    counted = begun.mutate(visit=begun.begins.sum().over(upto))
    visit = counted.session.fill_null(counted.visit.cast("string"))
    named = counted.mutate(visit=visit)
    long = (named[AT].max() - named[AT].min()).cast("float64")
    return named.group_by(*KEYS, "visit").agg(
        events=named.count(),
        seconds=long / ibis.literal(1000.0, "float64"),
        bought=named.buys.max(),
    )


ROWS: dict[Level, Callable[[Past], ir.Table]] = {
    Level.EVENTS: lambda past: past.events,
    Level.WHOLE: lambda past: past.whole,
    Level.DAYS: lambda past: _days(past.events),
    Level.BUYING_DAYS: lambda past: _days(past.events.filter(past.events.buys)),
    Level.PURCHASES: lambda past: _purchases(past.events),
    Level.CATEGORIES: _by("category"),
    Level.PRODUCTS: _by("product"),
    Level.SESSIONS: _sessions,
}
