"""Rows of text, a batch at a time, into a Parquet file of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.data.identity import WRITTEN, Content
from core.data.longest import LONGEST_CELL
from core.errors import CellTooLong
from core.progress import Report

CELLS_AT_ONCE = 500_000
CHARACTERS_AT_ONCE = 32_000_000
CELLS_IN_A_GROUP = 2_500_000
ROWS_IN_A_GROUP = (2_048, 122_880)
BYTES_IN_A_GROUP = 128_000_000
ROWS_JUDGED = 20_000
# a column of few different cells is kept as a list of them; looking for more costs time only
REPEATED_AT_MOST = 0.1


class TextTable:
    """A Parquet file of text while it is written; ``rows`` counts what it has taken.

    What it says is hashed beside the writing, on the other core.
    """

    def __init__(self, names: Sequence[str], into: Path) -> None:
        self.rows = 0
        self.schema = pa.schema([(name, pa.string()) for name in names])
        self._into = into
        self._content = Content(names)
        self._waiting: list[pa.RecordBatch] = []
        self._bytes = 0
        self._group = min(
            ROWS_IN_A_GROUP[1], max(ROWS_IN_A_GROUP[0], CELLS_IN_A_GROUP // len(names))
        )
        self._file: pq.ParquetWriter | None = None
        self._beside = ThreadPoolExecutor(1)
        self._hashing: Future[None] | None = None

    def write(self, batch: pa.RecordBatch) -> None:
        """Takes the next rows, whose columns are ``schema``'s. Raises CellTooLong."""
        if not len(batch):
            return
        _refuse_long(batch)
        self._hashed()
        self._hashing = self._beside.submit(self._content.add, batch)
        self.rows += len(batch)
        self._bytes += batch.nbytes
        self._waiting.append(batch)
        if sum(map(len, self._waiting)) >= self._group or self._bytes >= BYTES_IN_A_GROUP:
            self._flush()

    def finish(self) -> None:
        """Writes what is left and what the whole says."""
        self._flush()
        self._hashed()
        writer = self._writer(pa.Table.from_batches([], self.schema))
        writer.add_key_value_metadata({WRITTEN: self._content.id})

    def close(self) -> None:
        """Lets the file go, whole or not."""
        self._beside.shutdown(cancel_futures=True)
        if self._file is not None:
            self._file.close()

    def _flush(self) -> None:
        if self._waiting:
            table = pa.Table.from_batches(self._waiting, self.schema)
            self._writer(table).write_table(table, row_group_size=self._group)
            self._waiting, self._bytes = [], 0

    def _hashed(self) -> None:
        if self._hashing is not None:
            self._hashing.result()

    def _writer(self, first: pa.Table) -> pq.ParquetWriter:
        if self._file is None:
            self._file = pq.ParquetWriter(
                self._into,
                self.schema,
                compression="zstd",
                compression_level=1,
                use_dictionary=_repeated(first),
                write_statistics=False,
                write_page_checksum=True,
            )
        return self._file


@contextmanager
def written(names: Sequence[str], into: Path) -> Iterator[TextTable]:
    """A table to write rows to; the file is whole when the block ends well."""
    table = TextTable(names, into)
    try:
        yield table
        table.finish()
    finally:
        table.close()


def write_rows(
    names: Sequence[str], rows: Iterable[Sequence[str | None]], into: Path, report: Report
) -> int:
    """Writes the rows, each as long as ``names``; empty text becomes NULL. Gives their number."""
    with written(names, into) as table:
        for batch in _batches(rows, max(1, CELLS_AT_ONCE // len(names))):
            columns = [
                pa.array([c or None for c in column], pa.string())
                for column in zip(*batch, strict=True)
            ]
            table.write(pa.RecordBatch.from_arrays(columns, schema=table.schema))
            report(1 - 1 / (1 + table.rows / 100_000), "data.stage.reading")
    return table.rows


def write_batches(
    names: Sequence[str],
    batches: Iterable[pa.RecordBatch],
    into: Path,
    report: Report,
    rows: int = 0,
) -> int:
    """Writes batches of text, in which about so many ``rows`` are expected (0: nobody knows).

    Gives their number.
    """
    with written(names, into) as table:
        for batch in batches:
            columns = [column.cast(pa.string()) for column in batch.columns]
            table.write(pa.RecordBatch.from_arrays(columns, schema=table.schema))
            share = table.rows / rows if rows else 1 - 1 / (1 + table.rows / 100_000)
            report(min(1.0, share), "data.stage.reading")
    return table.rows


def _refuse_long(batch: pa.RecordBatch) -> None:
    """Looks closer only where the rows together could hold such a cell."""
    if batch.nbytes <= LONGEST_CELL:
        return
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if (pc.max(pc.binary_length(column)).as_py() or 0) > LONGEST_CELL:
            raise CellTooLong(name, LONGEST_CELL)


def _repeated(first: pa.Table) -> list[str]:
    """The columns of few different cells, judged by the first rows."""
    head = first.slice(0, ROWS_JUDGED)
    most = max(1, REPEATED_AT_MOST * len(head))
    return [
        name
        for name, column in zip(head.column_names, head.columns, strict=True)
        if pc.count_distinct(column).as_py() <= most
    ]


def _batches(
    rows: Iterable[Sequence[str | None]], at_once: int
) -> Iterator[list[Sequence[str | None]]]:
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
