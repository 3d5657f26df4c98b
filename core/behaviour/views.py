"""Tables as views with one column a meaning, whatever the tables call them."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from core.behaviour.keys import key_sql, present_sql
from core.behaviour.meaning import Meaning, Part, Use
from core.behaviour.times import UTC, Clock, clock_of, clock_sql
from core.data.dataset import Dataset
from core.data.engine import identifier, literal
from core.data.numbers import number_sql
from core.data.table import file_sql, trimmed_sql, typed_sql
from core.schema import Column, Kind

KEYS = (
    Meaning.CUSTOMER, Meaning.PERSON, Meaning.ORDER, Meaning.SESSION, Meaning.PRODUCT,
    Meaning.CAMPAIGN,
)  # fmt: skip
TEXTS = (Meaning.KIND, Meaning.CHANNEL, Meaning.STATUS, Meaning.CATEGORY, Meaning.SHOWN)
NUMBERS = (Meaning.AMOUNT, Meaning.PRICE, Meaning.QUANTITY, Meaning.DISCOUNT, Meaning.RATING)
TIMES = (Meaning.TIME, Meaning.DUE, Meaning.ARRIVED, Meaning.RETURNED)
NAMES = {
    Meaning.TIME: "instant",
    Meaning.ORDER: "order_id",
}  # of columns where the meaning's is SQL's


@dataclass(frozen=True)
class Seen:
    """A table and its view ``name``; ``clocks`` are those of its columns of times."""

    dataset: Dataset
    use: Use
    place: int
    clocks: dict[Meaning, Clock]

    @property
    def name(self) -> str:
        return f"table_{self.place}"

    @property
    def part(self) -> Part:
        return self.use.part

    @property
    def timed(self) -> bool:
        """Whether its rows tell a time of day."""
        clock = self.clocks.get(Meaning.TIME)
        return clock is not None and (not clock.days_only or self.tells(Meaning.CLOCK))

    def tells(self, *meanings: Meaning) -> bool:
        """Whether it has a column of one of these meanings."""
        return any(self.use.column(meaning) for meaning in meanings)


def seen(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, use: Use, place: int, zone: str
) -> Seen:
    """The table with its view registered.

    The view has ``row`` (from 0), ``mark`` (a hash of all cells), a column for every meaning
    (``NAMES``), NULL where the table has none, and ``said``, the text of its time.
    """
    clocks = {
        meaning: clock_of(dataset, use.column(meaning), connection)
        for meaning in TIMES
        if use.column(meaning)
    }
    found = Seen(dataset, use, place, {m: c for m, c in clocks.items() if c.patterns})
    whole = _whole_discounts(connection, found)
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {found.name} AS {_select(found, zone, whole)}")
    return found


def name_of(meaning: Meaning) -> str:
    """The column of a meaning in the views."""
    return NAMES.get(meaning, meaning.value)


def _select(found: Seen, zone: str, whole_discounts: bool) -> str:
    """The view's SELECT: cells are trimmed once, below, and read above."""
    use, schema = found.use, found.dataset.schema
    used = {meaning: schema[column] for meaning, column in use.columns.items() if column}
    trimmed = [f"{trimmed_sql(column.name)} AS t_{m.value}" for m, column in used.items()]
    numbers = [f"{_number(used[m])} AS n_{m.value}" for m in NUMBERS if m in used]
    columns = [f"{_read(m, used, found, zone)} AS {name_of(m)}" for m in (*KEYS, *TEXTS, *TIMES)]
    for meaning in NUMBERS:
        value = f"n_{meaning.value}" if meaning in used else "NULL::DOUBLE"
        by = " / 100" if meaning is Meaning.DISCOUNT and whole_discounts else ""
        columns.append(f"{value}{by} AS {meaning.value}")
    said = "t_time" if Meaning.TIME in used else "NULL::VARCHAR"
    every = ", ".join(identifier(name) for name in schema.names)
    lower = ", ".join(["file_row_number AS row", f"hash({every}) AS mark", *trimmed, *numbers])
    return (
        f"SELECT row, mark, {said} AS said, {', '.join(columns)}"  # noqa: S608
        f" FROM (SELECT {lower} FROM {file_sql(found.dataset)})"
    )


def _read(meaning: Meaning, used: dict[Meaning, Column], found: Seen, zone: str) -> str:
    """SQL for the column of one meaning out of the trimmed text."""
    text = f"t_{meaning.value}"
    if meaning in TIMES:
        clock = found.clocks.get(meaning)
        if clock is None:
            return "NULL::BIGINT"
        added = used.get(Meaning.CLOCK) if meaning is Meaning.TIME else None
        return clock.sql(text, zone, clock_sql("t_clock", added) if added else "")
    if meaning not in used:
        return "NULL::VARCHAR"
    read = key_sql if meaning in KEYS else present_sql
    return read(text, used[meaning])


def _number(column: Column) -> str:
    if column.kind is Kind.NUMBER:
        return typed_sql(column)
    return number_sql(identifier(column.name), "")


def _whole_discounts(connection: duckdb.DuckDBPyConnection, found: Seen) -> bool:
    """Whether discounts are written as 15 in place of 0.15."""
    name = found.use.column(Meaning.DISCOUNT)
    if not name:
        return False
    number = _number(found.dataset.schema[name])
    row = connection.execute(f"SELECT max({number}) FROM {file_sql(found.dataset)}").fetchone()  # noqa: S608
    return row is not None and row[0] is not None and row[0] > 1


def days_sql(at: str, zone: str) -> str:
    """SQL for the local day, as a DATE, of milliseconds in UTC."""
    return f"CAST({local_sql(at, zone)} AS DATE)"


def local_sql(at: str, zone: str) -> str:
    """SQL for what a clock in the zone shows, as a TIMESTAMP, at milliseconds in UTC."""
    instant = f"make_timestamp({at} * 1000)"
    return instant if zone == UTC else f"timezone({literal(zone)}, timezone('UTC', {instant}))"
