"""A table under examination: what every check needs of it, read once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import duckdb
import numpy as np
import pandas as pd

from core.data.cells import Cells
from core.data.dataset import Dataset
from core.data.table import file_sql, frame, typed_sql
from core.schema import Column, Kind, Role, Schema

ROWS_SAMPLED = 50_000
LEVELS_COUNTED = 1_000
LEARNED = (Role.FEATURE, Role.SENSITIVE)


@dataclass(frozen=True, eq=False)
class Looked:
    """A table, the schema that is asked about, how its cells turn out, and a way to ask more."""

    dataset: Dataset
    schema: Schema
    cells: tuple[Cells, ...]
    connection: duckdb.DuckDBPyConnection

    @property
    def rows(self) -> int:
        return self.dataset.rows

    @property
    def file(self) -> str:
        """The table as the FROM of a SELECT; ``file_row_number`` counts its rows from 0."""
        return file_sql(self.dataset)

    def cells_of(self, name: str) -> Cells:
        return self.cells[self.schema.names.index(name)]

    @cached_property
    def numbers(self) -> tuple[Column, ...]:
        """Number columns that are used for anything."""
        return tuple(
            c for c in self.schema.columns if c.kind is Kind.NUMBER and c.role is not Role.IGNORED
        )

    @cached_property
    def levels(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """Levels with their counts of each category with known levels, most frequent first."""
        known = [
            c
            for c in self.schema.columns
            if c.kind is Kind.CATEGORY and c.role is not Role.IGNORED and c.levels
        ]
        return {column.name: self.counted(column) for column in known}

    def counted(self, column: Column) -> tuple[tuple[str, int], ...]:
        """A column's values with their counts, most frequent first, at most LEVELS_COUNTED."""
        found = self.connection.execute(
            f"SELECT CAST(v AS VARCHAR), n FROM (SELECT v, count(*) AS n FROM"  # noqa: S608
            f" (SELECT {typed_sql(column)} AS v FROM {self.file}) WHERE v IS NOT NULL GROUP BY v)"
            f" ORDER BY n DESC, v LIMIT {LEVELS_COUNTED}"
        ).fetchall()
        return tuple((str(level), int(count)) for level, count in found)

    @cached_property
    def sample(self) -> pd.DataFrame:
        """At most ROWS_SAMPLED rows, evenly spread, of every column that is learned from, the
        target and dates, typed; the index is the row number."""
        names = [
            c.name
            for c in self.schema.columns
            if c.role in (*LEARNED, Role.TARGET, Role.TIME) and c.kind is not Kind.TEXT
        ]
        step = -(-self.rows // ROWS_SAMPLED)
        rows = np.arange(0, self.rows, step) if step > 1 else None
        dataset = replace(self.dataset, schema=self.schema)
        return frame(dataset, names, None if rows is None else rows.tolist())

    @property
    def sampled(self) -> int:
        """How many rows the sample has where it is not the whole table, else 0."""
        return len(self.sample) if self.rows > ROWS_SAMPLED else 0

    def one(self, sql: str) -> tuple[float, ...]:
        """The one row that a SELECT gives."""
        return tuple(self.connection.execute(sql).fetchone() or ())
