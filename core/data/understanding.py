"""How a file was understood, and what a person may say of it instead."""

from __future__ import annotations

from dataclasses import fields, replace
from enum import StrEnum
from pathlib import Path

from core.data.dataset import Provenance
from core.data.engine import engine, literal
from core.data.source import FOUND_OUT, Options
from core.data.table import trimmed_sql, typed_sql
from core.schema import Column, Kind, Schema

UNREAD_AT_MOST = 0.02


class Decimals(StrEnum):
    """What stands before the decimals of a number."""

    POINT = "point"
    COMMA = "comma"


class DayMonth(StrEnum):
    """What stands first in a date such as 01/02/2024."""

    DAY = "day"
    MONTH = "month"


WITH_COMMA = {"": "comma", "thousands": "comma", "money": "money comma", "percent": "percent comma"}
WITH_POINT = {"comma": "thousands", "money comma": "money", "percent comma": "percent"}


def decimals_of(schema: Schema) -> str:
    """A word of ``Decimals``; empty where no column holds numbers."""
    patterns = {column.pattern for column in schema.columns if column.kind is Kind.NUMBER}
    if not patterns:
        return ""
    return Decimals.COMMA if patterns & set(WITH_POINT) else Decimals.POINT


def dates_of(schema: Schema) -> str:
    """A word of ``DayMonth``; empty where no date is written in such an order."""
    orders = [_order(column.pattern) for column in schema.columns if column.kind is Kind.DATE]
    return next((order for order in orders if order), "")


def as_said(source: Path, schema: Schema, options: Options) -> Schema:
    """The schema of a Parquet file of text with its numbers and dates read as ``options`` say.

    A column that could not be read so (1.234,50 has no decimal point) keeps its own way.
    """
    wanted = [(c, other) for c in schema.columns if (other := _other(c, options)) != c]
    if not wanted:
        return schema
    counts = ", ".join(
        f"count_if(({trimmed_sql(c.name)}) IS NOT NULL AND ({typed_sql(other)}) IS NULL),"
        f" count({trimmed_sql(c.name)})"
        for c, other in wanted
    )
    with engine(source.parent) as connection:
        row = connection.execute(
            f"SELECT {counts} FROM read_parquet({literal(str(source))})"  # noqa: S608
        ).fetchone()
    found = list(row or ())
    for (_, other), unread, filled in zip(wanted, found[::2], found[1::2], strict=True):
        if unread <= UNREAD_AT_MOST * filled:
            schema = schema.changed(other)
    return schema


def said(options: Options) -> tuple[str, ...]:
    """The names of the options in which a person said something."""
    return tuple(
        field.name for field in fields(options) if getattr(options, field.name) != field.default
    )


def understood(provenance: Provenance) -> Options:
    """All that was understood, found or chosen, as options that would read the file the same."""
    return Options(
        encoding=provenance.encoding,
        separator=provenance.separator,
        sheet=provenance.sheet,
        header_row=provenance.header_row,
        skipped=None if provenance.header_row else provenance.skipped,
        decimals=provenance.decimals,
        dates=provenance.dates,
    )


def wished(provenance: Provenance, form: Options) -> Options:
    """What a person says who left or changed the fields of ``understood(provenance)``.

    What was found and not changed is found again, so that a changed encoding may show another
    separator; what was chosen before stays chosen.
    """
    before = understood(provenance)
    names = [
        field.name
        for field in fields(form)
        if getattr(form, field.name) != getattr(before, field.name)
        or field.name in provenance.chosen
    ]
    return replace(FOUND_OUT, **{name: getattr(form, name) for name in names})


def _other(column: Column, options: Options) -> Column:
    if column.kind is Kind.NUMBER and options.decimals:
        patterns = WITH_COMMA if options.decimals == Decimals.COMMA else WITH_POINT
        return replace(column, pattern=patterns.get(column.pattern, column.pattern))
    order = _order(column.pattern) if column.kind is Kind.DATE else ""
    if order and options.dates and order != options.dates:
        return replace(column, pattern=_swapped(column.pattern))
    return column


def _order(pattern: str) -> str:
    """Which of day and month stands first, where both are numbers and the year is not before."""
    day, month, year = (pattern.lower().find(mark) for mark in ("%d", "%m", "%y"))
    if "%m" not in pattern or min(day, month) < 0 or 0 <= year < min(day, month):
        return ""
    return DayMonth.DAY if day < month else DayMonth.MONTH


def _swapped(pattern: str) -> str:
    return pattern.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
