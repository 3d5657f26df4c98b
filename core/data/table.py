"""A table on disk read as its schema says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd

from core.data.dataset import Dataset
from core.data.dates import date_sql
from core.data.engine import engine, identifier, literal
from core.data.numbers import number_of, number_sql
from core.data.words import NO, YES
from core.schema import Column, Kind

BLANKS = " \t\r\n\f\v\u00a0\u2000\u2003\u2009\u202f\u3000\ufeff"
AT_AN_END = f"^[{BLANKS}]|[{BLANKS}]$"
ROW = "row"
WHOLE = "whole"  # the pattern of codes and ids that were written as 12345.0
SPELLINGS = "spellings"  # the pattern of a boolean with several words for yes or no


def trimmed_sql(name: str) -> str:
    """SQL for a column's text without blanks around it; NULL where nothing is left."""
    column = identifier(name)
    # trimming by a list of characters is slow, and few cells need it
    return (
        f"CASE WHEN regexp_matches({column}, {literal(AT_AN_END)})"
        f" THEN NULLIF(trim({column}, {literal(BLANKS)}), '') ELSE NULLIF({column}, '') END"
    )


def typed_sql(column: Column) -> str:
    """The DuckDB expression that makes of the column's text what its kind says.

    NUMBER gives DOUBLE, DATE gives TIMESTAMP, all else VARCHAR without blanks around it (a
    boolean in the spelling of its level). A cell that cannot be its kind, or says one of the
    column's ``missing`` texts, is NULL.
    """
    if column.kind is Kind.NUMBER:
        number = number_sql(identifier(column.name), column.pattern)
        meant = [number_of(text, column.pattern) for text in column.missing]
        gaps = ", ".join(f"{value!r}::DOUBLE" for value in meant if value is not None)
        return f"CASE WHEN {number} NOT IN ({gaps}) THEN {number} END" if gaps else number
    text = _text_sql(column)
    if column.kind is Kind.DATE:
        return date_sql(text, column.pattern)
    if column.kind is Kind.BOOLEAN and column.levels:
        return f"CASE {_answers_sql(column, f'lower({text})')} END"
    return text


def _text_sql(column: Column) -> str:
    """The trimmed text, a code without its ".0", NULL where it stands for a missing cell."""
    text = trimmed_sql(column.name)
    if column.pattern == WHOLE:
        text = rf"regexp_replace({text}, '^(-?\d+)\.0*$', '\1')"
    if not column.missing:
        return text
    words = ", ".join(literal(word.lower()) for word in column.missing)
    return f"CASE WHEN lower({text}) NOT IN ({words}) THEN {text} END"


def _answers_sql(column: Column, folded: str) -> str:
    """The branches that give each spelling of an answer the spelling of its level."""
    if column.pattern != SPELLINGS:
        return " ".join(
            f"WHEN {folded} = {literal(level.lower())} THEN {literal(level)}"
            for level in column.levels
        )
    return " ".join(
        f"WHEN {folded} IN ({', '.join(map(literal, sorted(words)))}) THEN {literal(level)}"
        for level in column.levels
        for words in (YES, NO)
        if level.lower() in words
    )


def selected_sql(columns: Sequence[Column]) -> str:
    """The typed columns as the list of a SELECT."""
    return ", ".join(f"{typed_sql(c)} AS {identifier(c.name)}" for c in columns)


def view(connection: duckdb.DuckDBPyConnection, dataset: Dataset, name: str = "table") -> None:
    """Registers the typed table as a view; ``row_name(dataset)`` numbers its rows from 0."""
    number = identifier(row_name(dataset))
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {identifier(name)} AS"  # noqa: S608
        f" SELECT file_row_number AS {number}, {selected_sql(dataset.schema.columns)}"
        f" FROM {file_sql(dataset)}"
    )


def row_name(dataset: Dataset) -> str:
    """The name of the row number in ``view``: "row", with underscores where a column has it."""
    taken = {name.lower() for name in dataset.schema.names}
    name = ROW
    while name in taken:
        name += "_"
    return name


def frame(
    dataset: Dataset, columns: Sequence[str] | None = None, rows: Sequence[int] | None = None
) -> pd.DataFrame:
    """The table, or some of its columns and rows, typed as the schema says.

    The index is the row number from 0, in the file's order whatever the order of ``rows``.
    NUMBER is float64, DATE datetime64[us], all else object with str and None for missing cells.
    Raises UnknownColumn.
    """
    names = dataset.schema.names if columns is None else columns
    chosen = tuple(dataset.schema[name] for name in names)
    listed = ", ".join(f"{typed_sql(column)} AS c{place}" for place, column in enumerate(chosen))
    with engine() as connection:
        found = connection.execute(
            f"SELECT file_row_number AS place, {listed or 'NULL AS nothing'}"  # noqa: S608
            f" FROM {file_sql(dataset)}{_among(connection, rows)} ORDER BY file_row_number"
        ).df()
    return _as_said(found, chosen, pd.Index(found["place"].to_numpy()))


def _among(connection: duckdb.DuckDBPyConnection, rows: Sequence[int] | None) -> str:
    """The condition for some rows; empty for all."""
    if rows is None:
        return ""
    wanted = np.unique(np.asarray(rows, dtype=np.int64))
    if not len(wanted):
        return " WHERE false"
    connection.register("wanted", pd.DataFrame({"place": wanted}))
    near = f"file_row_number BETWEEN {wanted[0]} AND {wanted[-1]}"
    return f" WHERE {near} AND file_row_number IN (SELECT place FROM wanted)"  # noqa: S608


def typed(table: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """The same columns of a table of text in memory, typed as ``frame`` does; its index is kept.

    Columns of ``table`` that are not asked for are left out; one that lacks raises KeyError.
    """
    text = {
        f"t{place}": pd.Series(
            [None if pd.isna(cell) else str(cell) for cell in table[column.name]], dtype=object
        )
        for place, column in enumerate(columns)
    }
    if not len(table):
        return _as_said(
            pd.DataFrame({f"c{i}": [] for i in range(len(columns))}), columns, table.index
        )
    listed = ", ".join(
        f"{typed_sql(_renamed(column, f't{place}'))} AS c{place}"
        for place, column in enumerate(columns)
    )
    with engine() as connection:
        connection.register("given", pd.DataFrame({"place": np.arange(len(table))} | text))
        found = connection.execute(
            f"SELECT {listed or 'place'} FROM given ORDER BY place"  # noqa: S608
        ).df()
    return _as_said(found, columns, table.index)


def _renamed(column: Column, name: str) -> Column:
    return replace(column, name=name)


def _as_said(found: pd.DataFrame, columns: Sequence[Column], index: pd.Index) -> pd.DataFrame:
    typed_columns = {
        column.name: _series(found[f"c{place}"], column.kind, index)
        for place, column in enumerate(columns)
    }
    return pd.DataFrame(typed_columns, index=index, columns=pd.Index([c.name for c in columns]))


def _series(values: pd.Series, kind: Kind, index: pd.Index) -> pd.Series:
    if kind is Kind.NUMBER:
        return pd.Series(values.to_numpy(dtype=np.float64, na_value=np.nan), index=index)
    if kind is Kind.DATE:
        return pd.Series(values.to_numpy().astype("datetime64[us]"), index=index)
    texts = values.astype(object)
    return pd.Series(texts.where(texts.notna(), None).to_numpy(), index=index, dtype=object)


def file_sql(dataset: Dataset) -> str:
    """The table as the FROM of a SELECT; ``file_row_number`` counts its rows from 0."""
    return f"read_parquet({literal(str(dataset.source))}, file_row_number = true)"
