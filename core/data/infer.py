"""Guesses what the columns of a table mean, for a person to correct."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from core.data import dates, numbers
from core.data.engine import engine, literal
from core.data.hints import is_blank, is_code, is_id, is_postal, is_time, target_weight
from core.data.levels import are_points, bare, with_levels
from core.data.measure import LEVELS_AT_MOST, Measured, all_differ, measured
from core.data.table import SPELLINGS, WHOLE, trimmed_sql, typed_sql
from core.data.words import DISGUISES, MISSING, YES, is_spelled_yes_no, is_yes_no
from core.schema import Column, Kind, Role, Schema

BAD_CELLS_AT_MOST = 0.01
CODES_AT_MOST = 60
CLASSES_AT_MOST = 20
NEARLY_ALL_MISSING = 0.95
LONG_TEXT = 40
OWNERS_AT_LEAST = 10
UNIQUE_TEXTS_AT_LEAST = 20


def infer(source: Path) -> Schema:
    """The schema of a Parquet file in which every cell is text."""
    with engine(source.parent) as connection:
        return Schema(
            tuple(_column(source, connection, look) for look in measured(source, connection))
        )


def propose_target(schema: Schema) -> str | None:
    """The column that sounds most like a question's answer; None where nothing could be one."""
    usable = [c for c in schema.columns if c.role in (Role.FEATURE, Role.TARGET, Role.SENSITIVE)]
    if not usable:
        return None
    # of two that sound alike, a yes or no is asked for more often than anything else
    named = [
        (_answerability(c, schema), c.kind is Kind.BOOLEAN, -i, c) for i, c in enumerate(usable)
    ]
    best = max(named, key=lambda entry: entry[:3])
    if best[0] > 0:
        return best[3].name
    last, first = usable[-1], usable[0]
    flags = [c for c in usable if c.kind is Kind.BOOLEAN]
    groups = [c for c in usable if _is_class(c)]
    chosen = (
        last if _is_class(last)
        else first if _is_class(first)
        else flags[-1] if flags
        else groups[-1] if groups
        else next((c for c in reversed(usable) if c.kind is Kind.NUMBER), None)
    )  # fmt: skip
    return chosen.name if chosen else None


def propose_outcome(column: Column) -> str:
    """The level that a question is usually about: the yes, otherwise the rarest."""
    if not column.levels:
        return ""
    if is_yes_no(frozenset(level.lower() for level in column.levels)):
        return next(level for level in column.levels if level.lower() in YES)
    return column.levels[-1]


def _answerability(column: Column, schema: Schema) -> float:
    """How likely a column is the target by its name, its kind and its place."""
    weight = target_weight(column.name)
    if not weight:
        return 0
    fit = 20 if column.kind is Kind.BOOLEAN else 15 if _is_class(column) else -80
    at_end = 10 if column.name == schema.names[-1] else 5 if column.name == schema.names[0] else 0
    return weight + fit + at_end


def _is_class(column: Column) -> bool:
    return (
        column.kind in (Kind.BOOLEAN, Kind.CATEGORY) and 2 <= len(column.levels) <= CLASSES_AT_MOST
    )


def _column(source: Path, connection: duckdb.DuckDBPyConnection, look: Measured) -> Column:
    kind, pattern = _kind(source, connection, look)
    column = Column(look.name, kind, pattern=pattern)
    role = _role(source, connection, look, column)
    if role in (Role.ID, Role.GROUP):
        # a name must not become a number: leading zeros and the digits beyond 2^53 would go
        kind = Kind.TEXT if role is Role.ID else Kind.CATEGORY
        pattern = WHOLE if are_points(_likely(look)) else ""
        column = replace(column, kind=kind, pattern=pattern)
    if kind is Kind.DATE:
        column = replace(column, missing=tuple(v for v in look.sample if dates.NO_DAY.fullmatch(v)))
    return replace(with_levels(column, look.levels), role=role)


