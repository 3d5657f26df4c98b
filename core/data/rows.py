"""Rows of text, a batch at a time, into a Parquet file of text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.progress import Report

CELLS_AT_ONCE = 500_000
CHARACTERS_AT_ONCE = 32_000_000


def write_rows(
    names: Sequence[str], rows: Iterable[Sequence[str | None]], into: Path, report: Report
) -> int:
    """Writes the rows, each as long as ``names``; empty text becomes NULL. Gives their number."""
    schema = pa.schema([(name, pa.string()) for name in names])
    written = 0
    with pq.ParquetWriter(into, schema, compression="zstd") as writer:
        for batch in _batches(rows, max(1, CELLS_AT_ONCE // len(names))):
            columns = [
                pa.array([c or None for c in column], pa.string())
                for column in zip(*batch, strict=True)
            ]
            writer.write_table(pa.table(columns, schema=schema))
            written += len(batch)
            report(1 - 1 / (1 + written / 100_000), "data.stage.reading")
    return written


def _batches(
    rows: Iterable[Sequence[str | None]], at_once: int
) -> Iterable[list[Sequence[str | None]]]:
    batch: list[Sequence[str | None]] = []
    characters = 0
    for row in rows:
        batch.append(row)
        characters += sum(len(cell) for cell in row if cell)
        if len(batch) >= at_once or characters >= CHARACTERS_AT_ONCE:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch
