"""Conditions on columns as SQL over a typed table."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from core.data.engine import identifier, literal
from core.errors import BadValue
from core.explore.filters import Filter
from core.schema import Column, Kind, Schema


def where_sql(filters: tuple[Filter, ...], schema: Schema) -> str:
    """What rows meet every filter, as ``core.explore.filters.kept`` keeps them; "true" for all.

    Raises UnknownColumn, and BadValue where a bound does not fit the column.
    """
    return " AND ".join(_one(wanted, schema[wanted.column]) for wanted in filters) or "true"


def _one(wanted: Filter, column: Column) -> str:
    name, parts = identifier(column.name), []
    if wanted.levels is not None:
        listed = ", ".join(map(literal, wanted.levels))
        parts.append(f"{name} IN ({listed})" if listed else "false")
    if wanted.low is not None:
        parts.append(f"{name} >= {_bound(column, wanted.low, False)}")
    if wanted.high is not None:
        parts.append(f"{name} <= {_bound(column, wanted.high, True)}")
    there = " AND ".join([f"{name} IS NOT NULL", *parts])
    return f"({name} IS NULL OR ({there}))" if wanted.missing else f"({there})"


def _bound(column: Column, bound: float | str, high: bool) -> str:
    if column.kind not in (Kind.NUMBER, Kind.DATE):
        raise BadValue(column.name, str(bound), Kind.CATEGORY)
    try:
        if column.kind is Kind.NUMBER:
            return f"{float(bound)!r}::DOUBLE"
        moment = datetime.fromisoformat(str(bound))
    except ValueError as error:
        raise BadValue(column.name, str(bound), column.kind) from error
    if high and len(str(bound)) <= len(date.min.isoformat()):  # a bare day means all of it
        moment += timedelta(days=1, microseconds=-1)
    return f"TIMESTAMP {literal(moment.isoformat(sep=' '))}"
