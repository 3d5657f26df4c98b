"""Rows of a shop's tables as events, each with what was found about it.

A row has the columns of ``recorded.COLUMNS`` (the time is ``instant``); ``source`` and ``row`` say
where it stood, ``mark`` is a hash of its cells, ``timed`` whether its time of day is known,
``extra`` whether it is a second event of a row, ``found`` what is wrong with it (a code of
``Dealt``), ``said`` the words that say so, and ``out`` whether it is left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from core.behaviour.cleaning import Choices, Way
from core.behaviour.joined import persons_join, who_sql
from core.behaviour.meaning import Meaning, Part
from core.behaviour.recorded import (
    AT,
    CANCELLATION,
    COLUMNS,
    CONTACT,
    ORDER,
    RETURN,
    REVIEW,
)
from core.behaviour.views import Seen
from core.data.engine import literal

INSTANT = "instant"
NO_ORDER, NO_TIME, NO_CUSTOMER, CANCELLED, NEGATIVE = (
    "no_order", "no_time", "no_customer", "cancelled", "negative",
)  # fmt: skip


def rows_of(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[Seen], choices: Choices
) -> list[str]:
    """SQL for the events of each source. ``joined.join_up`` went before."""
    lines = [table for table in tables if table.part is Part.LINES]
    found = [_lines(t, _has_price(t, tables)) for t in lines]
    if choices.returned is Way.AS_RETURNS:
        found += [_returns(t) for t in lines if Meaning.RETURNED in t.clocks]
    if any(table.part is Part.ORDERS for table in tables):
        found.append(_orders(lines))
    found += [_reviews(t) for t in tables if t.part is Part.REVIEWS]
    found += [_contacts(t) for t in tables if t.part is Part.CAMPAIGNS]
    return found


def found_sql(events: str, choices: Choices) -> str:
    """SQL of the events with what was found and what is done with it."""
    back = choices.negative is Way.AS_RETURNS
    off = choices.cancelled is Way.AS_CANCELLATIONS
    gone = [NO_ORDER, NO_TIME, NO_CUSTOMER]
    gone += [NEGATIVE] * (choices.negative is Way.LEFT_OUT) + [CANCELLED] * (not off)
    kind = f"CASE found WHEN '{CANCELLED}' THEN '{CANCELLATION}'"
    kind += f" WHEN '{NEGATIVE}' THEN '{RETURN}'" * back
    kept = f" OR found = '{NEGATIVE}'" * (choices.negative is Way.KEPT)
    done = {AT: INSTANT, "kind": f"{kind} ELSE kind END", "buys": f"buys AND (found IS NULL{kept})"}
    if back:
        done |= {"amount": "abs(amount)", "quantity": "abs(quantity)"}
    listed = ", ".join(f'{done.get(name, name)} AS "{name}"' for name in COLUMNS)
    return (
        f"SELECT {listed}, source, row, mark, timed, extra, found,"  # noqa: S608
        " CASE WHEN extra OR found IS NOT NULL THEN said END AS said,"
        f" coalesce(found IN ({', '.join(map(literal, gone))}), false) AS out"
        f" FROM (SELECT *, CASE WHEN orphan THEN '{NO_ORDER}'"
        f" WHEN {INSTANT} IS NULL THEN '{NO_TIME}'"
        f" WHEN customer IS NULL THEN '{NO_CUSTOMER}' WHEN called_off THEN '{CANCELLED}'"
        f" WHEN buys AND (quantity < 0 OR amount < 0) THEN '{NEGATIVE}' END AS found"
        f" FROM ({events}))"
    )


def event(source: int | str, timed: str, **values: str) -> str:
    """The list of a SELECT that makes an event; what is not given is not known."""
    given = {
        name: f"NULL::{of}" for name, of in COLUMNS.items() if name != AT
    } | {
        INSTANT: "NULL::BIGINT", "buys": "false", "source": str(source), "row": "t.row",
        "mark": f"hash(t.mark, {source})", "timed": timed, "extra": "false",
        "said": "NULL::VARCHAR", "called_off": "false", "orphan": "false",
    } | values  # fmt: skip
    return ", ".join(f"{value} AS {name}" for name, value in given.items())


def said_sql(instant: str, told: str, *others: str) -> str:
    """SQL for the words to show of a row: of its time where that cannot be read."""
    rest = ", ".join((*others, "CAST(t.row + 1 AS VARCHAR)"))
    return f"CASE WHEN {instant} IS NULL THEN {told} ELSE coalesce({rest}) END"


def _has_price(table: Seen, tables: Sequence[Seen]) -> bool:
    """Whether the table's lines, or the products in them, have a price of their own."""
    own = table.tells(Meaning.AMOUNT, Meaning.PRICE)
    return own or any(t.part is Part.PRODUCTS and t.tells(Meaning.PRICE) for t in tables)


