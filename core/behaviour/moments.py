"""Rows that have a moment of their own: reviews, deliveries, contacts and the ends of visits."""

from __future__ import annotations

from collections.abc import Sequence

from core.behaviour.joined import persons_join, who_sql
from core.behaviour.meaning import Meaning, Part
from core.behaviour.recorded import DAY
from core.behaviour.views import Seen, days_sql, local_sql
from core.schema import Kind

REVIEW, ORDER, CONTACT, SESSION = "review", "order", "contact", "session"
# what an order itself was, and a contact: known at that moment
OWN = {
    "own_amount": ("DOUBLE", Kind.NUMBER),
    "own_quantity": ("DOUBLE", Kind.NUMBER),
    "own_lines": ("DOUBLE", Kind.NUMBER),
    "own_category": ("VARCHAR", Kind.CATEGORY),
    "own_promised_days": ("DOUBLE", Kind.NUMBER),
    "own_channel": ("VARCHAR", Kind.CATEGORY),
    "own_campaign": ("VARCHAR", Kind.CATEGORY),
}


def moments_sql(tables: Sequence[Seen], events: str, zone: str) -> str:
    """SQL for the moments out of the tables, and out of the ``events`` on disk; empty for none.

    The table ``own`` has what each order was (``owned_sql``).
    """
    found = [_reviews(t) for t in tables if t.part is Part.REVIEWS and t.tells(Meaning.RATING)]
    found += [
        _orders(t, zone)
        for t in tables
        if t.part is Part.ORDERS and Meaning.DUE in t.clocks and Meaning.ARRIVED in t.clocks
    ]
    found += [_contacts(t) for t in tables if t.part is Part.CAMPAIGNS]
    if any(
        t.part is Part.EVENTS and t.tells(Meaning.SESSION) and t.tells(Meaning.PRODUCT)
        for t in tables
    ):
        found.append(_sessions(events))
    return " UNION ALL ".join(found)


def owned_sql(has_lines: bool) -> str:
    """SQL for a row an order id with what the order was, out of the events in ``raw``."""
    lines = "count(*)::DOUBLE" if has_lines else "NULL::DOUBLE"
    return (
        "SELECT o.order_id, sum(r.amount) AS own_amount, sum(r.quantity) AS own_quantity,"  # noqa: S608
        f" {lines} AS own_lines,"
        " arg_max(r.category, (coalesce(r.amount, 0), r.category)) AS own_category"
        " FROM order_of o JOIN raw r ON r.purchase = o.order_id"
        " WHERE r.kind IN ('order', 'cancellation') AND NOT r.extra GROUP BY o.order_id"
    )


def _select(sort: str, label: str, customer: str, cutoff: str, **own: str) -> str:
    """The list of a SELECT that makes a moment."""
    columns = ", ".join(
        f"{own.get(name, f'NULL::{of}')} AS {name}" for name, (of, _) in OWN.items()
    )
    return (
        f"SELECT {customer} AS customer, {cutoff} AS cutoff, '{sort}' AS sort, {label} AS label,"
        f" {columns}"
    )


def _order_columns() -> dict[str, str]:
    """What an order ``o`` was, with ``own`` joined as ``w``."""
    told = {name: f"w.{name}" for name in ("own_quantity", "own_lines", "own_category")}
    return told | {
        "own_amount": "coalesce(w.own_amount, o.amount)",
        "own_promised_days": f"(o.due - o.instant) / {DAY}.0",
        "own_channel": "o.channel",
        "own_campaign": "o.campaign",
    }


def _reviews(table: Seen) -> str:
    """The label is known when the review is written; what is asked, when the order is placed."""
    columns = _select(
        REVIEW,
        "CAST(CAST(round(t.rating) AS BIGINT) AS VARCHAR)",
        f"coalesce({who_sql('t')}, o.customer)",
        "coalesce(o.instant, t.instant)",
        **_order_columns(),
    )
    return (
        f"{columns} FROM {table.name} t {persons_join('t')}"
        " LEFT JOIN order_of o ON o.order_id = t.order_id"
        " LEFT JOIN own w ON w.order_id = t.order_id"
        " WHERE t.rating IS NOT NULL"
    )


def _orders(table: Seen, zone: str) -> str:
    """Late is a delivery after the promised time, or day where no time is told."""
    due, arrived = days_sql("o.due", zone), days_sql("o.arrived", zone)
    days = table.clocks[Meaning.DUE].days_only or table.clocks[Meaning.ARRIVED].days_only
    midnight = "true" if days else f"({_midnight('o.due', zone)})"
    late = f"CASE WHEN {midnight} THEN {arrived} > {due} ELSE o.arrived > o.due END"
    columns = _select(
        ORDER,
        f"CASE WHEN {late} THEN 'yes' ELSE 'no' END",
        "o.customer",
        "o.instant",
        **_order_columns(),
    )
    return (
        f"{columns} FROM orders o LEFT JOIN own w ON w.order_id = o.order_id"
        f" WHERE o.place = {table.place} AND o.due IS NOT NULL AND o.arrived IS NOT NULL"
    )


def _midnight(at: str, zone: str) -> str:
    """SQL that is true of milliseconds at the beginning of a local day."""
    return f"CAST({local_sql(at, zone)} AS TIME) = TIME '00:00:00'"


def _contacts(table: Seen) -> str:
    columns = _select(
        CONTACT, "NULL::VARCHAR", who_sql("t"), "t.instant",
        own_channel="t.channel", own_campaign="t.campaign",
    )  # fmt: skip
    return f"{columns} FROM {table.name} t {persons_join('t')}"


def _sessions(events: str) -> str:
    """The last product of each visit that has an earlier event."""
    last = "(instant, number)"
    columns = _select(SESSION, "last.product", "last.customer", "last.instant")
    return (
        f"{columns} FROM (SELECT session, arg_max(customer, {last}) AS customer,"  # noqa: S608
        f" arg_max(product, {last}) AS product, max(instant) AS instant FROM {events}"
        " WHERE session IS NOT NULL AND product IS NOT NULL GROUP BY session) last"
        f" JOIN (SELECT session, min(instant) AS instant FROM {events}"
        " WHERE session IS NOT NULL GROUP BY session) first"
        " ON first.session = last.session AND first.instant < last.instant"
    )
