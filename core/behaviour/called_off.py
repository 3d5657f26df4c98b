"""Orders that came to nothing: by the word of their status, or a C before their number."""

from __future__ import annotations

import duckdb

from core.behaviour.kind_words import is_cancelled
from core.behaviour.meaning import Meaning
from core.behaviour.views import Seen
from core.data.engine import literal

WORDS_AT_MOST = 1000
MARKED = "[Cc][0-9]+"


def called_off_sql(connection: duckdb.DuckDBPyConnection, table: Seen, alias: str) -> str:
    """SQL that is true of a row of the table's view (``alias``) that was called off."""
    conditions = []
    if table.tells(Meaning.STATUS):
        words = [word for word in words_of(connection, table, Meaning.STATUS) if is_cancelled(word)]
        if words:
            conditions.append(f"{alias}.status IN ({', '.join(map(literal, words))})")
    if table.tells(Meaning.ORDER) and _has_marked(connection, table):
        conditions.append(f"regexp_full_match({alias}.order_id, '{MARKED}')")
    return f"coalesce({' OR '.join(conditions)}, false)" if conditions else "false"


def words_of(
    connection: duckdb.DuckDBPyConnection, table: Seen, meaning: Meaning
) -> tuple[str, ...]:
    """The words of a column of the view, the most frequent first."""
    levels = table.dataset.schema[table.use.column(meaning)].levels
    if levels:  # every distinct cell was looked at when the table was read
        return tuple(level.strip() for level in levels)
    rows = connection.execute(
        f"SELECT {meaning.value}, count(*) FROM {table.name} WHERE {meaning.value} IS NOT NULL"  # noqa: S608
        f" GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {WORDS_AT_MOST}"
    ).fetchall()
    return tuple(word for word, _ in rows)


def _has_marked(connection: duckdb.DuckDBPyConnection, table: Seen) -> bool:
    """Whether most orders have bare numbers, and some a C before theirs."""
    row = connection.execute(
        f"SELECT count(order_id), count_if(regexp_full_match(order_id, '[0-9]+')),"  # noqa: S608
        f" count_if(regexp_full_match(order_id, '{MARKED}')) FROM {table.name}"
    ).fetchone()
    return row is not None and row[2] > 0 and row[1] >= 0.5 * row[0]
