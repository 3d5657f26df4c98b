"""A table that lies on disk, and what is known about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.schema import Schema

SOURCE = "source.parquet"


@dataclass(frozen=True)
class Provenance:
    """Where a table came from and how its bytes were understood."""

    file: str
    size: int
    format: str
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    read_at: str = ""
    rows_left_out: int = 0


@dataclass(frozen=True)
class Dataset:
    """A table: same content, same ``id``, whoever brings it.

    ``folder`` holds ``source.parquet``: every cell as the text it was, in the file's order, so
    that a changed kind loses nothing. ``core.data.table`` reads it as the schema says.
    """

    id: str
    name: str
    folder: Path
    schema: Schema
    rows: int
    provenance: Provenance

    @property
    def source(self) -> Path:
        return self.folder / SOURCE
