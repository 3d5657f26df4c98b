"""The typed columns of a large table, kept beside it once made: to count them is quick then."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pandas as pd

from core.data.dataset import Dataset
from core.data.engine import engine, identifier, literal, watched
from core.data.table import row_name, selected_sql
from core.explore.filters import Filter
from core.explore.where import where_sql
from core.progress import Report, silent
from core.schema import Mask, Role

LARGE = 100_000  # rows: beyond it charts are drawn from counts made in SQL
FOLDER = "findings"  # what is derived from a table, and goes with a mask or a deletion
STAGE = "explore.stage.columns"


@dataclass(frozen=True)
class Looked:
    """The wanted rows of a typed table as the view ``looked``, in an open connection."""

    dataset: Dataset
    connection: duckdb.DuckDBPyConnection

    def found(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of an answer."""
        return self.connection.execute(sql).fetchall()

    def first(self, sql: str) -> tuple[Any, ...]:
        """The only row of an answer."""
        return self.found(sql)[0]

    def sample(self, columns: Sequence[str], most: int) -> pd.DataFrame:
        """About ``most`` rows from all over the table, every so many."""
        step = max(1, self.dataset.rows // most)
        listed = ", ".join(map(identifier, columns))
        place = identifier(row_name(self.dataset))
        return self.connection.execute(
            f"SELECT {listed} FROM looked WHERE {place} % {step} = 0"  # noqa: S608
        ).df()


def is_large(dataset: Dataset) -> bool:
    return dataset.rows > LARGE


def is_prepared(dataset: Dataset) -> bool:
    """Whether the typed columns lie there to be read."""
    return _is_clear(dataset) and _file(dataset).is_file()


def prepare(dataset: Dataset, report: Report = silent) -> None:
    """Writes the typed columns beside the table: about 5 s a million rows of 20 columns.

    They go with anything else that is derived from the table; of an encrypted one nothing is
    written. Raises what ``report`` raises.
    """
    place = _file(dataset)
    if place.is_file() or not _is_clear(dataset):
        return
    place.parent.mkdir(exist_ok=True)
    aside = place.with_name(f".{place.name}.part")
    listed = selected_sql(dataset.schema.columns)
    try:
        with engine(dataset.folder) as connection:
            connection.execute("SET preserve_insertion_order = true")
            sql = (
                f"COPY (SELECT {listed} FROM read_parquet({literal(str(dataset.source))}))"  # noqa: S608
                f" TO {literal(str(aside))} (FORMAT parquet, COMPRESSION zstd)"
            )
            watched(connection, sql, report, STAGE)
        aside.replace(place)
    finally:
        aside.unlink(missing_ok=True)
    for old in place.parent.glob("columns-*.parquet"):
        if old != place:
            old.unlink(missing_ok=True)


@contextmanager
def looking(dataset: Dataset, filters: tuple[Filter, ...] = ()) -> Iterator[Looked]:
    """The typed table's rows that meet the filters, to be counted in SQL.

    Read from the typed columns where they lie beside the table, else made of its text on the way.
    Raises UnknownColumn and BadValue.
    """
    wanted = where_sql(filters, dataset.schema)
    place = identifier(row_name(dataset))
    prepared = is_prepared(dataset)
    file = _file(dataset) if prepared else dataset.source
    listed = "*" if prepared else selected_sql(dataset.schema.columns)
    with engine() as connection:
        connection.execute(
            f"CREATE TEMP VIEW looked AS SELECT * FROM (SELECT {listed}, file_row_number AS {place}"  # noqa: S608
            f" FROM read_parquet({literal(str(file))}, file_row_number = true)) WHERE {wanted}"
        )
        yield Looked(dataset, connection)


def _file(dataset: Dataset) -> Path:
    bare = [replace(c, role=Role.FEATURE, mask=Mask.NONE) for c in dataset.schema.columns]
    key = hashlib.sha256(msgspec.json.encode(bare)).hexdigest()[:16]
    return dataset.folder / FOLDER / f"columns-{key}.parquet"


def _is_clear(dataset: Dataset) -> bool:
    """Whether the table lies unencrypted, so that what is made of it may too."""
    return dataset.opened is None
