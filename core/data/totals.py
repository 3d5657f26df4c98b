"""Rows at the end of a table that sum the others up: found and told, and kept as rows."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from core.data.header import TOTALS

LOOKED_AT = 3
FILLED_AT_LEAST = 2


def totals_of(source: Path) -> tuple[int, str]:
    """How many of the last rows begin with a word such as "Total", and the first of those words.

    ``source`` is a Parquet file of text.
    """
    with pq.ParquetFile(source) as file:
        if not file.metadata.num_rows:
            return 0, ""
        last = file.read_row_group(file.num_row_groups - 1)
    rows = last.slice(max(0, len(last) - LOOKED_AT)).to_pylist()
    found = [word for row in rows if (word := _total(list(row.values())))]
    return len(found), found[0] if found else ""


def _total(cells: list[str | None]) -> str:
    """The word that a row of totals begins with; empty for any other row."""
    filled = [cell.strip() for cell in cells if cell and cell.strip()]
    if len(filled) < FILLED_AT_LEAST:
        return ""
    word = filled[0].rstrip(":").strip()
    return filled[0] if word.lower() in TOTALS else ""
