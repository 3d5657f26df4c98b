"""How the cells of each column turn out when they are read as the schema says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import duckdb

from core.data.dataset import Dataset
from core.data.engine import identifier, literal
from core.data.table import trimmed_sql, typed_sql
from core.data.words import DISGUISES, MISSING
from core.schema import Column, Kind, Schema

COLUMNS_AT_ONCE = 40
MEASURED = (Kind.NUMBER, Kind.DATE)
READ = (*MEASURED, Kind.BOOLEAN)


@dataclass(frozen=True)
class Cells:
    """Of one column: ``empty`` cells and those the schema calls missing, ``blank`` ones (spaces
    only), ``typed`` ones that are what their kind says, ``disguised`` ones (a word for "not known",
    such as ``disguise``) and ``bad`` ones that cannot be their kind (such as ``bad_example``).
    ``distinct`` is within some percent. ``least`` and ``most`` are the first and the last text in
    the order of the alphabet."""

    empty: int
    blank: int
    typed: int
    distinct: int
    least: str
    most: str
    disguised: int = 0
    disguise: str = ""
    bad: int = 0
    bad_example: str = ""


def counted_cells(
    dataset: Dataset, schema: Schema, connection: duckdb.DuckDBPyConnection
) -> tuple[Cells, ...]:
    """The cells of every column, in the schema's order; one scan for every forty columns."""
    found: list[Cells] = []
    for start in range(0, len(schema.columns), COLUMNS_AT_ONCE):
        some = schema.columns[start : start + COLUMNS_AT_ONCE]
        parts = ", ".join(map(_counts, some))
        row = connection.execute(f"SELECT {parts} FROM {_file(dataset)}").fetchone()  # noqa: S608
        counts = list(row or ())
        for i, column in enumerate(some):
            *seven, declared = counts[8 * i : 8 * i + 8]
            cells = _looked_into(dataset, connection, column, _cells(seven))
            found.append(replace(cells, empty=cells.empty + declared, typed=cells.typed - declared))
    return tuple(found)


def identical(
    dataset: Dataset, one: str, other: str, connection: duckdb.DuckDBPyConnection
) -> bool:
    """Whether two columns hold the same text in every row."""
    row = connection.execute(
        f"SELECT count(*) FROM {_file(dataset)}"  # noqa: S608
        f" WHERE {identifier(one)} IS DISTINCT FROM {identifier(other)}"
    ).fetchone()
    return row is not None and row[0] == 0


def _counts(column: Column) -> str:
    text = identifier(column.name)
    bare = typed_sql(replace(column, missing=()))
    typed = bare if column.kind in READ else text
    declared = f"count({bare}) - count({typed_sql(column)})" if column.missing else "0"
    return (
        f"count(*), count({text}), count_if({text} < '!'), count({typed}),"
        f" approx_count_distinct({text}), min({text}), max({text}), {declared}"
    )


def _cells(counts: list[Any]) -> Cells:
    rows, filled, blank, typed, distinct, least, most = counts
    return Cells(rows - filled, blank or 0, typed, distinct, str(least or ""), str(most or ""))


def _looked_into(
    dataset: Dataset, connection: duckdb.DuckDBPyConnection, column: Column, cells: Cells
) -> Cells:
    """With the words for missing and the bad cells, where there can be any."""
    filled = dataset.rows - cells.empty
    is_read = column.kind in READ
    if is_read and cells.typed == filled:
        return replace(cells, blank=0)
    if not is_read and not cells.blank and not _may_disguise(column):
        return cells
    known = MISSING if column.kind in MEASURED else DISGUISES
    told = {text.lower() for text in column.missing}
    asked = sorted(known | told if is_read else known - told)
    words = ", ".join(map(literal, asked))
    condition = f"({typed_sql(replace(column, missing=()))}) IS NULL" if is_read else "true"
    rows = connection.execute(
        f"SELECT t IS NULL, coalesce(lower(t) IN ({words}), false), count(*), min(t) FROM"  # noqa: S608
        f" (SELECT {trimmed_sql(column.name)} AS t FROM {_file(dataset)}"
        f" WHERE {identifier(column.name)} IS NOT NULL AND {condition}) GROUP BY 1, 2"
    ).fetchall()
    counted = {(blank, word): (count, text or "") for blank, word, count, text in rows}
    blank, _ = counted.get((True, False), (0, ""))
    disguised, disguise = counted.get((False, True), (0, ""))
    others, example = counted.get((False, False), (0, "")) if is_read else (0, "")
    if column.kind is Kind.TEXT:
        disguised, disguise = 0, ""
    return replace(
        cells,
        blank=0 if is_read else blank,
        typed=cells.typed if is_read else filled - blank,
        disguised=disguised,
        disguise=disguise,
        bad=others + (blank if is_read else 0),
        bad_example=example,
    )


def _may_disguise(column: Column) -> bool:
    """Not in text and ids, where NA and None are names; and not where all levels are known."""
    if column.kind is Kind.TEXT:
        return False
    return not column.levels or any(level.lower() in DISGUISES for level in column.levels)


def _file(dataset: Dataset) -> str:
    return f"read_parquet({literal(str(dataset.source))})"
