"""A marking as a table that a person edits, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from core.what_if.limits import Freedom
from core.what_if.marking import Mark, Marked, Marking

COLUMNS = ("column", "freedom", "formula")


def table(known: Marked, order: Sequence[str]) -> pd.DataFrame:
    """One line a column, in that order: its name, its freedom as marked, and its formula."""
    lines = [
        (name, str(Freedom.DERIVED if name in known.faults else known.freedoms[name]),
         known.typed.get(name, ""))
        for name in order
    ]  # fmt: skip
    return pd.DataFrame(lines, columns=list(COLUMNS), dtype=object)


def marks(lines: pd.DataFrame, edits: Mapping[int, Mapping[str, Any]]) -> Marking:
    """The marks of the lines that were edited: column's new cells, by line number.

    A formula that is typed makes its column derived; one that is emptied lets it change again.
    """
    return tuple(
        _mark(lines.iloc[line].to_dict(), change) for line, change in sorted(edits.items())
    )


def _mark(line: dict[Any, Any], change: Mapping[str, Any]) -> Mark:
    now = line | dict(change)
    freedom, formula = Freedom(now["freedom"] or Freedom.FREE), str(now["formula"] or "").strip()
    if "freedom" not in change:
        if formula:
            freedom = Freedom.DERIVED
        elif freedom is Freedom.DERIVED:
            freedom = Freedom.FREE
    return Mark(str(now["column"]), freedom, formula)
