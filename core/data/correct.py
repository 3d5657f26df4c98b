"""A person knows better: what a column is, read anew from its text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypedDict, TypeVar

import duckdb

from core.data import dates, numbers
from core.data.dataset import Dataset
from core.data.engine import engine, literal
from core.data.levels import are_points, with_levels
from core.data.ranks import ranked
from core.data.table import SPELLINGS, WHOLE, trimmed_sql
from core.data.words import is_spelled_yes_no
from core.errors import BadValue
from core.schema import Column, Kind, Role, Schema

LEVELS_AT_MOST = 1000
LOOKED_AT = 1000
MOST = 0.5  # a person says it is a number: words among them are what is missing
LEVELLED = (Kind.CATEGORY, Kind.BOOLEAN)

Word = TypeVar("Word", Kind, Role)


class Edit(TypedDict, total=False):
    """What a person says of one column; what is not said stays.

    ``levels`` are an order, lowest first: levels that it leaves out follow, others are passed
    over. ``ordered`` false puts the most frequent first. ``missing`` are all texts that count as
    missing.
    """

    kind: str
    role: str
    pattern: str
    ordered: bool
    levels: tuple[str, ...]
    missing: tuple[str, ...]


def corrected(dataset: Dataset, edits: Mapping[str, Edit]) -> Schema:
    """The schema with some columns changed, by column name.

    A new kind reads the column's text anew: its levels or its pattern. Raises UnknownColumn, and
    BadValue for a word that is no kind, role or pattern.
    """
    schema = dataset.schema
    for name, edit in edits.items():
        schema = schema.changed(_edited(dataset, schema[name], edit))
    return schema


def difference(before: Column, after: Column) -> Edit:
    """The edit that makes of a column as it was understood what it is now."""
    edit = Edit()
    if before.kind != after.kind:
        edit["kind"] = str(after.kind)
    if before.role != after.role:
        edit["role"] = str(after.role)
    if before.pattern != after.pattern:
        edit["pattern"] = after.pattern
    if before.missing != after.missing:
        edit["missing"] = after.missing
    if before.ordered != after.ordered or (after.ordered and before.levels != after.levels):
        edit["ordered"] = after.ordered
        if after.ordered:
            edit["levels"] = after.levels
    return edit


def _edited(dataset: Dataset, column: Column, edit: Edit) -> Column:
    kind = _word(Kind, column.name, edit["kind"]) if "kind" in edit else column.kind
    is_other = kind is not column.kind
    missing = _texts(edit["missing"]) if "missing" in edit else column.missing
    column = replace(column, missing=missing)
    if is_other or (kind in LEVELLED and "missing" in edit):
        column = _recast(dataset, column, kind, is_other)
    if "pattern" in edit and edit["pattern"] != column.pattern:
        column = _patterned(dataset, column, edit["pattern"])
    if column.kind is Kind.CATEGORY and ("levels" in edit or "ordered" in edit):
        column = _ranked(dataset, column, edit)
    if "role" in edit:
        column = replace(column, role=_word(Role, column.name, edit["role"]))
    return column


def _word(words: type[Word], column: str, word: str) -> Word:
    try:
        return words(word)
    except ValueError as fault:
        raise BadValue(column, word, " / ".join(words)) from fault


def _texts(texts: Sequence[str]) -> tuple[str, ...]:
    """Trimmed, each once, blank ones left out: they are missing anyway."""
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))


def _recast(dataset: Dataset, column: Column, kind: Kind, is_other: bool) -> Column:
    counted = counted_levels(dataset, column.name)
    role = Role.FEATURE if is_other and column.role is Role.IGNORED else column.role
    pattern = _pattern(kind, [level for level, _ in counted]) if is_other else column.pattern
    fresh = with_levels(replace(column, kind=kind, role=role, pattern=pattern), counted)
    if is_other or fresh.ordered or not column.ordered:
        return fresh
    # an order that a person gave stays when fewer levels are left
    kept = tuple(level for level in column.levels if level in fresh.levels)
    back = tuple(level for level in fresh.levels if level not in kept)
    return replace(fresh, levels=kept + back, ordered=True)


def _pattern(kind: Kind, levels: list[str]) -> str:
    if kind is Kind.NUMBER:
        return numbers.pattern_of_most(levels[:LOOKED_AT], MOST) or ""
    if kind is Kind.DATE:
        with engine() as connection:
            found = dates.pattern_of(levels[:LOOKED_AT], connection)
        return found or dates.counted_pattern(levels[:LOOKED_AT]) or "%Y-%m-%d"
    if kind is Kind.BOOLEAN:
        words = frozenset(level.lower() for level in levels)
        return SPELLINGS if is_spelled_yes_no(words) else ""
    return WHOLE if are_points(levels) else ""


def _patterned(dataset: Dataset, column: Column, pattern: str) -> Column:
    if not _can_be(column.kind, pattern):
        raise BadValue(column.name, pattern, str(column.kind))
    column = replace(column, pattern=pattern)
    if column.kind not in LEVELLED:
        return column
    return with_levels(column, counted_levels(dataset, column.name))


def _can_be(kind: Kind, pattern: str) -> bool:
    if kind is Kind.NUMBER:
        return pattern in numbers.PATTERNS
    if kind is not Kind.DATE:
        return pattern in ("", SPELLINGS if kind is Kind.BOOLEAN else WHOLE)
    if pattern in dates.COUNTED:
        return True
    with engine() as connection:
        try:
            connection.execute(f"SELECT {dates.date_sql('$1', pattern)}", ["2020-01-31"])
        except duckdb.Error:
            return False
    return "%" in pattern and "'" not in pattern


def _ranked(dataset: Dataset, column: Column, edit: Edit) -> Column:
    if not edit.get("ordered", True):
        fresh = with_levels(column, counted_levels(dataset, column.name))
        if not fresh.ordered:
            return fresh
        counted = dict(counted_levels(dataset, column.name))
        frequent = sorted(fresh.levels, key=lambda level: -counted.get(level, 0))
        return replace(fresh, levels=tuple(frequent), ordered=False)
    known = column.levels
    wanted = edit.get("levels", ranked(known) or tuple(sorted(known)))
    first = tuple(level for level in dict.fromkeys(wanted) if level in known)
    rest = tuple(level for level in known if level not in first)
    return replace(column, levels=first + rest, ordered=True)


def counted_levels(dataset: Dataset, name: str) -> list[tuple[str, int]]:
    """The trimmed texts of a column with their cells, most frequent first, at most 1,000."""
    text = trimmed_sql(name)
    sql = (
        f"SELECT {text} AS level, count(*) FROM read_parquet({literal(str(dataset.source))})"  # noqa: S608
        f" WHERE {text} IS NOT NULL GROUP BY level ORDER BY count(*) DESC, level"
        f" LIMIT {LEVELS_AT_MOST}"
    )
    with engine() as connection:
        return connection.execute(sql).fetchall()
