"""The columns of a table as lines that a person edits, and what their edits mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from core.data import dates, numbers
from core.data.correct import Edit, counted_levels
from core.data.dataset import Dataset
from core.data.engine import engine, literal
from core.data.preview import examples
from core.data.table import trimmed_sql, typed_sql
from core.schema import Column, Kind

FORMATS_AT_MOST = 12
SHOWN = 3


def column_lines(dataset: Dataset) -> pd.DataFrame:
    """One line a column: "column", "kind", "role", "ordered" (None but of categories), "missing"
    (a list of texts) and "example"."""
    shown, columns = examples(dataset), dataset.schema.columns
    ordered = [column.ordered if column.kind is Kind.CATEGORY else None for column in columns]
    return pd.DataFrame(
        {
            "column": dataset.schema.names,
            "kind": [str(column.kind) for column in columns],
            "role": [str(column.role) for column in columns],
            "ordered": pd.Series(ordered, dtype=object),
            "missing": pd.Series([list(column.missing) for column in columns], dtype=object),
            "example": [", ".join(shown[column.name]) for column in columns],
        }
    )


def line_edits(dataset: Dataset, lines: Mapping[int, Mapping[str, Any]]) -> dict[str, Edit]:
    """The edits of some lines of ``column_lines``, by column; cleared cells say nothing."""
    edits: dict[str, Edit] = {}
    for line, said in lines.items():
        column, edit = dataset.schema.columns[line], Edit()
        if said.get("kind"):
            edit["kind"] = str(said["kind"])
        if said.get("role"):
            edit["role"] = str(said["role"])
        if said.get("ordered") is not None and edit.get("kind", column.kind) == Kind.CATEGORY:
            edit["ordered"] = bool(said["ordered"])
        if "missing" in said:
            edit["missing"] = tuple(str(text) for text in said["missing"] or ())
        edits[column.name] = edit
    return edits


def level_lines(dataset: Dataset, column: Column) -> pd.DataFrame:
    """One line a level in the column's order: "place" from 1, "level" and its "cells"."""
    counted = dict(counted_levels(dataset, column.name))
    return pd.DataFrame(
        {
            "place": range(1, len(column.levels) + 1),
            "level": column.levels,
            "cells": [counted.get(level, 0) for level in column.levels],
        }
    )


def moved(levels: Sequence[str], places: Mapping[int, int]) -> tuple[str, ...]:
    """The levels with those of some lines (from 0) at other places (from 1); others close up."""
    left = [level for line, level in enumerate(levels) if line not in places]
    for line, place in sorted(places.items(), key=lambda entry: entry[1]):
        left.insert(max(0, place - 1), levels[line])
    return tuple(left)


def formats(dataset: Dataset, column: Column) -> tuple[str, ...]:
    """The patterns that could read a column of numbers or dates, the one in force first."""
    if column.kind is Kind.NUMBER:
        return tuple(dict.fromkeys((column.pattern, *numbers.PATTERNS)))
    if column.kind is not Kind.DATE:
        return ()
    counted = counted_levels(dataset, column.name)
    texts = [text for text, _ in counted][:SHOWN]
    other = dates.turned(column.pattern)
    known = (column.pattern, *((other,) if other else ()), *dates.COUNTED)
    near = [p for text in texts for p in dates.candidates(text)]
    return tuple(dict.fromkeys((*known, *near)))[:FORMATS_AT_MOST]


def read_as(dataset: Dataset, column: Column, pattern: str) -> tuple[tuple[str, str], ...]:
    """A few cells with what they are under a pattern, as text; empty for what cannot be read."""
    tried = Column(column.name, column.kind, column.role, pattern=pattern)
    sql = (
        f"SELECT DISTINCT t, v FROM (SELECT {trimmed_sql(column.name)} AS t,"  # noqa: S608
        f" CAST({typed_sql(tried)} AS VARCHAR) AS v FROM"
        f" (SELECT * FROM read_parquet({literal(str(dataset.source))}) LIMIT 1000))"
        f" WHERE t IS NOT NULL ORDER BY t DESC LIMIT {SHOWN}"
    )
    with engine() as connection:
        return tuple((text, _short(value)) for text, value in connection.execute(sql).fetchall())


def _short(value: str | None) -> str:
    return (value or "").removesuffix(" 00:00:00").removesuffix(".0")
