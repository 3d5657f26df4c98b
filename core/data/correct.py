"""A person knows better: another kind or role for a column, read anew from its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from core.data import dates, numbers
from core.data.dataset import Dataset
from core.data.engine import engine, literal
from core.data.table import trimmed_sql
from core.errors import BadValue
from core.schema import Column, Kind, Role, Schema

LEVELS_AT_MOST = 1000
LOOKED_AT = 1000
MOST = 0.5  # a person says it is a number: words among them are what is missing

Word = TypeVar("Word", Kind, Role)


def corrected(dataset: Dataset, edits: Mapping[str, Mapping[str, str]]) -> Schema:
    """The schema with some columns' "kind" or "role" changed, by column name.

    A new kind reads the column's text anew: its levels or its pattern. Raises UnknownColumn, and
    BadValue for a word that is no kind or role.
    """
    schema = dataset.schema
    for name, edit in edits.items():
        column = schema[name]
        if "kind" in edit and edit["kind"] != column.kind:
            column = _recast(dataset, column, _word(Kind, name, edit["kind"]))
        if "role" in edit:
            column = replace(column, role=_word(Role, name, edit["role"]))
        schema = schema.changed(column)
    return schema


def _word(words: type[Word], column: str, word: str) -> Word:
    try:
        return words(word)
    except ValueError as fault:
        raise BadValue(column, word, " / ".join(words)) from fault


def _recast(dataset: Dataset, column: Column, kind: Kind) -> Column:
    levels = _levels(dataset, column.name)
    role = Role.FEATURE if column.role is Role.IGNORED else column.role
    if kind is Kind.NUMBER:
        pattern = numbers.pattern_of_most(levels[:LOOKED_AT], MOST) or ""
        return Column(column.name, kind, role, (), pattern)
    if kind is Kind.DATE:
        with engine() as connection:
            pattern = dates.pattern_of(levels[:LOOKED_AT], connection) or "%Y-%m-%d"
        return Column(column.name, kind, role, (), pattern)
    if kind is Kind.TEXT:
        return Column(column.name, kind, role)
    return Column(column.name, kind, role, tuple(levels))


def _levels(dataset: Dataset, name: str) -> list[str]:
    text = trimmed_sql(name)
    sql = (
        f"SELECT {text} AS level FROM read_parquet({literal(str(dataset.source))})"  # noqa: S608
        f" WHERE {text} IS NOT NULL GROUP BY level ORDER BY count(*) DESC, level"
        f" LIMIT {LEVELS_AT_MOST}"
    )
    with engine() as connection:
        return [row[0] for row in connection.execute(sql).fetchall()]
