"""What a click does about a finding: to what columns mean, to cells, or to rows.

The table that was brought stays as it came: a remedy of cells or rows makes another table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from core.data.correct import LEVELS_AT_MOST, Edit, corrected
from core.data.dataset import SOURCE, Dataset
from core.data.engine import batches, engine, identifier, literal
from core.data.finding import MEANING, ROWS, TRAINING, Act, Remedy
from core.data.identity import content_id
from core.data.near import later_rows, persons
from core.data.rows import write_batches
from core.data.table import file_sql, trimmed_sql, typed_sql
from core.errors import NothingLeft
from core.progress import silent
from core.schema import Column, Kind, Role, Schema

EXAMPLES = 5
PLACE = "file_row_number"


@dataclass(frozen=True)
class Change:
    """What a remedy does to a table: ``rows`` before and after, ``cells`` that change, and the
    commonest pairs of before and after (of cells, or of what a column is)."""

    rows: tuple[int, int]
    cells: int = 0
    examples: tuple[tuple[str, str], ...] = ()

    @property
    def gone(self) -> int:
        """Rows that are left out."""
        return self.rows[0] - self.rows[1]

    @property
    def is_nothing(self) -> bool:
        return not (self.gone or self.cells or self.examples)


def change(dataset: Dataset, remedy: Remedy) -> Change:
    """What ``remedy`` would do to a table: nothing where it is about training.

    Raises UnknownColumn.
    """
    rows = (dataset.rows, dataset.rows)
    if remedy.act in TRAINING:
        return Change(rows)
    if remedy.act in MEANING:
        return Change(rows, 0, _meanings(dataset.schema, remedied(dataset, remedy)))
    with engine(dataset.folder) as connection:
        if remedy.act in ROWS:
            where = _kept(dataset, remedy, connection)
            kept = f"SELECT count(*) FROM {file_sql(dataset)} WHERE {where}"  # noqa: S608
            return Change((dataset.rows, _count(connection, kept)))
        name = remedy.columns[0]
        pairs = (
            f"SELECT {identifier(name)} AS old, {_cell(dataset, remedy, connection)} AS new"  # noqa: S608
            f" FROM {file_sql(dataset)}"
        )
        differing = f"FROM ({pairs}) WHERE old IS DISTINCT FROM new"
        found = connection.execute(
            f"SELECT old, new {differing} GROUP BY old, new ORDER BY count(*) DESC, old"
            f" LIMIT {EXAMPLES}"
        ).fetchall()
        examples = tuple((old or "", new or "") for old, new in found)
        return Change(rows, _count(connection, f"SELECT count(*) {differing}"), examples)


def remedied(dataset: Dataset, remedy: Remedy) -> Schema:
    """The schema after a remedy of what columns mean. Raises UnknownColumn and BadValue."""
    return corrected(dataset, edits_of(dataset.schema, remedy))


def edits_of(schema: Schema, remedy: Remedy) -> dict[str, Edit]:
    """The corrections that a remedy of what columns mean stands for, by column."""
    if remedy.act is Act.KIND:
        return {name: Edit(kind=remedy.word) for name in remedy.columns}
    if remedy.act is Act.EMPTY:
        values = [value for value, _ in remedy.values]
        return {
            name: Edit(missing=tuple(dict.fromkeys((*schema[name].missing, *values))))
            for name in remedy.columns
        }
    role = str(Role.GROUP) if remedy.act is Act.SPLIT else remedy.word
    return {name: Edit(role=role) for name in remedy.columns}


def rewritten(dataset: Dataset, remedy: Remedy, into: Path) -> Dataset:
    """The table that a remedy of cells or rows makes of another, in folder ``into``.

    Its id is that of its content; its columns mean what they meant. Raises UnknownColumn, and
    NothingLeft where no row would stay.
    """
    into.mkdir(parents=True, exist_ok=True)
    written = into / SOURCE
    names = dataset.schema.names
    with engine(into) as connection:
        touched = {} if remedy.act in ROWS else dict.fromkeys(
            remedy.columns, _cell(dataset, remedy, connection)
        )  # fmt: skip
        cells = ", ".join(
            f"{touched.get(name, identifier(name))} AS {identifier(name)}" for name in names
        )
        where = _kept(dataset, remedy, connection) if remedy.act in ROWS else "true"
        found = connection.sql(
            f"SELECT {cells} FROM {file_sql(dataset)} WHERE {where} ORDER BY {PLACE}"  # noqa: S608
        )
        rows = write_batches(names, batches(found), written, silent)
        if not rows:
            raise NothingLeft(dataset.name)
        twins = dataset.twins
        if twins and remedy.act in ROWS:
            twins = twins.among(rows_kept(dataset, remedy))
        made = replace(dataset, id=content_id(written), folder=into, rows=rows, twins=twins)
        return replace(made, schema=_relevelled(made, tuple(touched), connection))


def rows_kept(dataset: Dataset, remedy: Remedy) -> tuple[int, ...]:
    """Numbers of the rows that stay after a remedy of rows, in order; all after any other."""
    if remedy.act not in ROWS:
        return tuple(range(dataset.rows))
    with engine(dataset.folder) as connection:
        where = _kept(dataset, remedy, connection)
        found = connection.execute(
            f"SELECT {PLACE} FROM {file_sql(dataset)} WHERE {where} ORDER BY 1"  # noqa: S608
        ).fetchnumpy()
    return tuple(found[PLACE].tolist())


def _kept(dataset: Dataset, remedy: Remedy, connection: duckdb.DuckDBPyConnection) -> str:
    """The condition under which a row stays."""
    columns = [dataset.schema[name] for name in remedy.columns]
    if remedy.act is Act.PEOPLE:
        told = {n: t for n, t in persons(dataset.schema).items() if n in remedy.columns}
        later = later_rows(dataset, told, connection)
        return f"{PLACE} NOT IN ({', '.join(map(str, later))})" if later else "true"
    if remedy.act is Act.REPEATS:
        alike = ", ".join(identifier(c.name) for c in columns)
        firsts = f"SELECT min({PLACE}) FROM {file_sql(dataset)} GROUP BY hash({alike})"  # noqa: S608
        if len(columns) > 1:
            return f"{PLACE} IN ({firsts})"
        return f"({alike} IS NULL OR {PLACE} IN ({firsts}))"
    alike = ", ".join(identifier(c.name) for c in columns)
    answer = typed_sql(dataset.schema[remedy.word])
    torn = (
        f"SELECT hash({alike}) FROM {file_sql(dataset)} WHERE ({answer}) IS NOT NULL"  # noqa: S608
        f" GROUP BY 1 HAVING min({answer}) <> max({answer})"
    )
    return f"hash({alike}) NOT IN ({torn})"


def _cell(dataset: Dataset, remedy: Remedy, connection: duckdb.DuckDBPyConnection) -> str:
    """SQL for the text of a cell after a remedy of cells."""
    column = dataset.schema[remedy.columns[0]]
    raw, typed = identifier(column.name), typed_sql(column)
    if remedy.act is Act.FILL:
        return f"coalesce({trimmed_sql(column.name)}, {literal(remedy.word)})"
    if remedy.act is Act.UNREAD:
        return f"CASE WHEN ({typed}) IS NOT NULL THEN {raw} END"
    if remedy.act is Act.LIMIT:
        value = f"epoch({typed})" if column.kind is Kind.DATE else typed
        limits = [f"{value} < {remedy.low!r}"] * (remedy.low is not None)
        limits += [f"{value} > {remedy.high!r}"] * (remedy.high is not None)
        return f"CASE WHEN {' OR '.join(limits) or 'false'} THEN NULL ELSE {raw} END"
    if remedy.act is Act.MERGE:
        cases = " ".join(f"WHEN {literal(a)} THEN {literal(b)}" for a, b in remedy.values)
        return f"CASE {trimmed_sql(column.name)} {cases} ELSE {raw} END" if cases else raw
    kept = [level for level, _ in _counted(dataset, column, connection)[: remedy.most]]
    levels = ", ".join(map(literal, kept)) or "NULL"
    return (
        f"CASE WHEN ({typed}) IS NULL OR ({typed}) IN ({levels}) THEN {raw}"
        f" ELSE {literal(remedy.word)} END"
    )


def _relevelled(
    dataset: Dataset, touched: tuple[str, ...], connection: duckdb.DuckDBPyConnection
) -> Schema:
    """The schema with the levels that are left; new ones only where cells were changed."""
    schema = dataset.schema
    for column in schema.columns:
        if column.levels:
            counted = [level for level, _ in _counted(dataset, column, connection)]
            kept = tuple(level for level in column.levels if level in set(counted))
            if column.name in touched:
                kept = kept if column.ordered else ()
                kept = (*kept, *(level for level in counted if level not in kept))
            schema = schema.changed(replace(column, levels=kept))
    return schema


def _counted(
    dataset: Dataset, column: Column, connection: duckdb.DuckDBPyConnection
) -> list[tuple[str, int]]:
    """Levels with their counts, the commonest first."""
    return connection.execute(
        f"SELECT v, count(*) FROM (SELECT {typed_sql(replace(column, kind=_text(column)))} AS v"  # noqa: S608
        f" FROM {file_sql(dataset)}) WHERE v IS NOT NULL GROUP BY v ORDER BY 2 DESC, 1"
        f" LIMIT {LEVELS_AT_MOST}"
    ).fetchall()


def _text(column: Column) -> Kind:
    return column.kind if column.kind in (Kind.CATEGORY, Kind.BOOLEAN) else Kind.CATEGORY


def _meanings(before: Schema, after: Schema) -> tuple[tuple[str, str], ...]:
    """What changes of each column: its role, its kind, or what counts as missing."""
    pairs: list[tuple[str, str]] = []
    for old, new in zip(before.columns, after.columns, strict=True):
        if old.kind is not new.kind:
            pairs.append((str(old.kind), str(new.kind)))
        elif old.role is not new.role:
            pairs.append((str(old.role), str(new.role)))
        pairs += [(value, "") for value in new.missing if value not in old.missing]
    return tuple(pairs[:EXAMPLES])


def _count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row: tuple[Any, ...] | None = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0
