"""The rows of a table of events as events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

import duckdb

from core.behaviour.called_off import called_off_sql, words_of
from core.behaviour.cleaning import Choices, Way
from core.behaviour.joined import persons_join, who_sql
from core.behaviour.kind_words import BUYING, BUYING_WHOLE, is_buying
from core.behaviour.meaning import Meaning, Part
from core.behaviour.raw import event, said_sql
from core.behaviour.recorded import ORDER
from core.behaviour.views import Seen
from core.data.engine import literal

EVENT = "event"
MOST = 0.5
ROWS_LOOKED_AT = 500_000
VISITOR = "visit "  # before the id of a visit that stands for a customer beside others


@dataclass(frozen=True)
class Log:
    """How a table of events is read: ``sql`` of its events; ``buying`` kinds are purchases.

    ``orders_tell`` where they are not because orders are; ``by_visit`` where visits stand for
    customers whom no row names.
    """

    table: Seen
    sql: str
    buying: tuple[str, ...] = ()
    orders_tell: bool = False
    by_visit: bool = False


def logs_of(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[Seen], choices: Choices
) -> list[Log]:
    """Every table of events. ``joined.join_up`` went before."""
    has_orders = any(table.part is Part.ORDERS for table in tables)
    logs = [table for table in tables if table.part is Part.EVENTS]
    orders_tell = has_orders and choices.from_orders
    return [_log(connection, table, choices, orders_tell, len(logs) > 1) for table in logs]


def _log(
    connection: duckdb.DuckDBPyConnection,
    table: Seen,
    choices: Choices,
    orders_tell: bool,
    several: bool,
) -> Log:
    buying = _buying(connection, table, choices)
    by_visit = _by_visit(connection, table, choices)
    kind, buys = _kind(table, () if orders_tell else buying, several)
    customer, instant = _customer(table, by_visit), "t.instant"
    at_once = f"concat_ws(' ', {customer}, {instant})"
    alone = f"coalesce(t.session, {at_once})" if table.tells(Meaning.KIND) else at_once
    listed = event(
        table.place,
        str(table.timed).lower(),
        customer=customer,
        instant=instant,
        kind=kind,
        buys=buys,
        purchase=f"coalesce(t.order_id, CASE WHEN {buys} THEN {alone} END)",
        product="t.product",
        category="coalesce(w.shown, t.category, i.category)",
        channel="t.channel",
        session="t.session",
        amount=_amount(table, buys, orders_tell),
        quantity="t.quantity",
        price="coalesce(t.price, i.price)",
        discount="t.discount",
        rating="t.rating",
        said=said_sql(instant, "t.said", "t.status", "t.order_id"),
        called_off=called_off_sql(connection, table, "t"),
    )
    joins = (
        "LEFT JOIN products i ON i.product = t.product LEFT JOIN words w ON w.category = t.category"
    )
    sql = f"SELECT {listed} FROM {table.name} t {persons_join('t')} {joins}"  # noqa: S608
    return Log(table, sql, buying, orders_tell and bool(buying), by_visit)


def _buying(
    connection: duckdb.DuckDBPyConnection, table: Seen, choices: Choices
) -> tuple[str, ...]:
    """The kinds of a log that are purchases."""
    if not table.tells(Meaning.KIND):
        return ()
    if choices.buying is not None:
        return choices.buying
    return words_of(connection, table, Meaning.KIND, (*BUYING, *BUYING_WHOLE), is_buying)


def _kind(table: Seen, buying: tuple[str, ...], several: bool) -> tuple[str, str]:
    """SQL for the kind of a row and for whether it is a purchase."""
    if not table.tells(Meaning.KIND):
        paid = table.tells(Meaning.AMOUNT, Meaning.PRICE)
        name = PurePath(table.use.name).name.partition(".")[0] if several else EVENT
        return (f"'{ORDER}'", "true") if paid else (literal(name or EVENT), "false")
    words = ", ".join(map(literal, buying))
    return (
        f"coalesce(t.kind, '{EVENT}')",
        f"coalesce(t.kind IN ({words}), false)" if words else "false",
    )


def _amount(table: Seen, buys: str, orders_tell: bool) -> str:
    """SQL for what a row says was paid; a price beside a view is none that was."""
    price = "coalesce(t.quantity, 1) * coalesce(t.price, i.price) * (1 - coalesce(t.discount, 0))"
    own = "NULL" if orders_tell and table.tells(Meaning.KIND) else "t.amount"
    return f"coalesce({own}, CASE WHEN {buys} THEN {price} END)"


def _customer(table: Seen, by_visit: bool) -> str:
    """SQL for whose row it is."""
    if not table.tells(Meaning.CUSTOMER):
        return "t.session"
    return f"coalesce({who_sql('t')}, '{VISITOR}' || t.session)" if by_visit else who_sql("t")


def _by_visit(connection: duckdb.DuckDBPyConnection, table: Seen, choices: Choices) -> bool:
    """Whether a visit stands for a customer whom a row does not name."""
    if not table.tells(Meaning.SESSION) or choices.nameless is Way.LEFT_OUT:
        return False
    if choices.nameless is Way.BY_VISIT or not table.tells(Meaning.CUSTOMER):
        return True
    step = max(1, table.dataset.rows // ROWS_LOOKED_AT)
    row = connection.execute(
        f"SELECT count(customer), count(*) FROM {table.name} WHERE row % {step} = 0"  # noqa: S608
    ).fetchone()
    return row is not None and row[0] < MOST * row[1]
