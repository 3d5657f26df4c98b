"""The id of a table: a hash of what it says, not of how the file said it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

DIGITS = 16
ROWS_AT_ONCE = 65_536
# where a Parquet file of ours tells its content's id, taken while it was written
WRITTEN = "whybuy.content"


class Content:
    """What a table of text says, taken in batch by batch.

    The lengths of the cells and their letters are hashed as two streams a column, so the answer
    does not depend on how the table is cut into batches.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self._hashes = [(hashlib.sha256(), hashlib.sha256()) for _ in self._names]

    def add(self, batch: pa.RecordBatch) -> None:
        """Takes in the next rows."""
        for (lengths, letters), column in zip(self._hashes, batch.columns, strict=True):
            sizes, content = _streams(column)
            lengths.update(sizes)
            letters.update(content)

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits of the SHA-256 over names and cells, column by column."""
        whole = hashlib.sha256()
        for name, (lengths, letters) in zip(self._names, self._hashes, strict=True):
            whole.update(name.encode() + b"\0" + lengths.digest() + letters.digest())
        return whole.hexdigest()[:DIGITS]


def content_id(source: Path) -> str:
    """The id of a Parquet file's content, as it was told when the file was written, or taken now.

    Raises pyarrow's errors for what is no Parquet file of text.
    """
    with pq.ParquetFile(source) as file:
        told = (file.metadata.metadata or {}).get(WRITTEN.encode())
        if told:
            return str(told.decode())
        content = Content(file.schema_arrow.names)
        for batch in file.iter_batches(batch_size=ROWS_AT_ONCE):
            content.add(batch)
    return content.id


def read_as(identity: str, *said: str) -> str:
    """The id of the same content of which a person said something else than was found."""
    words = "\0".join((identity, *said))
    return hashlib.sha256(words.encode()).hexdigest()[:DIGITS] if any(said) else identity


def _streams(column: pa.Array) -> tuple[memoryview, memoryview | bytes]:
    """Lengths in bytes as int32 (-1 for NULL), and the letters one after another."""
    sizes = pc.fill_null(pc.binary_length(column), -1).to_numpy(zero_copy_only=False)
    filled = pc.drop_null(column.cast(pa.string()))
    _, offsets, letters = filled.buffers()
    lengths = np.ascontiguousarray(sizes, np.int32).data.cast("B")
    if not len(filled) or letters is None:
        return lengths, b""
    places = np.frombuffer(offsets, np.int32)[filled.offset : filled.offset + len(filled) + 1]
    return lengths, memoryview(letters)[places[0] : places[-1]]