def _paid_sql(has_price: bool) -> str:
    """SQL for what was paid for a line ``t`` of an order ``o``, with its product ``i``."""
    if not has_price:
        return "o.amount / count(*) OVER (PARTITION BY t.order_id)"
    price = "coalesce(t.quantity, 1) * coalesce(t.price, i.price) * (1 - coalesce(t.discount, 0))"
    return f"coalesce(t.amount, {price})"


LINES_FROM = (
    "LEFT JOIN order_of o ON o.order_id = t.order_id LEFT JOIN products i ON i.product = t.product"
    " LEFT JOIN words w ON w.category = t.category"
)
LINE = {
    "customer": "o.customer",
    "purchase": "t.order_id",
    "product": "t.product",
    "category": "coalesce(w.shown, t.category, i.category)",
    "channel": "coalesce(t.channel, o.channel)",
    "session": "o.session",
}


def _lines(table: Seen, has_price: bool) -> str:
    listed = event(
        table.place,
        "coalesce(o.timed, false)",
        **LINE,
        instant="o.instant",
        kind=f"'{ORDER}'",
        buys="true",
        amount=_paid_sql(has_price),
        quantity="coalesce(t.quantity, 1)",
        price="coalesce(t.price, i.price)",
        discount="t.discount",
        said=said_sql("o.instant", "coalesce(o.said, t.order_id)", "o.status", "t.order_id"),
        called_off="coalesce(o.called_off, false)",
        orphan="o.row IS NULL",
    )
    return f"SELECT {listed} FROM {table.name} t {LINES_FROM}"  # noqa: S608


def _returns(table: Seen) -> str:
    """A second event of each line that came back, at the time it did."""
    listed = event(
        table.place,
        "false",
        **LINE,
        instant="t.returned",
        kind=f"'{RETURN}'",
        amount=_paid_sql(True),
        quantity="coalesce(t.quantity, 1)",
        price="coalesce(t.price, i.price)",
        discount="t.discount",
        mark=f"hash(t.mark, {table.place}, '{RETURN}')",
        extra="true",
        said="t.order_id",
        called_off="coalesce(o.called_off, false)",
        orphan="o.row IS NULL",
    )
    return f"SELECT {listed} FROM {table.name} t {LINES_FROM} WHERE t.returned IS NOT NULL"  # noqa: S608


def _orders(lines: Sequence[Seen]) -> str:
    """An event of each order that has no lines."""
    price = "coalesce(t.quantity, 1) * t.price * (1 - coalesce(t.discount, 0))"
    listed = event(
        "t.place",
        "t.timed",
        customer="t.customer",
        instant="t.instant",
        kind=f"'{ORDER}'",
        buys="true",
        purchase="coalesce(t.order_id, concat_ws(' ', t.customer, t.instant))",
        product="t.product",
        category="coalesce(w.shown, t.category, i.category)",
        channel="t.channel",
        session="t.session",
        amount=f"coalesce(t.amount, {price})",
        quantity="t.quantity",
        price="t.price",
        discount="t.discount",
        said=said_sql("t.instant", "t.said", "t.status", "t.order_id"),
        called_off="t.called_off",
    )
    without = " ".join(
        f"AND NOT EXISTS (SELECT 1 FROM {line.name} l WHERE l.order_id = t.order_id)"  # noqa: S608
        for line in lines
    )
    return (
        f"SELECT {listed} FROM orders t LEFT JOIN products i ON i.product = t.product"  # noqa: S608
        f" LEFT JOIN words w ON w.category = t.category WHERE true {without}"
    )


def _reviews(table: Seen) -> str:
    """Reviews without a customer of their own are those of the order's customer."""
    listed = event(
        table.place,
        str(table.timed).lower(),
        customer=f"coalesce({who_sql('t')}, o.customer)",
        instant="t.instant",
        kind=f"'{REVIEW}'",
        purchase="t.order_id",
        product="t.product",
        category="coalesce(w.shown, t.category, i.category)",
        channel="t.channel",
        rating="t.rating",
        said=said_sql("t.instant", "t.said", "t.order_id"),
    )
    return f"SELECT {listed} FROM {table.name} t {persons_join('t')} {LINES_FROM}"  # noqa: S608


def _contacts(table: Seen) -> str:
    listed = event(
        table.place,
        str(table.timed).lower(),
        customer=who_sql("t"),
        instant="t.instant",
        kind=f"'{CONTACT}'",
        channel="t.channel",
        said=said_sql("t.instant", "t.said"),
    )
    return f"SELECT {listed} FROM {table.name} t {persons_join('t')}"  # noqa: S608
