"""A rule as a person types it: "orders >= 3 and city is Berlin, Hamburg" becomes filters."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from core.errors import BadValue, NoRuleTyped, UnknownColumn
from core.explore.filters import Filter
from core.schema import Column, Kind, Schema

AND = re.compile(r"\s+and\s+(?=\S)", re.IGNORECASE)
HOW = r">=|<=|=|\bis\b|\bfrom\b"
CONDITION = re.compile(
    r"^(?P<left>.+?)\s*(>=|<=|=|\bis\b|\bfrom\b)\s*.+$", re.IGNORECASE | re.DOTALL
)
BETWEEN = re.compile(r"^(?P<low>.+?)\s+to\s+(?P<high>.+)$", re.IGNORECASE)
SIGNS = (">=", "<=", "=", "is", "from … to …")


def typed(text: str, schema: Schema) -> tuple[Filter, ...]:
    """The conditions of a typed rule, all of which must be met, one a column.

    ``column >= 3``, ``column <= 3``, ``column from 3 to 5``, ``column = value``, ``column is one,
    other``. Column names may hold anything; the longest that fits is meant. Raises NoRuleTyped for
    what is no condition, UnknownColumn, and BadValue for a bound that does not fit its column.
    """
    if not text.strip():
        raise NoRuleTyped(text, SIGNS)
    found: dict[str, Filter] = {}
    for part in _parts(text.strip(), schema):
        made = _condition(part, schema)
        known = found.get(made.column)
        found[made.column] = made if known is None else _both(known, made)
    return tuple(found.values())


def _parts(text: str, schema: Schema) -> list[str]:
    """The conditions; an "and" that lies in a column's name parts nothing."""
    parts: list[str] = []
    for piece in AND.split(text):
        whole = f"{parts[-1]} and {piece}" if parts else piece
        if parts and (CONDITION.match(parts[-1]) is None or _names(whole, parts[-1], schema)):
            parts[-1] = whole
        else:
            parts.append(piece)
    return parts


def _names(whole: str, before: str, schema: Schema) -> bool:
    """Whether a column's name begins the whole and ends after ``before``."""
    begins = (n for n in schema.names if whole.casefold().startswith(n.casefold()))
    return any(len(name) > len(before) for name in begins)


def _condition(part: str, schema: Schema) -> Filter:
    column = _column(part, schema)
    rest = part[len(column.name) :].strip()
    match = re.match(rf"({HOW})\s*(.+)$", rest, re.IGNORECASE | re.DOTALL)
    if match is None:
        raise NoRuleTyped(part, SIGNS)
    how, right = match[1].casefold(), match[2].strip()
    if how in ("=", "is") and column.kind in (Kind.CATEGORY, Kind.BOOLEAN, Kind.TEXT):
        return _levels(column, right)
    if how == "from":
        ends = BETWEEN.match(right)
        if ends is None:
            raise NoRuleTyped(part, SIGNS)
        return Filter(column.name, _bound(column, ends["low"]), _bound(column, ends["high"]))
    bound = _bound(column, right)
    low = bound if how in (">=", "=", "is") else None
    high = bound if how in ("<=", "=", "is") else None
    return Filter(column.name, low, high)


def _column(part: str, schema: Schema) -> Column:
    """The longest column whose name the condition begins with, in any case."""
    fits = [
        c
        for c in schema.columns
        if part.casefold().startswith(c.name.casefold())
        and not re.match(r"\w", part[len(c.name) : len(c.name) + 1])
    ]
    if not fits:
        match = CONDITION.match(part)
        if match is None:
            raise NoRuleTyped(part, SIGNS)
        raise UnknownColumn(match["left"].strip(), schema.names)
    return max(fits, key=lambda c: len(c.name))


def _levels(column: Column, right: str) -> Filter:
    """The levels named, or one that holds a comma itself."""
    known = {level.casefold(): level for level in column.levels}
    asked = [right] if right.casefold() in known else [each.strip() for each in right.split(",")]
    for each in asked:
        if each.casefold() not in known:
            raise BadValue(column.name, each, column.kind)
    return Filter(column.name, levels=tuple(dict.fromkeys(known[e.casefold()] for e in asked)))


def _bound(column: Column, text: str) -> float | str:
    words = text.strip().strip("\"'")
    if column.kind is Kind.DATE:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", words):
            raise BadValue(column.name, words, Kind.DATE)
        return words
    if column.kind is not Kind.NUMBER:
        raise BadValue(column.name, words, column.kind)
    try:
        found = float(words.replace(",", ""))
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise BadValue(column.name, words, Kind.NUMBER)
    return found


def _both(one: Filter, other: Filter) -> Filter:
    """Two conditions on one column, both to be met."""
    levels = one.levels if other.levels is None else other.levels
    if one.levels is not None and other.levels is not None:
        levels = tuple(level for level in one.levels if level in other.levels)
    lows = [each for each in (one.low, other.low) if each is not None]
    highs = [each for each in (one.high, other.high) if each is not None]
    return replace(
        one,
        low=max(lows) if lows else None,
        high=min(highs) if highs else None,
        levels=levels,
    )
