"""Parquet: typed columns turned back to text."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.dataset import Provenance
from core.data.engine import engine, identifier, literal
from core.data.names import column_names
from core.data.source import COLUMNS_AT_MOST, Options, Source
from core.errors import FileDamaged, HeaderOnly, NestedColumns, OneColumn, TooLarge, TooManyColumns
from core.progress import Report

MAGIC = b"PAR1"
BYTES_AT_MOST = 8 << 30
CELLS_AT_MOST = 300_000_000


def read(path: Path, name: str, into: Path, options: Options, report: Report) -> Provenance:
    """Reads a Parquet file.

    Whole numbers become "7", numbers as short as they can be said exactly, dates and times ISO
    text, yes/no "true" and "false". Raises NestedColumns, TooManyColumns, OneColumn, HeaderOnly,
    TooLarge, FileDamaged.
    """
    report(0.0, "data.stage.reading")
    schema = _checked(path, name)
    shown = ", ".join(
        f"{_as_text(place, field.type)} AS {identifier(title)}"
        for place, (field, title) in enumerate(zip(schema, column_names(schema.names), strict=True))
    )
    aliases = ", ".join(f"c{place}" for place in range(len(schema)))
    try:
        with engine(into.parent) as connection:
            connection.execute(
                f"COPY (SELECT {shown} FROM read_parquet({literal(str(path))}) AS t({aliases}))"  # noqa: S608
                f" TO {literal(str(into))} (FORMAT parquet, COMPRESSION zstd)"
            )
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        raise FileDamaged(name, SOURCE.key) from error
    return Provenance(file=name, size=path.stat().st_size, format=SOURCE.key)


def _checked(path: Path, name: str) -> pa.Schema:
    """The schema, when the footer says that the table can be read."""
    try:
        with pq.ParquetFile(path) as file:
            schema, meta = file.schema_arrow, file.metadata
            unpacked = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
            rows = meta.num_rows
    except (pa.ArrowException, OSError) as error:
        raise FileDamaged(name, SOURCE.key) from error
    if nested := tuple(field.name for field in schema if pa.types.is_nested(field.type)):
        raise NestedColumns(name, nested)
    if len(schema) > COLUMNS_AT_MOST:
        raise TooManyColumns(name, len(schema), COLUMNS_AT_MOST)
    if len(schema) < 2:
        raise OneColumn(name, "".join(schema.names))
    if not rows:
        raise HeaderOnly(name, len(schema))
    # a run-length encoded column of a million rows takes a few bytes here and megabytes as text
    if unpacked > BYTES_AT_MOST or rows * len(schema) > CELLS_AT_MOST:
        raise TooLarge(name)
    return schema


def _as_text(place: int, kind: pa.DataType) -> str:
    column = f"c{place}"
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_floating(kind):
        # 7.0 was an integer column with gaps before a library made it floating
        return (
            f"CASE WHEN isfinite({column}) AND {column} = trunc({column}) AND abs({column}) < 1e15"
            f" THEN CAST(CAST({column} AS BIGINT) AS VARCHAR)"
            f" WHEN isnan({column}) THEN NULL ELSE CAST({column} AS VARCHAR) END"
        )
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return f"NULLIF(TRY_CAST({column} AS VARCHAR), '')"
    if pa.types.is_timestamp(kind) and kind.tz:
        return f"CAST(make_timestamp(epoch_us({column})) AS VARCHAR)"
    return f"NULLIF(CAST({column} AS VARCHAR), '')"


def _claims(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == MAGIC


SOURCE = Source(key="parquet", order=2, endings=(".parquet", ".pq"), read=read, claims=_claims)
