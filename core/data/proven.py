"""Whether a table's file is as it was written: a bit that turned on the disk is noticed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import FileDamaged

FILES_REMEMBERED = 256
ROWS_AT_ONCE = 50_000


def proven(file: Path) -> Path:
    """The Parquet file, each of whose pages has the checksum it was written with.

    A file is looked at once in a process, for as long as nobody writes it anew. Raises FileDamaged.
    """
    try:
        known = file.stat()
    except OSError:  # whoever reads it says so
        return file
    _prove(str(file), known.st_ino, known.st_mtime_ns, known.st_size)
    return file


@lru_cache(FILES_REMEMBERED)
def _prove(file: str, inode: int, written: int, size: int) -> None:
    """DuckDB looks at no checksum; Arrow does."""
    try:
        with pq.ParquetFile(file, page_checksum_verification=True) as opened:
            for _ in opened.iter_batches(ROWS_AT_ONCE):
                pass
    except (pa.ArrowException, OSError) as error:
        raise FileDamaged(Path(file).name, "parquet") from error
