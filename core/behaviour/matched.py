"""How far the ids of one table are found in another."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from core.behaviour.keys import key_sql
from core.data.dataset import Dataset
from core.data.table import file_sql, trimmed_sql


@dataclass(frozen=True)
class Match:
    """``rows`` of the first table have an id, ``matched`` of them one that the second has;
    ``orphan`` is an id that it lacks and ``known`` one that it has, and ``repeats`` are its rows
    with an id that an earlier one has. ``one_to_one``: no id of the first table repeats."""

    rows: int
    matched: int
    orphans: int
    orphan: str
    known: str
    repeats: int
    one_to_one: bool


def keys_sql(dataset: Dataset, name: str, most: int = 0) -> str:
    """SQL for the ids of a column as ``id``; of ``most`` rows where that is said."""
    limit = f" LIMIT {most}" if most else ""
    return (
        f"SELECT {key_sql('t', dataset.schema[name])} AS id FROM"  # noqa: S608
        f" (SELECT {trimmed_sql(name)} AS t FROM {file_sql(dataset)}{limit})"
    )


def match(
    connection: duckdb.DuckDBPyConnection,
    child: tuple[Dataset, str],
    parent: tuple[Dataset, str],
    most: int = 0,
) -> Match:
    """How the ids of a column (table and name) are found in another; of ``most`` rows, or all."""
    found = connection.execute(
        "WITH parents AS MATERIALIZED (SELECT id, count(*) AS times FROM"  # noqa: S608
        f" ({keys_sql(*parent)}) WHERE id IS NOT NULL GROUP BY id),"
        f" children AS (SELECT id, count(*) AS times FROM ({keys_sql(*child, most)})"
        " WHERE id IS NOT NULL GROUP BY id)"
        " SELECT coalesce(sum(c.times), 0)::BIGINT,"
        " coalesce(sum(c.times) FILTER (p.id IS NOT NULL), 0)::BIGINT,"
        " count(*) FILTER (p.id IS NULL), min(c.id) FILTER (p.id IS NULL),"
        " (SELECT min(id) FROM parents), (SELECT coalesce(sum(times - 1), 0)::BIGINT FROM parents),"
        " coalesce(max(c.times), 1) = 1"
        " FROM children c LEFT JOIN parents p ON p.id = c.id"
    ).fetchall()[0]
    return Match(found[0], found[1], found[2], found[3] or "", found[4] or "", *found[5:])
