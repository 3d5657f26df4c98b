"""Reads a tidy text file at full speed, and refuses at once what is not tidy.

Tidy: rows of equal width, one line end throughout (quoted ones aside), and quotes only where RFC
4180 has them. What is refused is read row by row by ``core.data.careful``.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv

from core.data.dialect import Dialect
from core.data.encoding import is_binary
from core.data.rows import written
from core.progress import Report

BLOCK = 4 << 20
QUOTE, FEED, RETURN = b'"\n\r'


class Untidy(Exception):
    """The file is not as the standard says; nothing of it may be trusted to the fast way."""


def write_tidy(path: Path, dialect: Dialect, into: Path, report: Report) -> int:
    """Writes the rows of a UTF-8 file below its header; gives their number. Raises Untidy."""
    size = max(1, path.stat().st_size)
    try:
        with path.open("rb") as file, written(dialect.names, into) as table:
            file.seek(dialect.starts)
            watched = Watched(file, dialect.separator)
            for batch in _opened(watched, dialect):
                table.write(pa.RecordBatch.from_arrays(batch.columns, schema=table.schema))
                report(watched.done / size, "data.stage.reading")
            watched.close()
    except pa.ArrowInvalid as error:
        raise Untidy(str(error)[:200]) from error
    return table.rows


def _opened(watched: Watched, dialect: Dialect) -> pv.CSVStreamingReader:
    names = [f"c{place}" for place in range(len(dialect.names))]
    return pv.open_csv(
        pa.PythonFile(watched, "r"),
        read_options=pv.ReadOptions(block_size=BLOCK, column_names=names),
        parse_options=pv.ParseOptions(delimiter=dialect.separator, newlines_in_values=True),
        convert_options=pv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            check_utf8=True,
        ),
    )


class Watched(io.RawIOBase):
    """A file whose bytes are looked at as they are read: quotes, line ends, control characters.

    A quote may open a cell only after a separator or a line end, and close one only before one;
    a doubled quote closes and opens again. Raises Untidy from ``read``, and from ``close`` where
    the last quote is still open.
    """

    def __init__(self, file: BinaryIO, separator: str) -> None:
        self.done = file.tell()
        self._file = file
        self._held = b""
        self._before = FEED
        self._quotes = 0
        self._ends: set[str] = set()
        self._beside_quote = np.zeros(256, dtype=bool)
        self._beside_quote[[QUOTE, FEED, RETURN, ord(separator)]] = True

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes; a quote or a return at their end waits for what comes after it."""
        block = self._held + self._file.read(max(2, size - len(self._held)))
        self._held = b""
        if len(block) > 1 and block[-1] in (QUOTE, RETURN):
            following = self._file.read(1)
            if following:
                self._file.seek(-1, io.SEEK_CUR)
                block, self._held = block[:-1], block[-1:]
        if block:
            self._look(block, self._held or bytes([FEED]))
            self._before = block[-1]
            self.done += len(block)
        return block

    def close(self) -> None:
        """The whole has been read."""
        if self._quotes % 2:
            raise Untidy("a quote is never closed")
        super().close()

    def _look(self, block: bytes, after: bytes) -> None:
        if is_binary(block):
            raise Untidy("control characters")
        quoted = self._quotes % 2 or b'"' in block
        self._ends |= _ends(self._without_quoted_ends(block, after) if quoted else block)
        if len(self._ends) > 1:
            raise Untidy("line ends differ")

    def _without_quoted_ends(self, block: bytes, after: bytes) -> bytes:
        """The block without the line ends that stand in quotes."""
        letters = np.frombuffer(block, np.uint8)
        places = np.flatnonzero(letters == QUOTE)
        closing = (self._quotes + np.arange(len(places))) % 2 == 1
        before = np.where(places > 0, letters[places - 1], self._before)
        behind = np.append(letters, after[0])[places + 1]
        beside = np.where(closing, behind, before)
        if not self._beside_quote[beside].all():
            raise Untidy("a quote within a cell")
        ends = np.flatnonzero((letters == FEED) | (letters == RETURN))
        inside = (self._quotes + np.searchsorted(places, ends)) % 2 == 1
        self._quotes += len(places)
        kept = letters.copy()
        kept[ends[inside]] = 0
        return kept.tobytes()


def _ends(block: bytes) -> set[str]:
    """The kinds of line end in a block that was not cut within one."""
    returns, feeds = block.count(b"\r"), block.count(b"\n")
    both = block.count(b"\r\n") if returns else 0
    counts = {"\n": feeds - both, "\r\n": both, "\r": returns - both}
    return {end for end, count in counts.items() if count}
