"""Takes the apostrophes that guard a table written for spreadsheets off its cells again.

Only where every cell is one that ``core.data.spreadsheet`` may have written: in any other file an
apostrophe is the customer's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.data.dataset import Note
from core.data.names import column_names
from core.data.rows import written
from core.data.spreadsheet import guarded, risky, unguarded

BLOCK = 1 << 20
ROWS_AT_ONCE = 50_000
# bytes of an apostrophe before a sign, a full-width one or a blank of several bytes too
MAY_GUARD = re.compile(rb"'[\"'\x00-\x20\x7f]*[=+\-@\xc2\xe1-\xe3\xef]|'[\t\r\n]")


def guards_off(given: Path, source: Path) -> Note | None:
    """Writes the Parquet file of text ``source``, read from ``given``, again without guards.

    Gives how many names and cells had one, and the first as it should be; None where the file has
    none, or any cell that would have needed one: then nothing is changed.
    """
    if not _may_hold_guards(given):
        return None
    with pq.ParquetFile(source) as file:
        names = file.schema_arrow.names
        found = _Found()
        found.take(names)
        for batch in file.iter_batches(ROWS_AT_ONCE):
            for column in batch.columns:
                found.take([column[place].as_py() for place in risky(column)])
            if found.foreign:
                return None
    if not found.count:
        return None
    _rewrite(source, names)
    return Note("guards_removed", found.count, found.example)


@dataclass
class _Found:
    """Guards met so far; ``foreign`` says that there was a text that was never guarded."""

    count: int = 0
    example: str = ""
    foreign: bool = False

    def take(self, texts: list[str]) -> None:
        for text in texts:
            bare = unguarded(text)
            self.foreign = self.foreign or guarded(bare) != text
            if bare != text:
                self.count += 1
                self.example = self.example or bare


def _may_hold_guards(given: Path) -> bool:
    before = b""
    with given.open("rb") as file:
        while block := file.read(BLOCK):
            if MAY_GUARD.search(before + block):
                return True
            before = block[-64:]
    return False


def _rewrite(source: Path, names: list[str]) -> None:
    aside = source.with_name(f"{source.name}.bare")
    bare = column_names([unguarded(name) for name in names])
    with pq.ParquetFile(source) as file, written(bare, aside) as table:
        for batch in file.iter_batches(ROWS_AT_ONCE):
            columns = [_without(column) for column in batch.columns]
            table.write(pa.RecordBatch.from_arrays(columns, schema=table.schema))
    aside.replace(source)


def _without(column: pa.Array) -> pa.Array:
    places = risky(column)
    if not places:
        return column
    cells = column.to_pylist()
    for place in places:
        cells[place] = unguarded(cells[place])
    return pa.array(cells, pa.string())
