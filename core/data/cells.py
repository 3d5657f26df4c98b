"""How the cells of each column turn out when they are read as the schema says."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from core.data.dataset import Dataset
from core.data.engine import identifier, literal
from core.data.table import trimmed_sql, typed_sql
from core.data.words import DISGUISES, MISSING
from core.schema import Column, Kind, Schema

COLUMNS_AT_ONCE = 40
MEASURED = (Kind.NUMBER, Kind.DATE)


@dataclass(frozen=True)
class Cells:
    """Of one column: ``empty`` cells, ``blank`` ones (spaces only), ``typed`` ones that are what
    their kind says, ``disguised`` ones (a word for "not known", such as ``disguise``) and ``bad``
    ones that cannot be their kind (such as ``bad_example``). ``distinct`` is exact for categories
    and otherwise within some percent; ``signature`` is equal where all cells are."""

    empty: int
    blank: int
    typed: int
    disguised: int
    disguise: str
    bad: int
    bad_example: str
    distinct: int
    example: str
    signature: str


def counted_cells(
    dataset: Dataset, schema: Schema, connection: duckdb.DuckDBPyConnection
) -> tuple[Cells, ...]:
    """The cells of every column, in the schema's order; one scan for every forty columns."""
    found: list[Cells] = []
    for start in range(0, len(schema.columns), COLUMNS_AT_ONCE):
        some = schema.columns[start : start + COLUMNS_AT_ONCE]
        parts = ", ".join(_counts(column, place) for place, column in enumerate(some))
        read = ", ".join(
            f"{identifier(c.name)} AS r{i}, {trimmed_sql(c.name)} AS t{i}, {typed_sql(c)} AS v{i}"
            for i, c in enumerate(some)
        )
        row = connection.execute(
            f"SELECT {parts} FROM (SELECT file_row_number AS place, {read} FROM"  # noqa: S608
            f" read_parquet({literal(str(dataset.source))}, file_row_number = true))"
        ).fetchone()
        numbers = list(row or ())
        width = len(numbers) // len(some)
        found += [_cells(numbers[i * width : (i + 1) * width]) for i in range(len(some))]
    return tuple(found)


def _counts(column: Column, i: int) -> str:
    """The aggregates of one column; ``r`` is its raw text, ``t`` trimmed, ``v`` typed."""
    is_read = column.kind in (*MEASURED, Kind.BOOLEAN)
    words = ", ".join(
        literal(word) for word in sorted(MISSING if column.kind in MEASURED else DISGUISES)
    )
    unread = f"v{i} IS NULL AND t{i} IS NOT NULL" if is_read else f"t{i} IS NOT NULL"
    disguised = f"{unread} AND lower(t{i}) IN ({words})" if _may_disguise(column) else "false"
    bad = f"v{i} IS NULL AND r{i} IS NOT NULL AND coalesce(lower(t{i}) NOT IN ({words}), true)"
    return (
        f"count(*) - count(r{i}), count(r{i}) - count(t{i}), count(v{i}),"
        f" count(*) FILTER ({disguised}), min(t{i}) FILTER ({disguised}),"
        f" count(*) FILTER ({bad if is_read else 'false'}),"
        f" min(t{i}) FILTER ({bad if is_read else 'false'}),"
        f" approx_count_distinct(v{i}), min(t{i}), sum(hash(t{i}, place)::HUGEINT)"
    )


def _may_disguise(column: Column) -> bool:
    """Not in text and ids, where NA and None are names."""
    return column.kind is not Kind.TEXT


def _cells(numbers: list[object]) -> Cells:
    counts = [int(str(number)) for number in numbers[:3]]
    return Cells(
        empty=counts[0],
        blank=counts[1],
        typed=counts[2],
        disguised=int(str(numbers[3])),
        disguise=str(numbers[4] or ""),
        bad=int(str(numbers[5])),
        bad_example=str(numbers[6] or ""),
        distinct=int(str(numbers[7])),
        example=str(numbers[8] or ""),
        signature=str(numbers[9]),
    )