def _kind(source: Path, connection: duckdb.DuckDBPyConnection, look: Measured) -> tuple[Kind, str]:
    likely = _likely(look)
    if not likely:
        return (Kind.CATEGORY if look.levels else Kind.TEXT), ""
    if look.levels and (pattern := _answers(look)) is not None:
        return Kind.BOOLEAN, pattern
    whole = WHOLE if are_points(likely) else ""
    if _are_codes(look, tuple(bare(value) for value in likely) if whole else likely):
        return Kind.CATEGORY, whole
    if (pattern := _date(source, connection, look, likely)) is not None:
        return Kind.DATE, pattern
    if (pattern := _number(source, connection, look, likely)) is not None:
        return Kind.NUMBER, pattern
    return (Kind.TEXT if _is_free_text(look) else Kind.CATEGORY), ""


def _answers(look: Measured) -> str | None:
    """The pattern of a column of yes and no; None where it is none."""
    folded = frozenset(value.lower() for value in look.sample) - DISGUISES
    if is_yes_no(folded):
        return ""
    return SPELLINGS if is_spelled_yes_no(folded) else None


def _likely(look: Measured) -> tuple[str, ...]:
    """The sample without words for a missing cell, and without days that never come."""
    return tuple(
        value
        for value in look.sample
        if value.lower() not in MISSING and not dates.NO_DAY.fullmatch(value)
    )


def _are_codes(look: Measured, likely: tuple[str, ...]) -> bool:
    """Whether whole numbers are names of groups rather than amounts."""
    if not all(value.removeprefix("-").isdecimal() for value in likely):
        return False
    if any(value[0] == "0" and len(value) > 1 for value in likely):
        return not is_id(look.name)
    if is_postal(look.name):
        return look.distinct < look.filled
    if len(likely) == 2 and look.levels:
        return all(abs(int(value)) <= 2 for value in likely)
    return bool(look.levels) and len(likely) <= CODES_AT_MOST and is_code(look.name)


def _date(
    source: Path, connection: duckdb.DuckDBPyConnection, look: Measured, likely: tuple[str, ...]
) -> str | None:
    pattern = dates.counted_pattern(likely) if is_time(look.name) else None
    pattern = pattern or dates.pattern_of(likely, connection)
    if pattern is None:
        return None
    bad = _bad_cells(source, connection, look, Column(look.name, Kind.DATE, pattern=pattern))
    return pattern if bad <= BAD_CELLS_AT_MOST * look.filled else None


def _number(
    source: Path, connection: duckdb.DuckDBPyConnection, look: Measured, likely: tuple[str, ...]
) -> str | None:
    pattern = numbers.pattern_of(likely)
    if pattern is not None and look.levels and numbers.all_finite(likely, pattern):
        return pattern  # every cell of the column was looked at
    if pattern is None:
        pattern = numbers.pattern_of_most(likely, 1 - 2 * BAD_CELLS_AT_MOST)
    if pattern is None:
        return None
    bad = _bad_cells(source, connection, look, Column(look.name, Kind.NUMBER, pattern=pattern))
    return pattern if bad <= BAD_CELLS_AT_MOST * look.filled else None


def _bad_cells(
    source: Path, connection: duckdb.DuckDBPyConnection, look: Measured, column: Column
) -> int:
    """Filled cells that are neither of the kind nor a word for missing."""
    given: list[object] = []
    if look.levels:
        column = replace(column, name="v")
        table, counted = "(SELECT unnest(?) AS v, unnest(?) AS n)", "sum(n)"
        given = [list(column) for column in zip(*look.levels, strict=True)]
    else:
        table, counted = f"read_parquet({literal(str(source))})", "count(*)"
    total = f"SELECT {counted} FROM {table} WHERE ({typed_sql(column)}) IS NULL"  # noqa: S608
    if not connection.execute(total, given).fetchall()[0][0]:
        return 0
    words = ", ".join(literal(word) for word in sorted(MISSING))
    text = trimmed_sql(column.name)
    others = f"{total} AND lower({text}) NOT IN ({words})"
    if column.kind is Kind.DATE:
        others += f" AND NOT regexp_full_match({text}, {literal(dates.NO_DAY.pattern)})"
    return int(connection.execute(others, given).fetchall()[0][0] or 0)


