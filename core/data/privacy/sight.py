"""A few rows of a table that is not guarded yet, shown without what tells who somebody is."""

from __future__ import annotations

import pandas as pd

from core.data.privacy.content import DATE_CELL
from core.data.privacy.detect import seen_in
from core.schema import Column, Kind, Role

COVERED = "•••"


def covered(table: pd.DataFrame) -> pd.DataFrame:
    """The same table of text with COVERED for every filled cell of a column with personal data.

    Rows as few as ten are enough where the cells themselves tell; ids are covered by their names.
    """
    shown = table.copy()
    for name in table.columns:
        filled = table[name].notna() & (table[name].astype(str).str.strip() != "")
        cells = tuple(dict.fromkeys(str(cell).strip() for cell in table.loc[filled, name]))
        unique = len(cells) == int(filled.sum()) > 1
        dates = sum(DATE_CELL.fullmatch(cell) is not None for cell in cells) > len(cells) / 2
        kind = Kind.DATE if dates else Kind.TEXT
        column = Column(str(name), kind, Role.ID if unique else Role.FEATURE)
        if seen_in(column, cells):
            shown[name] = shown[name].astype(object).where(~filled, COVERED)
    return shown
