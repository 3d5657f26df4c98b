"""Numbers and dates that stand for a missing cell, such as 999 and 1900-01-01, by the evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from core.data.dataset import Dataset
from core.data.engine import engine, identifier, literal
from core.data.hints import is_positive
from core.data.table import file_sql, trimmed_sql, typed_sql
from core.schema import Column, Kind, Role

LOW, HIGH = (-1.0, -9.0, *(-float("9" * n) for n in range(2, 10))), tuple(
    float("9" * n) for n in range(2, 10)
)  # fmt: skip
DAYS = ("1899-12-30", "1899-12-31", "1900-01-01", "1970-01-01", "2099-12-31")
CELLS_AT_LEAST = 3
VALUES_AT_LEAST = 5  # of the rest: among few values an odd one is an answer
NEAR_NOUGHT = 0.1  # of the upper quartile
YEARS_APART = 5
IN_ONE_COLUMN = 3
COLUMNS_AT_ONCE = 40
ROWS_LOOKED_AT = 50_000
SPELLINGS_AT_MOST = 5


@dataclass(frozen=True)
class Sentinel:
    """``count`` cells of a column say one of ``texts``; the others lie from ``low`` to ``high``
    (dates as text)."""

    column: str
    texts: tuple[str, ...]
    count: int
    low: str
    high: str


@dataclass(frozen=True)
class _Rest:
    """The cells that do not say ``value``: their bounds, upper quartile and distinct values."""

    count: int
    low: float
    high: float
    quartile: float
    distinct: int


def sentinels(dataset: Dataset) -> tuple[Sentinel, ...]:
    """What may stand for a missing cell in columns of numbers and dates, in the schema's order.

    Proposed is a value at an end of its column that at least three cells hold: nines farther from
    the rest than the rest is wide; -1 or -9 where all else is positive; nought where the column's
    name forbids it and nothing is near it; a day by which databases begin or end, five years off.
    Candidates are looked for in some 50,000 rows all over the table, and must hold in all.
    """
    asked = [c for c in dataset.schema.columns if c.role is not Role.ID]
    with engine(dataset.folder) as connection:
        ends = _ends(dataset, [c for c in asked if c.kind is Kind.NUMBER], connection)
        found = {
            column.name: tuple(_of_numbers(dataset, column, bounds, connection))
            for column, bounds in ends
        }
        for column in asked:
            if column.kind is Kind.DATE:
                found[column.name] = tuple(_of_dates(dataset, column, connection))
    return tuple(each for column in asked for each in found.get(column.name, ()))


def _ends(
    dataset: Dataset, columns: list[Column], connection: duckdb.DuckDBPyConnection
) -> Iterator[tuple[Column, tuple[float, float]]]:
    """Columns with a candidate at one of their ends."""
    columns = [column for column in columns if column.role is not Role.IGNORED]
    for start in range(0, len(columns), COLUMNS_AT_ONCE):
        some = columns[start : start + COLUMNS_AT_ONCE]
        parts = ", ".join(f"min({t}), max({t})" for t in map(typed_sql, some))
        sql = f"SELECT {parts} FROM {_some(dataset, some)}"  # noqa: S608
        row = connection.execute(sql).fetchone() or ()
        for column, low, high in zip(some, row[::2], row[1::2], strict=True):
            if low in LOW or high in HIGH or (low == 0 and is_positive(column.name)):
                yield column, (low, high)


def _of_numbers(
    dataset: Dataset,
    column: Column,
    ends: tuple[float, float],
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[Sentinel]:
    taken: list[float] = []
    for _ in range(IN_ONE_COLUMN):
        for value in ends:
            rest = _rest(dataset, column, [*taken, value], connection)
            if rest is not None and _stands_out(column, value, rest):
                break
        else:
            return
        taken.append(value)
        ends = (rest.low, rest.high)
        yield Sentinel(column.name, (f"{value:.15g}",), rest.count, *map(_shown, ends))


def _rest(
    dataset: Dataset, column: Column, without: list[float], connection: duckdb.DuckDBPyConnection
) -> _Rest | None:
    listed = ", ".join(f"{value!r}::DOUBLE" for value in without)
    row: tuple[Any, ...] | None = connection.execute(
        f"SELECT count_if(v = {without[-1]!r}::DOUBLE), min(v) FILTER (w), max(v) FILTER (w),"  # noqa: S608
        " quantile_cont(v, 0.75) FILTER (w), approx_count_distinct(v) FILTER (w) FROM"
        f" (SELECT v, v NOT IN ({listed}) AS w FROM"
        f" (SELECT {typed_sql(column)} AS v FROM {_file(dataset)}))"
    ).fetchone()
    return _Rest(*row) if row and row[1] is not None else None


def _stands_out(column: Column, value: float, rest: _Rest) -> bool:
    if rest.count < CELLS_AT_LEAST or rest.distinct < VALUES_AT_LEAST:
        return False
    if value == 0:
        return is_positive(column.name) and rest.low > NEAR_NOUGHT * rest.quartile
    if value in LOW and rest.low >= 0:
        return True
    gap = max(rest.low - value, value - rest.high)
    return value in (*LOW[2:], *HIGH) and gap > rest.high - rest.low


def _of_dates(
    dataset: Dataset, column: Column, connection: duckdb.DuckDBPyConnection
) -> Iterator[Sentinel]:
    ends = f"SELECT min(v), max(v) FROM (SELECT {typed_sql(column)} AS v FROM "  # noqa: S608
    row = connection.execute(f"{ends}{_some(dataset, [column])})").fetchone() or ()
    for end in dict.fromkeys(row):
        if end is None or str(end)[:10] not in DAYS:
            continue
        cells = f"{typed_sql(column)} AS v, {trimmed_sql(column.name)} AS t"
        found = connection.execute(
            "SELECT count_if(v = $end),"  # noqa: S608
            f" list(DISTINCT t) FILTER (v = $end), min(v) FILTER (v <> $end),"
            f" max(v) FILTER (v <> $end) FROM (SELECT {cells} FROM {_file(dataset)})",
            {"end": end},
        ).fetchone()
        if found and found[0] >= CELLS_AT_LEAST and found[2] is not None:
            apart = max(found[2].year - end.year, end.year - found[3].year)
            if apart > YEARS_APART:
                texts = tuple(sorted(found[1])[:SPELLINGS_AT_MOST])
                yield Sentinel(column.name, texts, found[0], *(str(d)[:10] for d in found[2:]))


def _shown(value: float) -> str:
    return f"{value:.15g}"


def _file(dataset: Dataset) -> str:
    return f"read_parquet({literal(str(dataset.source))})"


def _some(dataset: Dataset, columns: list[Column]) -> str:
    """Rows all over the table, with the text of some columns."""
    step = max(1, dataset.rows // ROWS_LOOKED_AT)
    names = ", ".join(identifier(column.name) for column in columns)
    file = file_sql(dataset)
    return f"(SELECT {names} FROM {file} WHERE file_row_number % {step} = 0)"  # noqa: S608
