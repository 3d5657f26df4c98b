"""The id of a table: a hash of what it says, not of how the file said it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

DIGITS = 16
ROWS_AT_ONCE = 65_536


def content_id(source: Path) -> str:
    """Sixteen hexadecimal digits of the SHA-256 over names and cells, column by column.

    The lengths of the cells and their letters are hashed as two streams, so the answer does not
    depend on how the Parquet file is cut into row groups.
    """
    with pq.ParquetFile(source) as file:
        names = file.schema_arrow.names
        hashes = [(hashlib.sha256(), hashlib.sha256()) for _ in names]
        for batch in file.iter_batches(batch_size=ROWS_AT_ONCE):
            for (lengths, letters), column in zip(hashes, batch.columns, strict=True):
                sizes, content = _streams(column)
                lengths.update(sizes)
                letters.update(content)
    whole = hashlib.sha256()
    for name, (lengths, letters) in zip(names, hashes, strict=True):
        whole.update(name.encode() + b"\0" + lengths.digest() + letters.digest())
    return whole.hexdigest()[:DIGITS]


def _streams(column: pa.Array) -> tuple[bytes, bytes]:
    """Lengths in bytes as int32 (-1 for NULL), and the letters one after another."""
    sizes = pc.fill_null(pc.binary_length(column), -1).to_numpy(zero_copy_only=False)
    filled = pc.drop_null(column.cast(pa.string()))
    _, offsets, letters = filled.buffers()
    if not len(filled) or letters is None:
        return sizes.astype(np.int32).tobytes(), b""
    places = np.frombuffer(offsets, np.int32)[filled.offset : filled.offset + len(filled) + 1]
    return sizes.astype(np.int32).tobytes(), letters[places[0] : places[-1]].to_pybytes()
