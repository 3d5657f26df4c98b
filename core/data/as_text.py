"""Typed columns (of Parquet or a database) turned to text that says the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import duckdb
from duckdb.sqltypes import DuckDBPyType

from core.data.dataset import Note
from core.data.engine import identifier, literal

LEVELS_AT_MOST = 12
NESTED = ("struct", "list", "array", "map", "union", "variant")


@dataclass(frozen=True)
class TextColumn:
    """``sql`` gives the text; ``is_list`` says that it is JSON of several values."""

    name: str
    sql: str
    is_list: bool = False
    is_nested: bool = False


def text_columns(
    names: Sequence[str], types: Sequence[DuckDBPyType], aliases: Sequence[str]
) -> tuple[TextColumn, ...]:
    """The columns as text; records become columns with dotted names, lists and maps JSON text.

    Whole numbers become "7", numbers as short as they can be said exactly, dates and times ISO
    text, yes/no "true" and "false". ``aliases`` are SQL for the columns.
    """
    return tuple(
        column
        for name, kind, alias in zip(names, types, aliases, strict=True)
        for column in _columns(name, kind, alias, LEVELS_AT_MOST)
    )


def notes(columns: Sequence[TextColumn]) -> tuple[Note, ...]:
    """What was done to columns of several values."""
    nested = [column.name for column in columns if column.is_nested]
    lists = [column.name for column in columns if column.is_list]
    found = (("nested_columns", nested), ("lists_as_text", lists))
    return tuple(Note(code, len(some), some[0]) for code, some in found if some)


def _columns(name: str, kind: DuckDBPyType, sql: str, levels: int) -> Iterator[TextColumn]:
    if kind.id == "struct" and levels:
        for inner, inner_kind in kind.children:
            part = f"struct_extract({sql}, {literal(inner)})"
            for column in _columns(
                f"{name}.{inner}", cast(DuckDBPyType, inner_kind), part, levels - 1
            ):
                yield TextColumn(column.name, column.sql, column.is_list, True)
    elif kind.id in NESTED:
        yield TextColumn(name, f"CAST(to_json({sql}) AS VARCHAR)", True)
    else:
        yield TextColumn(name, _text(kind.id, sql))


def _text(kind: str, column: str) -> str:
    if kind in ("float", "double"):
        # 7.0 was an integer column with gaps before a library made it floating
        text = rf"regexp_replace(CAST({column} AS VARCHAR), '\.0$', '')"
        return f"CASE WHEN {text} NOT IN ('nan', '-nan') THEN {text} END"
    if kind == "blob":
        return f"NULLIF(COALESCE(TRY(decode({column})), CAST({column} AS VARCHAR)), '')"
    if kind == "timestamp with time zone":
        return f"CAST(make_timestamp(epoch_us({column})) AS VARCHAR)"
    return f"NULLIF(CAST({column} AS VARCHAR), '')"


def described(
    connection: duckdb.DuckDBPyConnection, source: str
) -> tuple[list[str], list[DuckDBPyType]]:
    """Names and types of what stands after FROM."""
    relation = connection.sql(f"SELECT * FROM {source} LIMIT 0")  # noqa: S608
    return relation.columns, relation.types


def selected(columns: Sequence[TextColumn], names: Sequence[str]) -> str:
    """The columns as the list of a SELECT under these names."""
    pairs = zip(columns, names, strict=True)
    return ", ".join(f"{column.sql} AS {identifier(name)}" for column, name in pairs)
