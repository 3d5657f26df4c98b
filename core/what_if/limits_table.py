"""Limits as a table that a person edits, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.schema import Kind
from core.what_if.limits import Direction, Limit, Limits, changed

NUMBERS = ("low", "high", "step", "price")
EDITED = (*NUMBERS, "direction")
BOUNDED = ("low", "high", "step")


def table(limits: Limits, order: Sequence[str]) -> pd.DataFrame:
    """One line a column, in that order: its name, then the fields of ``Limit`` in ``EDITED``.

    Only numbers have bounds, steps and directions here; a date keeps the range of the data.
    """
    lines = [_line(limits[name]) for name in order]
    kinds: dict[str, Any] = dict.fromkeys(("column", "direction"), object)
    kinds |= dict.fromkeys(NUMBERS, "float64")
    return pd.DataFrame(lines, columns=["column", *EDITED]).astype(kinds)


def _line(limit: Limit) -> dict[str, Any]:
    number = limit.kind is Kind.NUMBER
    line: dict[str, Any] = {"column": limit.column}
    line |= {name: getattr(limit, name) if number else None for name in BOUNDED}
    direction = str(limit.direction) if number else None
    return line | {"price": limit.price, "direction": direction}


def overlaid(lines: pd.DataFrame, wishes: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """The table with other cells where a person wished so: by column's name and field."""
    found = lines.copy()
    for place, column in enumerate(lines["column"]):
        for name, cell in wishes.get(column, {}).items():
            found.loc[found.index[place], name] = (
                np.nan if cell is None and name in NUMBERS else cell
            )
    return found


def wishes_of(
    lines: pd.DataFrame, edits: Mapping[int, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The cells of the lines that were edited, by column's name: new cells by line number."""
    return {str(lines["column"].iloc[line]): dict(change) for line, change in edits.items()}


def wished(
    limits: Limits, lines: pd.DataFrame, levels: dict[str, tuple[str, ...]]
) -> dict[str, Limit]:
    """The limits as an edited table says; ``levels`` are those allowed, by column.

    An emptied bound of a number is the bound of the data. Raises what ``changed`` raises.
    """
    wishes = {str(line["column"]): _wish(line) for line in lines.to_dict("records")}
    for column, allowed in levels.items():
        wishes.setdefault(column, {})["levels"] = tuple(allowed)
    return changed(limits, wishes)


def _wish(line: dict[Any, Any]) -> dict[str, Any]:
    wish: dict[str, Any] = {name: float(line[name]) for name in BOUNDED if not pd.isna(line[name])}
    wish["price"] = None if pd.isna(line["price"]) else float(line["price"])
    if not pd.isna(line["direction"]):
        wish["direction"] = Direction(line["direction"])
    return wish
