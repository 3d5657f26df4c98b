"""What tables must tell for a history to be made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from core.behaviour.meaning import Meaning, Part, Use
from core.behaviour.times import unread_examples
from core.behaviour.views import Seen
from core.data.dataset import Dataset
from core.errors import (
    MixedTimes,
    NoCustomerColumn,
    NoEvents,
    NoOrderColumn,
    NoOrders,
    NothingToJoin,
    NoTimeColumn,
)

HAPPENINGS = (Part.EVENTS, Part.ORDERS, Part.CAMPAIGNS)
UNREAD_AT_MOST = 0.5


def wanted(datasets: Mapping[str, Dataset], uses: Sequence[Use]) -> None:
    """Raises what is wrong with the uses as such: NoTimeColumn, NoCustomerColumn, NoOrderColumn,
    NoOrders, NoEvents, UnknownColumn."""
    for use in uses:
        schema = datasets[use.table].schema
        for column in use.columns.values():
            schema[column]
        if use.part in HAPPENINGS and not use.column(Meaning.TIME):
            raise NoTimeColumn(use.name, schema.names)
        owners = (Meaning.CUSTOMER, Meaning.PERSON)
        owners += (Meaning.SESSION,) if use.part is Part.EVENTS else ()
        if use.part in HAPPENINGS and not any(use.column(each) for each in owners):
            raise NoCustomerColumn(use.name, schema.names)
        if use.part is Part.LINES and not use.column(Meaning.ORDER):
            raise NoOrderColumn(use.name, schema.names)
    parts = {use.part for use in uses}
    if Part.LINES in parts and Part.ORDERS not in parts:
        raise NoOrders(next(use.name for use in uses if use.part is Part.LINES))
    if not parts & {*HAPPENINGS, Part.REVIEWS}:
        raise NoEvents(uses[0].name if uses else "")


def readable(connection: duckdb.DuckDBPyConnection, tables: Sequence[Seen]) -> None:
    """Raises MixedTimes where most times of a table cannot be read; ``raw`` is there."""
    for table in tables:
        if table.part not in HAPPENINGS:
            continue
        untimed = "found = 'no_time'", f"raw WHERE source = {table.place}"
        if table.part is Part.ORDERS:
            untimed = "instant IS NULL", f"orders WHERE place = {table.place}"
        row = connection.execute(
            "SELECT count(*), count(*) FILTER"  # noqa: S608
            f" ({untimed[0]} AND said IS NOT NULL) FROM {untimed[1]}"
        ).fetchone()
        if row is not None and row[1] > UNREAD_AT_MOST * row[0]:
            name, clock = table.use.column(Meaning.TIME), table.clocks.get(Meaning.TIME)
            examples = unread_examples(table.dataset, clock, name, connection)
            raise MixedTimes(table.use.name, name, examples)


def joinable(connection: duckdb.DuckDBPyConnection, tables: Sequence[Seen]) -> None:
    """Raises NothingToJoin where no line of a table has an order."""
    for table in tables:
        if table.part is not Part.LINES:
            continue
        row = connection.execute(
            "SELECT count(order_id), count_if(order_id IN (SELECT order_id FROM order_of)),"  # noqa: S608
            f" min(order_id), (SELECT min(order_id) FROM order_of) FROM {table.name}"
        ).fetchone()
        if row is not None and row[0] and not row[1]:
            orders = next(t.use.name for t in tables if t.part is Part.ORDERS)
            raise NothingToJoin(table.use.name, orders, row[2] or "", row[3] or "")
