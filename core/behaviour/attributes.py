"""What tables of customers tell of them beside their history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from core.behaviour.joined import persons_join
from core.behaviour.meaning import Meaning, Part
from core.behaviour.recorded import CUSTOMER
from core.behaviour.views import Seen
from core.data.engine import identifier
from core.data.table import file_sql, typed_sql
from core.schema import Column, Kind, Role

KNOWN_AT = "known_at"
LEFT_OUT = frozenset((Role.ID, Role.GROUP, Role.IGNORED))


@dataclass(frozen=True)
class Attributes:
    """SQL for a row a customer: ``customer``, ``known_at`` and the attributes by their names."""

    sql: str
    dates: tuple[str, ...]
    kinds: tuple[tuple[str, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        return (*(name for name, _ in self.kinds), *self.dates)


def attributes_of(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[Seen], zone: str
) -> Attributes:
    """Those of all tables of customers; a name that an earlier table has gets a number.

    Makes a table a table of customers, the first row of each customer in it.
    """
    taken = {CUSTOMER, KNOWN_AT}
    kinds: list[tuple[str, str]] = []
    dates: list[str] = []
    joins, known, listed = "", [], []
    for table in tables:
        if table.part is not Part.CUSTOMERS or not table.tells(Meaning.CUSTOMER, Meaning.PERSON):
            continue
        theirs = f"attributes_{table.place}"
        columns = _attributes(table)
        _make(connection, table, theirs, columns)
        joins += f" LEFT JOIN {theirs} ON {theirs}.customer = everyone.customer"
        known.append(f"{theirs}.{KNOWN_AT}")
        for place, column in enumerate(columns):
            name = _free(column.name, taken)
            taken.add(name.lower())
            listed.append(f"{theirs}.c{place} AS {identifier(name)}")
            if column.kind is Kind.DATE:
                dates.append(name)
            else:
                kinds.append((name, column.kind.value))
    first = f"least({', '.join(known)})" if known else "NULL::BIGINT"
    columns_sql = ", ".join(["everyone.customer", f"{first} AS {KNOWN_AT}", *listed])
    return Attributes(f"SELECT {columns_sql} FROM everyone{joins}", tuple(dates), tuple(kinds))  # noqa: S608


def _attributes(table: Seen) -> tuple[Column, ...]:
    """Columns that say something of a customer as such."""
    used = {name for name in table.use.columns.values() if name}
    return tuple(
        column
        for column in table.dataset.schema.columns
        if column.name not in used and column.role not in LEFT_OUT and column.kind is not Kind.TEXT
    )


def _make(
    connection: duckdb.DuckDBPyConnection, table: Seen, name: str, columns: tuple[Column, ...]
) -> None:
    """One row a customer: the one that was known first, or stands first."""
    values = ", ".join(f"{_value(column)} AS c{place}" for place, column in enumerate(columns))
    cells = f", {values}" if values else ""
    connection.execute(
        f"CREATE TEMP TABLE {name} AS SELECT * EXCLUDE (row) FROM"  # noqa: S608
        " (SELECT coalesce(t.person, p.person, t.customer) AS customer,"
        f" t.instant AS {KNOWN_AT}, cells.*"
        f" FROM {table.name} t JOIN (SELECT file_row_number AS row{cells} FROM"
        f" {file_sql(table.dataset)}) cells ON cells.row = t.row {persons_join('t')})"
        " WHERE customer IS NOT NULL"
        " QUALIFY row_number() OVER (PARTITION BY customer"
        f" ORDER BY {KNOWN_AT} NULLS LAST, row) = 1"
    )


def _value(column: Column) -> str:
    typed = typed_sql(column)
    return f"epoch_ms({typed})" if column.kind is Kind.DATE else typed


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number where another column has it."""
    found, number = name, 2
    while found.lower() in taken:
        found, number = f"{name}_{number}", number + 1
    return found
