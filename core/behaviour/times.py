"""Times of a log as milliseconds since 1970 in UTC, in however many ways they are written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from core.data import dates
from core.data.dataset import Dataset
from core.data.engine import literal
from core.data.table import file_sql, trimmed_sql
from core.schema import Column, Kind

UTC = "UTC"
OFFSET = r"([+-])(\d{2}):?(\d{2})?$"
WAYS_AT_MOST = 6
ROWS_LOOKED_AT = 500_000
VALUES_LOOKED_AT = 2_000
A_MINUTE = 60_000
AN_HOUR = 60 * A_MINUTE


@dataclass(frozen=True)
class Clock:
    """How the times of a column are written: ``patterns`` of ``core.data.dates``, the usual first.

    ``turnable``: every date makes sense with day and month the other way round too.
    """

    column: Column
    patterns: tuple[str, ...]
    turnable: bool = False

    @property
    def days_only(self) -> bool:
        """Whether no time of day is told."""
        told = ("%H", "%I", "unix", "excel")
        return not any(mark in pattern for pattern in self.patterns for mark in told)

    def sql(self, text: str, zone: str, clock: str = "") -> str:
        """SQL for the milliseconds of a trimmed SQL text, read in the first way that can.

        ``clock`` is SQL for milliseconds to add to the day. NULL for what is no time.
        """
        read = [_instant(text, pattern, zone, clock) for pattern in self.patterns]
        return f"coalesce({', '.join(read)}, NULL)" if read else "NULL::BIGINT"


def clock_of(dataset: Dataset, name: str, connection: duckdb.DuckDBPyConnection) -> Clock:
    """How the times of a column are written; without patterns where it tells no times."""
    column = dataset.schema[name]
    patterns = [column.pattern] if column.kind is Kind.DATE else []
    while len(patterns) < WAYS_AT_MOST:
        values = _unread(dataset, Clock(column, tuple(patterns)), connection)
        found = next(_ways(values, connection), None)
        if found is None or found in patterns:
            break
        patterns.append(found)
    turnable = any(_is_turnable(dataset, column, pattern, connection) for pattern in patterns[:1])
    return Clock(column, tuple(patterns), turnable)


def unread_examples(
    dataset: Dataset, clock: Clock | None, name: str, connection: duckdb.DuckDBPyConnection
) -> tuple[str, ...]:
    """A few filled cells that cannot be read as times."""
    return _unread(dataset, clock or Clock(dataset.schema[name], ()), connection)[:3]


def clock_sql(text: str, column: Column) -> str:
    """SQL for the milliseconds that a time of day, or a count of milliseconds, stands for."""
    if column.kind is Kind.NUMBER:
        return f"CAST(TRY_CAST({text} AS DOUBLE) AS BIGINT)"
    return f"date_diff('millisecond', TIME '00:00:00', TRY_CAST({text} AS TIME))"


def _instant(text: str, pattern: str, zone: str, clock: str) -> str:
    at = dates.date_sql(text, pattern)
    if clock:
        at = f"({at} + to_milliseconds(coalesce({clock}, 0)))"
    if pattern.endswith(dates.ZONED):
        part = [f"regexp_extract({text}, {literal(OFFSET)}, {place})" for place in (1, 2, 3)]
        hours, minutes = (f"coalesce(TRY_CAST({p} AS BIGINT), 0)" for p in part[1:])
        ahead = f"({hours} * {AN_HOUR} + {minutes} * {A_MINUTE})"
        return f"(epoch_ms({at}) - CASE WHEN {part[0]} = '-' THEN -{ahead} ELSE {ahead} END)"
    if pattern.startswith("unix") or zone == UTC:
        return f"epoch_ms({at})"
    return f"epoch_ms(timezone({literal(zone)}, {at}))"


def _unread(
    dataset: Dataset, clock: Clock, connection: duckdb.DuckDBPyConnection
) -> tuple[str, ...]:
    """Different filled cells that the clock does not read, in the order of the file."""
    step = max(1, dataset.rows // ROWS_LOOKED_AT)
    text = trimmed_sql(clock.column.name)
    rows = connection.execute(  # set down, so that the text is trimmed once and not in each place
        f"WITH cells AS MATERIALIZED (SELECT {text} AS t, file_row_number AS place"  # noqa: S608
        f" FROM {file_sql(dataset)}"
        f" WHERE file_row_number % {step} = 0)"
        f" SELECT t FROM cells WHERE t IS NOT NULL AND {clock.sql('t', UTC)} IS NULL"
        f" GROUP BY t ORDER BY min(place) LIMIT {VALUES_LOOKED_AT}"
    ).fetchall()
    return tuple(value for (value,) in rows)


def _ways(values: tuple[str, ...], connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Patterns that read the values of one shape, the most frequent shape first."""
    shapes = Counter(map(_shape, values))
    for shape, _ in shapes.most_common(WAYS_AT_MOST):
        alike = [value for value in values if _shape(value) == shape]
        found = dates.pattern_of(alike, connection) or dates.counted_pattern(alike)
        if found and found != "excel":
            yield found


def _shape(value: str) -> str:
    """What values written in one way have in common."""
    if re.fullmatch(r"\d+(\.\d*)?", value):
        return f"{len(value.partition('.')[0])} digits"
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "a", value))


def _is_turnable(
    dataset: Dataset, column: Column, pattern: str, connection: duckdb.DuckDBPyConnection
) -> bool:
    counted = dates.turned_cells("t", pattern)
    if counted is None:
        return False
    row = connection.execute(
        f"SELECT {counted} FROM (SELECT {trimmed_sql(column.name)} AS t"  # noqa: S608
        f" FROM read_parquet({literal(str(dataset.source))}) LIMIT {ROWS_LOOKED_AT})"
    ).fetchone()
    return row is not None and row[0] == row[1] and row[2] > 0
