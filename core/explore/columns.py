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

SAMPLED = 50_000  # rows that tell where bounds of groups may lie, and how columns go together
LARGE = 100_000  # rows: beyond it charts are drawn from counts made in SQL
FOLDER = "findings"  # what is derived from a table, and goes with a mask or a deletion
STAGE = "explore.stage.columns"


@dataclass(frozen=True)
class Looked:
    """The wanted rows of a typed table as the view ``looked``, in an open connection.

    The view ``samples`` has ``rows_of_sample`` rows to draw samples from.
    """

    dataset: Dataset
    connection: duckdb.DuckDBPyConnection
    samples: str
    rows_of_sample: int

    def found(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of an answer."""
        return self.connection.execute(sql).fetchall()

    def first(self, sql: str) -> tuple[Any, ...]:
        """The only row of an answer."""
        return self.found(sql)[0]

    def sample(self, columns: Sequence[str], most: int) -> pd.DataFrame:
        """About ``most`` rows from all over the table, every so many."""
        step = max(1, self.rows_of_sample // most)
        listed = ", ".join(map(identifier, columns))
        place = identifier(row_name(self.dataset))
        return self.connection.execute(
            f"SELECT {listed} FROM {self.samples} WHERE {place} % {step} = 0"  # noqa: S608
        ).df()


def is_large(dataset: Dataset) -> bool:
    return dataset.rows > LARGE


def is_prepared(dataset: Dataset) -> bool:
    """Whether the typed columns lie there to be read."""
    return dataset.opened is None and all(file.is_file() for file in _files(dataset))


def prepare(dataset: Dataset, report: Report = silent) -> None:
    """Writes the typed columns beside the table: about 5 s a million rows of 20 columns.

    They go with anything else that is derived from the table; of an encrypted one nothing is
    written. Raises what ``report`` raises.
    """
    if is_prepared(dataset) or dataset.opened is not None:
        return
    whole, few = _files(dataset)
    whole.parent.mkdir(exist_ok=True)
    listed = selected_sql(dataset.schema.columns)
    with engine(dataset.folder) as connection:
        sql = f"SELECT {listed} FROM {_rows(dataset.source)}"  # noqa: S608
        _write(connection, sql, whole, report)
        step = max(1, dataset.rows // SAMPLED)
        names = ", ".join(map(identifier, dataset.schema.names))
        sql = f"SELECT {names} FROM {_rows(whole)} WHERE file_row_number % {step} = 0"  # noqa: S608
        _write(connection, sql, few, silent)
    for old in whole.parent.glob("columns-*.parquet"):
        if old not in (whole, few):
            old.unlink(missing_ok=True)


def _write(connection: duckdb.DuckDBPyConnection, sql: str, place: Path, report: Report) -> None:
    """What the question gives as a Parquet file, whole or not at all."""
    aside = place.with_name(f".{place.name}.part")
    try:
        to = f"{literal(str(aside))} (FORMAT parquet, COMPRESSION zstd)"
        watched(connection, f"COPY ({sql}) TO {to}", report, STAGE)
        aside.replace(place)
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def looking(dataset: Dataset, filters: tuple[Filter, ...] = ()) -> Iterator[Looked]:
    """The typed table's rows that meet the filters, to be counted in SQL.

    Read from the typed columns where they lie beside the table, else made of its text on the way.
    Raises UnknownColumn and BadValue.
    """
    wanted = where_sql(filters, dataset.schema)
    prepared = is_prepared(dataset)
    whole, few = _files(dataset)
    with engine() as connection:
        _view(connection, "looked", dataset, (whole if prepared else dataset.source, wanted))
        if not prepared or filters:
            yield Looked(dataset, connection, "looked", dataset.rows)
            return
        _view(connection, "few", dataset, (few, wanted))
        yield Looked(dataset, connection, "few", min(dataset.rows, SAMPLED))


def _view(
    connection: duckdb.DuckDBPyConnection, name: str, dataset: Dataset, source: tuple[Path, str]
) -> None:
    """The typed rows of a file that meet a condition, numbered."""
    file, wanted = source
    typed = file.parent == dataset.folder / FOLDER
    listed = "*" if typed else f"{selected_sql(dataset.schema.columns)}, file_row_number"
    place = identifier(row_name(dataset))
    connection.execute(
        f"CREATE TEMP VIEW {name} AS SELECT * RENAME (file_row_number AS {place})"  # noqa: S608
        f" FROM (SELECT {listed} FROM {_rows(file)}) WHERE {wanted}"
    )


def _rows(file: Path) -> str:
    return f"read_parquet({literal(str(file))}, file_row_number = true)"


def _files(dataset: Dataset) -> tuple[Path, Path]:
    """Where the typed columns lie, and a sample of their rows."""
    bare = [replace(c, role=Role.FEATURE, mask=Mask.NONE) for c in dataset.schema.columns]
    key = hashlib.sha256(msgspec.json.encode(bare)).hexdigest()[:16]
    folder = dataset.folder / FOLDER
    return folder / f"columns-{key}.parquet", folder / f"columns-{key}-few.parquet"
