"""Looks a table over: what is missing, repeated, too good to be true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import duckdb

from core.data.cells import Cells, counted_cells, identical
from core.data.dataset import Dataset
from core.data.engine import engine, identifier, literal
from core.data.table import typed_sql
from core.schema import Column, Kind, Role, Schema

ROWS_AT_LEAST = 50
RARE_ROWS, RARE_SHARE = 10, 0.01
MISSING_TO_WARN = 0.2
LEVELS_TO_WARN = 100
LEFT_OUT_TO_WARN = 0.01
LEVELS_LISTED = 1_000
BLANK = "␣"


class Severity(StrEnum):
    """STOP: an answer would mean nothing until it is mended. WARN: look at it. NOTE: know it."""

    STOP = "stop"
    WARN = "warn"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing found. Its sentences are in core/text under ``check.<code>``.

    ``column`` is empty where the whole table is meant. What ``count`` counts (rows, cells, levels)
    and what ``example`` shows (a cell, a level, another column, a strength) depends on the code.
    """

    code: str
    column: str
    count: int
    example: str
    severity: Severity


def findings(dataset: Dataset, target: str | None = None) -> tuple[Finding, ...]:
    """What is found about a table, and about ``target`` in it: the gravest first.

    Without ``target`` the schema's own is used, if it has one. Raises UnknownColumn.
    """
    from core.data.leaks import leaks

    schema = dataset.schema.aimed_at(target) if target else dataset.schema
    with engine(dataset.folder) as connection:
        cells = counted_cells(dataset, schema, connection)
        found = [
            *_about_rows(dataset, schema, connection),
            *_about_cells(dataset, schema, cells),
            *_copies(dataset, cells, connection),
        ]
        if schema.target is not None:
            levels = _levels(dataset, schema.target, connection)
            known = cells[schema.names.index(schema.target.name)].typed
            found += _about_target(schema.target, levels, (known, dataset.rows))
            if len(levels) > 1:
                found += [
                    Finding(
                        leak.code, leak.column, leak.rows, leak.strength, Severity(leak.severity)
                    )
                    for leak in leaks(dataset, schema)
                ]
    order = list(Severity)
    return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))


def _about_rows(
    dataset: Dataset, schema: Schema, connection: duckdb.DuckDBPyConnection
) -> Iterator[Finding]:
    if dataset.rows < ROWS_AT_LEAST:
        yield Finding("too_few_rows", "", dataset.rows, str(ROWS_AT_LEAST), Severity.STOP)
    if left := dataset.provenance.rows_left_out:
        grave = left > LEFT_OUT_TO_WARN * dataset.rows
        yield Finding("rows_left_out", "", left, "", Severity.WARN if grave else Severity.NOTE)
    ids = {column.name for column in schema.with_role(Role.ID)}
    others = tuple(name for name in schema.names if name not in ids)
    whole, alike = _repeated(dataset, (schema.names, others if len(others) > 1 else ()), connection)
    if whole:
        yield Finding("duplicate_rows", "", whole, "", Severity.WARN)
    if ids and alike > whole:
        yield Finding("duplicates_but_id", min(ids), alike, "", Severity.WARN)


def _about_cells(dataset: Dataset, schema: Schema, cells: tuple[Cells, ...]) -> Iterator[Finding]:
    for column, counts in zip(schema.columns, cells, strict=True):
        yield from _about_gaps(column, counts, dataset.rows)
        if column.role is Role.ID:
            yield Finding("id_like", column.name, dataset.rows, "", Severity.NOTE)
        elif counts.distinct <= 1 and counts.typed and column.role is not Role.TARGET:
            yield Finding("constant", column.name, dataset.rows, counts.least, Severity.NOTE)
        elif column.kind is Kind.CATEGORY and column.role in (Role.FEATURE, Role.SENSITIVE):
            levels = len(column.levels) or counts.distinct
            if levels > LEVELS_TO_WARN:
                yield Finding("high_cardinality", column.name, levels, "", Severity.NOTE)


def _about_gaps(column: Column, counts: Cells, rows: int) -> Iterator[Finding]:
    empty = counts.empty + counts.blank
    if empty and column.role is not Role.TARGET:
        grave = empty > MISSING_TO_WARN * rows and column.role is not Role.IGNORED
        yield Finding("missing", column.name, empty, "", Severity.WARN if grave else Severity.NOTE)
    if counts.disguised:
        yield Finding(
            "disguised_missing", column.name, counts.disguised, counts.disguise, Severity.NOTE
        )
    if counts.bad:
        yield Finding(
            "bad_cells", column.name, counts.bad, counts.bad_example or BLANK, Severity.WARN
        )


def _copies(
    dataset: Dataset, cells: tuple[Cells, ...], connection: duckdb.DuckDBPyConnection
) -> Iterator[Finding]:
    """Later columns whose every cell is that of an earlier one."""
    alike: dict[tuple[int, int, str, str], list[str]] = {}
    for column, counts in zip(dataset.schema.columns, cells, strict=True):
        if counts.distinct <= 1:
            continue
        # few columns agree in all of these, so few pairs must be compared cell by cell
        key = (counts.empty, counts.distinct, counts.least, counts.most)
        firsts = alike.setdefault(key, [])
        for first in firsts:
            if identical(dataset, first, column.name, connection):
                filled = dataset.rows - counts.empty
                yield Finding("copies", column.name, filled, first, Severity.WARN)
                break
        else:
            firsts.append(column.name)


def _about_target(
    target: Column, levels: tuple[tuple[str, int], ...], cells: tuple[int, int]
) -> Iterator[Finding]:
    known, rows = cells
    if missing := rows - known:
        grave = Severity.WARN if known else Severity.STOP
        yield Finding("target_missing", target.name, missing, "", grave)
    if known and len(levels) == 1:
        yield Finding("one_class", target.name, known, levels[0][0], Severity.STOP)
    if target.kind in (Kind.NUMBER, Kind.DATE):
        return
    for level, count in levels:
        if len(levels) > 1 and (count < RARE_ROWS or count < RARE_SHARE * known):
            grave = Severity.WARN if count < RARE_ROWS else Severity.NOTE
            yield Finding("rare_class", target.name, count, level, grave)


def _levels(
    dataset: Dataset, target: Column, connection: duckdb.DuckDBPyConnection
) -> tuple[tuple[str, int], ...]:
    """The target's values with their counts, most frequent first, at most LEVELS_LISTED."""
    found = connection.execute(
        f"SELECT CAST(v AS VARCHAR), n FROM (SELECT v, count(*) AS n FROM"  # noqa: S608
        f" (SELECT {typed_sql(target)} AS v FROM read_parquet({literal(str(dataset.source))}))"
        f" WHERE v IS NOT NULL GROUP BY v) ORDER BY n DESC, v LIMIT {LEVELS_LISTED}"
    ).fetchall()
    return tuple((str(level), int(count)) for level, count in found)


def _repeated(
    dataset: Dataset, choices: tuple[tuple[str, ...], ...], connection: duckdb.DuckDBPyConnection
) -> list[int]:
    """For each choice of columns the rows that say there what an earlier row said.

    Rows are compared by a 64-bit hash of their texts; empty cells are alike.
    """
    hashes = ", ".join(
        f"count(*) - count(DISTINCT hash({', '.join(map(identifier, names))}))" if names else "0"
        for names in choices
    )
    row = connection.execute(
        f"SELECT {hashes} FROM read_parquet({literal(str(dataset.source))})"  # noqa: S608
    ).fetchone()
    return [int(count) for count in row or ()]
