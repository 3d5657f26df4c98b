"""Which row of a sheet holds the names of its columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from core.data.words import MISSING

ROWS_LOOKED_AT = 60
LEAST_SHARE, FULL_SHARE = 0.5, 0.75
VALUE = re.compile(
    r"[$€£¥]?\s?[+-]?\d[\d.,' ]*(e[+-]?\d+)?\s?[%€]?"
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T][\d:.]+Z?)?|\d{1,2}:\d{2}(:\d{2})?",
    re.IGNORECASE,
)
TOTALS = (
    "total", "grand total", "totals", "sum", "summe", "gesamt", "gesamtsumme", "somme", "totale",
    "totaal", "suma", "razem", "soma", "итого", "всего", "合计", "总计", "合計", "總計", "小计",
    "합계", "총계", "toplam", "المجموع",
)  # fmt: skip


def header_place(rows: Sequence[Sequence[str]], grouped: frozenset[int] = frozenset()) -> int:
    """The place of the header among the first non-blank rows of a sheet; -1 where there is none.

    Title rows above are narrower than the table. ``grouped`` are places of rows with cells merged
    across columns: titles and headings of several columns. A first row that is all numbers and
    dates, like the rows below it, is no header.
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    for at, row in enumerate(rows):
        wide = max(filled[at : at + 20])
        if at in grouped or filled[at] < max(2, LEAST_SHARE * wide):
            continue
        words = [cell.strip() for cell in row if cell.strip()]
        if not any(map(is_value, words)) or filled[at] >= FULL_SHARE * wide:
            return -1 if all(map(is_value, words)) and _is_like(rows, at) else at
    return 0


def is_value(cell: str) -> bool:
    """Whether a cell holds a number, a date or a word for "not known": not a name."""
    return bool(VALUE.fullmatch(cell)) or cell.lower() in MISSING


def _is_like(rows: Sequence[Sequence[str]], at: int) -> bool:
    below = [cell.strip() for cell in rows[at + 1] if cell.strip()] if at + 1 < len(rows) else []
    return bool(below) and all(map(is_value, below))


def joined(above: Sequence[str], header: Sequence[str]) -> list[str]:
    """The names with the headings above them, where names are told apart only so: "2020 Q1"."""
    counts = Counter(cell.strip() for cell in header if cell.strip())
    if not counts or max(counts.values()) < 2:
        return list(header)
    pairs = zip(above, header, strict=True)
    return [f"{a.strip()} {h.strip()}" if counts[h.strip()] > 1 else h for a, h in pairs]


def is_total(row: Sequence[str]) -> bool:
    """Whether a row sums up the rows above it, by its first words."""
    first = next((cell.strip() for cell in row if cell.strip()), "")
    return first.lower().rstrip(":. ") in TOTALS
