"""Tables in memory to Parquet and back, typed as ``core.data.table.frame`` types them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from core.store import rest


def write_frame(table: pd.DataFrame, file: Path) -> None:
    """Writes the table, its index too, with a checksum of each page."""
    table.to_parquet(file, write_page_checksum=True)


def read_frame(file: Path) -> pd.DataFrame:
    """The table as it was: texts are objects and None where missing, not pandas' strings.

    Raises OSError and ValueError for a damaged file, as pyarrow does, and what ``rest.content``
    raises.
    """
    with rest.opened(file) as clear:
        table = pd.read_parquet(clear, page_checksum_verification=True)
    for name, kind in table.dtypes.items():
        if kind == "str":
            cells = table[name].astype(object)
            table[name] = cells.where(cells.notna(), None)
    return table
