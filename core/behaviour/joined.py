"""What the rows of a log are joined with: persons, products, orders; one row a key each."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from core.behaviour.called_off import called_off_sql
from core.behaviour.meaning import Meaning, Part
from core.behaviour.views import Seen


def join_up(connection: duckdb.DuckDBPyConnection, tables: Sequence[Seen]) -> None:
    """Makes the tables ``persons``, ``words``, ``products``, ``orders`` and ``order_of``.

    ``orders`` has every row of every table of orders, ``order_of`` the first of each id. The
    others have one row a key, the first in the file, so that no join makes two rows of one.
    """
    _first(connection, "persons", _of(tables, Part.CUSTOMERS, Meaning.PERSON), "customer", "person")
    _first(connection, "words", _of(tables, Part.LOOKUP), "category", "shown")
    _products(connection, _of(tables, Part.PRODUCTS))
    _orders(connection, _of(tables, Part.ORDERS))


def who_sql(table: str) -> str:
    """SQL for the person of a row, where ``persons`` is joined as ``p``."""
    return f"coalesce(p.person, {table}.customer)"


def persons_join(table: str) -> str:
    return f"LEFT JOIN persons p ON p.customer = {table}.customer"


def _of(tables: Sequence[Seen], part: Part, *meanings: Meaning) -> list[Seen]:
    return [t for t in tables if t.part is part and (not meanings or t.tells(*meanings))]


def _first(
    connection: duckdb.DuckDBPyConnection, name: str, tables: list[Seen], key: str, value: str
) -> None:
    rows = " UNION ALL ".join(
        f"SELECT {key}, {value}, {t.place} AS place, row FROM {t.name} WHERE {key} IS NOT NULL"  # noqa: S608
        for t in tables
    )
    rows = rows or f"SELECT NULL::VARCHAR AS {key}, NULL::VARCHAR AS {value}, 0 AS place, 0 AS row"
    connection.execute(
        f"CREATE TEMP TABLE {name} AS SELECT {key}, arg_min({value}, (place, row)) AS {value}"  # noqa: S608
        f" FROM ({rows}) WHERE {key} IS NOT NULL GROUP BY {key}"
    )


def _products(connection: duckdb.DuckDBPyConnection, tables: list[Seen]) -> None:
    rows = " UNION ALL ".join(
        f"SELECT t.product, coalesce(w.shown, t.category) AS category, t.price, {t.place} AS place,"  # noqa: S608
        f" t.row FROM {t.name} t LEFT JOIN words w ON w.category = t.category"
        for t in tables
    )
    rows = rows or (
        "SELECT NULL::VARCHAR AS product, NULL::VARCHAR AS category, NULL::DOUBLE AS price,"
        " 0 AS place, 0 AS row"
    )
    connection.execute(
        "CREATE TEMP TABLE products AS SELECT product, arg_min(category, (place, row)) AS category,"  # noqa: S608
        f" arg_min(price, (place, row)) AS price FROM ({rows})"
        " WHERE product IS NOT NULL GROUP BY product"
    )


def _orders(connection: duckdb.DuckDBPyConnection, tables: list[Seen]) -> None:
    columns = (
        "order_id, session, instant, due, arrived, status, channel, campaign, amount, quantity,"
        " price, discount, category, product, mark, row, said"
    )
    listed = ", ".join(f"t.{column.strip()}" for column in columns.split(","))
    rows = " UNION ALL ".join(
        f"SELECT {t.place} AS place, {str(t.timed).lower()} AS timed, {who_sql('t')} AS customer,"  # noqa: S608
        f" {listed}, {called_off_sql(connection, t, 't')} AS called_off"
        f" FROM {t.name} t {persons_join('t')}"
        for t in tables
    )
    if not rows:
        connection.execute(
            "CREATE TEMP TABLE orders (place INTEGER, timed BOOLEAN, customer VARCHAR,"
            " order_id VARCHAR, session VARCHAR, instant BIGINT, due BIGINT, arrived BIGINT,"
            " status VARCHAR, channel VARCHAR, campaign VARCHAR, amount DOUBLE, quantity DOUBLE,"
            " price DOUBLE, discount DOUBLE, category VARCHAR, product VARCHAR, mark UBIGINT,"
            " row BIGINT, said VARCHAR, called_off BOOLEAN)"
        )
    else:
        connection.execute(f"CREATE TEMP TABLE orders AS {rows}")
    connection.execute(
        "CREATE TEMP TABLE order_of AS SELECT * FROM orders WHERE order_id IS NOT NULL"
        " QUALIFY row_number() OVER (PARTITION BY order_id ORDER BY place, row) = 1"
    )
