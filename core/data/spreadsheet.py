"""Tables as CSV that a spreadsheet shows as they are, and the way back from such a file.

A spreadsheet takes a cell that begins with = + - or @ for a formula and works it out. An apostrophe
in front makes it text; source: OWASP, CSV Injection. It also splits lines at semicolons in many
countries, and at line ends within such a cell, so a part after one of those begins a cell too.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TextIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

ENCODING = "utf-8-sig"
LINE_END = "\r\n"
ROWS_AT_ONCE = 50_000
GUARD = "'"
SIGNS = r"=+\-@＝＋－＠"
BLANKS = (
    r"\x00-\x20\x7f\x{a0}\x{1680}\x{2000}-\x{200f}\x{2028}-\x{202f}\x{205f}-\x{2064}"
    r"\x{3000}\x{feff}"
)
# what may stand before a sign and is passed over, by Arrow's rules of writing and by Python's
RISKY = rf"""(?:\A|[;\t\r\n])(?:['"{BLANKS}]*[{SIGNS}]|'*\x00)|\A'*[\t\r\n]"""
_PASSED = '"' + re.sub(r"\\x\{(\w+)\}", lambda m: chr(int(m[1], 16)), BLANKS)
_FORMULA = re.compile(rf"'*(?:[{_PASSED}]*[{SIGNS}]|\x00)")
_NUMBER = re.compile(
    r"[+-]?[$€£¥]?(?:[0-9]+(?:[.,][0-9]+)*|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,3})?\s?[%€]?"
)
_PARTS = re.compile(r"([;\t\r\n])")


def guarded(text: str) -> str:
    """The text with an apostrophe before each part that a spreadsheet would take for a formula.

    A plain number keeps its sign. ``unguarded`` gives the text again, whatever it is.
    """
    return "".join(
        GUARD + part if _begins_formula(part, after) else part for part, after in _parts_of(text)
    )


def unguarded(text: str) -> str:
    """The text without the apostrophes that ``guarded`` put there."""
    return "".join(
        part[1:] if part.startswith(GUARD) and _begins_formula(part, after) else part
        for part, after in _parts_of(text)
    )


def _parts_of(text: str) -> list[tuple[str, str]]:
    """The parts of a text with the separator that ends the first; separators are parts as well."""
    parts = _PARTS.split(text)
    return [(part, parts[1] if not at and len(parts) > 1 else "") for at, part in enumerate(parts)]


def _begins_formula(part: str, after: str) -> bool:
    if after in ("\t", "\r", "\n") and after and not part.strip(GUARD):
        return True
    return bool(_FORMULA.match(part)) and not _NUMBER.fullmatch(part)


def risky(texts: pa.Array) -> list[int]:
    """The places of the texts that may hold a part that begins as a formula does."""
    found = pc.fill_null(pc.match_substring_regex(texts, RISKY), False)
    return [int(place) for place in np.flatnonzero(found.to_numpy(zero_copy_only=False))]


def as_csv(table: pd.DataFrame) -> bytes:
    """The rows of a table, without its index, as a file for spreadsheets."""
    text = io.StringIO()
    _write(table, text)
    return text.getvalue().encode(ENCODING)


def write_csv(table: pd.DataFrame, into: Path) -> None:
    """The same, into a file."""
    with into.open("w", encoding=ENCODING, newline="") as file:
        _write(table, file)


def _write(table: pd.DataFrame, into: TextIO) -> None:
    for start in range(0, max(1, len(table)), ROWS_AT_ONCE):
        rows = table.iloc[start : start + ROWS_AT_ONCE]
        # both line ends are quoted within cells only where both end lines
        _guarded(rows).to_csv(into, index=False, header=not start, lineterminator=LINE_END)


def _guarded(rows: pd.DataFrame) -> pd.DataFrame:
    columns = {place: _column(rows.iloc[:, place]) for place in range(rows.shape[1])}
    found = pd.DataFrame(columns, index=rows.index)
    return found.set_axis([guarded(str(name)) for name in rows.columns], axis=1)


def _column(cells: pd.Series) -> pd.Series:
    """The column with its texts guarded; one without any is what it was."""
    if pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells):
        return cells
    values = cells.astype(object).to_numpy(copy=True)
    texts = pa.array([cell if isinstance(cell, str) else None for cell in values], pa.string())
    places = risky(texts)
    for place in places:
        values[place] = guarded(values[place])
    return pd.Series(values, index=cells.index, dtype=object) if places else cells