def _is_free_text(look: Measured) -> bool:
    many = look.distinct > 50
    return (
        (many and look.mean_length > LONG_TEXT)
        or (many and look.distinct > 0.5 * look.filled)
        or (look.distinct > LEVELS_AT_MOST and look.distinct > 0.2 * look.filled)
    )


def _role(
    source: Path, connection: duckdb.DuckDBPyConnection, look: Measured, column: Column
) -> Role:
    if look.distinct <= 1 or look.filled < (1 - NEARLY_ALL_MISSING) * look.rows:
        return Role.IGNORED
    if column.kind is Kind.DATE:
        # the order of day and month is asked, not guessed: until then nothing relies on it
        return Role.IGNORED if is_turnable(source, connection, column) else Role.TIME
    named = is_id(look.name)
    if _could_be_key(look, column.kind) and all_differ(source, connection, look):
        if named or column.kind is not Kind.NUMBER or _rises(source, connection, look):
            return Role.ID
        return Role.FEATURE
    owned = named and column.kind is not Kind.BOOLEAN and _has_owners(look)
    if owned or _numbers_owners(look, column.kind):
        return Role.GROUP
    return Role.IGNORED if column.kind is Kind.TEXT else Role.FEATURE


def is_turnable(source: Path, connection: duckdb.DuckDBPyConnection, column: Column) -> bool:
    """Whether all dates of a column make sense with day and month either way round."""
    counted = dates.turned_cells(trimmed_sql(column.name), column.pattern)
    if counted is None:
        return False
    file = literal(str(source))
    row = connection.execute(f"SELECT {counted} FROM read_parquet({file})").fetchone()  # noqa: S608
    return row is not None and row[0] == row[1] and row[2] > 0


def _has_owners(look: Measured) -> bool:
    """Whether an id that repeats names who the rows belong to, and not one of a few kinds."""
    few = look.distinct <= CODES_AT_MOST and is_code(look.name)
    return look.distinct >= OWNERS_AT_LEAST and not few


def _numbers_owners(look: Measured, kind: Kind) -> bool:
    """Whether a column without a name holds thousands of numbers such as 00042, again and again."""
    codes = kind is Kind.CATEGORY and not look.levels and is_blank(look.name, look.place)
    return codes and all(value.isdecimal() for value in _likely(look))


def _could_be_key(look: Measured, kind: Kind) -> bool:
    """Whether the column would name its rows, if all its cells differed."""
    if is_id(look.name):
        return True
    if kind is Kind.NUMBER:
        return look.place == 0 or is_blank(look.name, look.place)
    words = sum(" " in value for value in look.sample) / max(1, len(look.sample))
    short = look.longest <= LONG_TEXT and words < 0.5
    return look.filled >= UNIQUE_TEXTS_AT_LEAST and short


def _rises(source: Path, connection: duckdb.DuckDBPyConnection, look: Measured) -> bool:
    """Whether the cells count the rows: by ones, or always upwards under a blank name."""
    value = typed_sql(Column(look.name, Kind.NUMBER))
    row = connection.execute(
        "SELECT min(v - above), max(v - above), count(v) FROM (SELECT v, lag(v) OVER"  # noqa: S608
        f" (ORDER BY place) AS above FROM (SELECT {value} AS v, file_row_number AS place"
        f" FROM read_parquet({literal(str(source))}, file_row_number = true)))"
    ).fetchone()
    if row is None or row[0] is None or row[2] < look.rows:
        return False
    return row[0] == row[1] == 1 or (row[0] > 0 and is_blank(look.name, look.place))
