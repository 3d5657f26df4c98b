"""Orders that came to nothing: by the word of their status, or a C before their number."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import duckdb

from core.behaviour.kind_words import CANCELLED, is_cancelled
from core.behaviour.meaning import Meaning
from core.behaviour.views import Seen
from core.data.engine import literal

WORDS_AT_MOST = 1000
MARKED = "[Cc][0-9]+"


def called_off_sql(connection: duckdb.DuckDBPyConnection, table: Seen, alias: str) -> str:
    """SQL that is true of a row of the table's view (``alias``) that was called off."""
    conditions = []
    if table.tells(Meaning.STATUS):
        words = words_of(connection, table, Meaning.STATUS, CANCELLED, is_cancelled)
        if words:
            conditions.append(f"{alias}.status IN ({', '.join(map(literal, words))})")
    if table.tells(Meaning.ORDER) and _has_marked(connection, table):
        conditions.append(f"regexp_full_match({alias}.order_id, '{MARKED}')")
    return f"coalesce({' OR '.join(conditions)}, false)" if conditions else "false"


def words_of(
    connection: duckdb.DuckDBPyConnection,
    table: Seen,
    meaning: Meaning,
    hints: Iterable[str],
    says: Callable[[str], bool],
) -> tuple[str, ...]:
    """The words of a column of the view that say something, the most frequent first.

    Each of them holds one of the ``hints``: a column may have millions of other words.
    """
    levels = table.dataset.schema[table.use.column(meaning)].levels
    if levels:  # every distinct cell was looked at when the table was read
        return tuple(level.strip() for level in levels if says(level))
    hinted = literal("|".join(sorted(hints)))
    rows = connection.execute(
        f"SELECT {meaning.value}, count(*) FROM {table.name}"  # noqa: S608
        f" WHERE regexp_matches(lower({meaning.value}), {hinted})"
        f" GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {WORDS_AT_MOST}"
    ).fetchall()
    return tuple(word for word, _ in rows if says(word))


def _has_marked(connection: duckdb.DuckDBPyConnection, table: Seen) -> bool:
    """Whether most orders have bare numbers, and some a C before theirs."""
    row = connection.execute(
        f"SELECT count(order_id), count_if(regexp_full_match(order_id, '[0-9]+')),"  # noqa: S608
        f" count_if(regexp_full_match(order_id, '{MARKED}')) FROM {table.name}"
    ).fetchone()
    return row is not None and row[2] > 0 and row[1] >= 0.5 * row[0]
