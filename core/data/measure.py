"""What the cells of each column look like, measured in SQL before anything is guessed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from core.data.engine import identifier, literal
from core.data.table import BLANKS, trimmed_sql

LEVELS_AT_MOST = 1_000
SAMPLE_ROWS = 2_000
COLUMNS_AT_ONCE = 50
# a table of thousands of columns takes longer to open again for each than to hold
ROWS_HELD = 20_000


@dataclass(frozen=True)
class Measured:
    """One column, the ``place``-th from 0.

    ``filled`` cells hold more than blanks. ``levels`` are the distinct texts with their counts,
    most frequent first, where there are at most LEVELS_AT_MOST, and empty otherwise. ``distinct``
    is exact with levels and within some percent without. ``sample`` are distinct texts: all
    levels, or those of rows all over the table.
    """

    name: str
    place: int
    rows: int
    filled: int
    distinct: int
    levels: tuple[tuple[str, int], ...]
    sample: tuple[str, ...]

    @property
    def longest(self) -> int:
        """Characters in the longest text of the sample."""
        return max(map(len, self.sample), default=0)

    @property
    def mean_length(self) -> float:
        """Characters in a text of the sample."""
        return sum(map(len, self.sample)) / max(1, len(self.sample))


def measured(source: Path, connection: duckdb.DuckDBPyConnection) -> tuple[Measured, ...]:
    """Every column of a Parquet file of text."""
    with pq.ParquetFile(source) as file:
        names, held = file.schema_arrow.names, file.metadata.num_rows <= ROWS_HELD
    found: list[Measured] = []
    for start in range(0, len(names), COLUMNS_AT_ONCE):
        some = names[start : start + COLUMNS_AT_ONCE]
        rows = _held(source, connection, some) if held else _file(source)
        rough = _rough(rows, connection, some)
        found += [
            _complete((source, rows), connection, (name, start + place), counts)
            for place, (name, counts) in enumerate(zip(some, rough, strict=True))
        ]
    return tuple(found)


def _held(source: Path, connection: duckdb.DuckDBPyConnection, names: list[str]) -> str:
    """Some columns in memory; gives what stands after FROM."""
    columns = ", ".join(map(identifier, names))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE held AS SELECT {columns} FROM {_file(source)}"  # noqa: S608
    )
    return "held"


def _rough(
    table: str, connection: duckdb.DuckDBPyConnection, names: list[str]
) -> list[tuple[int, int, int]]:
    """Rows, filled cells and roughly how many distinct ones of each column, in one scan."""
    # what is trimmed away sorts below "!" or, beyond ASCII, is rare enough to be counted again
    parts = ", ".join(
        f"count(*), count({c}), approx_count_distinct({c}), count_if({c} < '!')"
        for c in map(identifier, names)
    )
    row = connection.execute(f"SELECT {parts} FROM {table}").fetchone()  # noqa: S608
    counts = list(row or ())
    return [
        (
            counts[4 * i],
            counts[4 * i + 1] - (_blank(table, connection, name) if counts[4 * i + 3] else 0),
            counts[4 * i + 2],
        )
        for i, name in enumerate(names)
    ]


def _blank(table: str, connection: duckdb.DuckDBPyConnection, name: str) -> int:
    """Cells that hold blanks and nothing else."""
    row = connection.execute(
        f"SELECT count(*) FROM {table} WHERE {identifier(name)} < '!'"  # noqa: S608
        f" AND ({trimmed_sql(name)}) IS NULL"
    ).fetchone()
    return int(row[0]) if row else 0


def _complete(
    where: tuple[Path, str],
    connection: duckdb.DuckDBPyConnection,
    column: tuple[str, int],
    rough: tuple[int, int, int],
) -> Measured:
    (source, table), (name, place) = where, column
    rows, filled, distinct = rough
    if distinct <= 1.5 * LEVELS_AT_MOST:
        levels = _counted_levels(table, connection, name)
        if len(levels) <= LEVELS_AT_MOST:
            sample = tuple(level for level, _ in levels)
            filled = sum(count for _, count in levels)
            return Measured(name, place, rows, filled, len(levels), levels, sample)
        distinct = max(distinct, len(levels))
    sample = _sample(source, connection, name, rows)
    return Measured(name, place, rows, filled, min(distinct, filled), (), sample)


def _counted_levels(
    table: str, connection: duckdb.DuckDBPyConnection, name: str
) -> tuple[tuple[str, int], ...]:
    """Distinct trimmed texts with their counts, most frequent first, a few beyond the cap."""
    column = identifier(name)
    found = connection.execute(
        f"SELECT {column}, count(*) FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608
        f" GROUP BY 1 LIMIT {3 * LEVELS_AT_MOST}"
    ).fetchall()
    counts: Counter[str] = Counter()
    for text, count in found:
        counts[text.strip(BLANKS)] += count
    counts.pop("", None)
    return tuple(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))


def all_differ(source: Path, connection: duckdb.DuckDBPyConnection, look: Measured) -> bool:
    """Whether no text of the column occurs twice, exactly."""
    if look.filled < 2 or look.distinct < 0.8 * look.filled:
        return False
    if look.levels:
        return look.distinct == look.filled
    row = connection.execute(
        f"SELECT count(v) = count(DISTINCT v) FROM"  # noqa: S608
        f" (SELECT {trimmed_sql(look.name)} AS v FROM {_file(source)})"
    ).fetchone()
    return bool(row and row[0])


def _sample(
    source: Path, connection: duckdb.DuckDBPyConnection, name: str, rows: int
) -> tuple[str, ...]:
    """Distinct texts of every so many rows; of the first filled rows where those are too few."""
    step = max(1, rows // SAMPLE_ROWS)
    column = identifier(name)
    texts: dict[str, None] = {}
    for where in (f"file_row_number % {step} = 0", "true"):
        found = connection.execute(
            f"SELECT {column} FROM read_parquet({literal(str(source))}, file_row_number = true)"  # noqa: S608
            f" WHERE {where} AND {column} IS NOT NULL LIMIT {2 * SAMPLE_ROWS}"
        ).fetchall()
        texts = dict.fromkeys(text for row in found if (text := row[0].strip(BLANKS)))
        if len(found) >= 50 and texts:
            break
    return tuple(texts)


def _file(source: Path) -> str:
    return f"read_parquet({literal(str(source))})"
