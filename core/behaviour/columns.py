"""Which columns of one table may mean what, by their names, kinds and cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from core.behaviour.headers import MARKED_NOUN, nameless, sounds
from core.behaviour.kind_words import is_buying
from core.behaviour.meaning import Meaning
from core.behaviour.times import clock_of
from core.data.dataset import Dataset
from core.data.hints import is_blank, is_id
from core.data.table import file_sql, trimmed_sql, typed_sql
from core.schema import Column, Kind, Role

IDS = (Meaning.CUSTOMER, Meaning.PERSON, Meaning.ORDER, Meaning.SESSION, Meaning.PRODUCT)
TIMES = (Meaning.TIME, Meaning.DUE, Meaning.ARRIVED)
NUMBERS = (Meaning.AMOUNT, Meaning.PRICE, Meaning.QUANTITY, Meaning.DISCOUNT)
WORDS = (
    Meaning.KIND, Meaning.CATEGORY, Meaning.CHANNEL, Meaning.STATUS, Meaning.CAMPAIGN,
    Meaning.TEXT, Meaning.SHOWN,
)  # fmt: skip
SURE, SURE_NUMBER = 40, 60
FEW_LEVELS, MANY_ROWS = 10, 100
WHOLE_AT_MOST = 1000  # of a quantity without a name
TIMED = ("%H", "%I", "unix", "excel")


@dataclass(frozen=True)
class Columns:
    """A table, its columns by meaning with how sure each is."""

    dataset: Dataset
    found: Mapping[Meaning, tuple[str, int]]

    def __contains__(self, meaning: object) -> bool:
        return meaning in self.found

    def name(self, meaning: Meaning) -> str:
        return self.found[meaning][0] if meaning in self.found else ""

    def sureness(self, meaning: Meaning) -> int:
        return self.found[meaning][1] if meaning in self.found else 0

    def unique(self, meaning: Meaning, connection: duckdb.DuckDBPyConnection) -> bool:
        """Whether each row has another value of that meaning."""
        return meaning in self and differs(self.dataset, self.name(meaning), connection)

    def adding(self, meaning: Meaning, name: str) -> Columns:
        return Columns(self.dataset, {**self.found, meaning: (name, SURE)})


def columns_of(dataset: Dataset, connection: duckdb.DuckDBPyConnection) -> Columns:
    """The best column for each meaning, and for each column its best meaning."""
    scored = sorted(
        (
            (score, -place, meaning, column.name)
            for place, column in enumerate(dataset.schema.columns)
            for meaning in Meaning
            if (score := _score(dataset, column, meaning, connection)) > 0
        ),
        key=lambda entry: entry[:2],
        reverse=True,
    )
    found: dict[Meaning, tuple[str, int]] = {}
    taken: set[str] = set()
    for score, _, meaning, name in scored:
        if meaning not in found and name not in taken:
            found[meaning] = (name, score)
            taken.add(name)
    return _completed(Columns(dataset, found), taken, connection)


def differs(dataset: Dataset, name: str, connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether all cells of a column differ."""
    column = dataset.schema[name]
    if column.role in (Role.ID, Role.GROUP):
        return column.role is Role.ID
    row = connection.execute(
        f"SELECT count(t), count(DISTINCT t) FROM (SELECT {trimmed_sql(name)} AS t"  # noqa: S608
        f" FROM {file_sql(dataset)})"
    ).fetchone()
    return row is not None and row[0] == row[1] > 0


def _score(
    dataset: Dataset, column: Column, meaning: Meaning, connection: duckdb.DuckDBPyConnection
) -> int:
    score = sounds(meaning, column.name)
    if not score:
        return 0
    if meaning is Meaning.KIND:
        score += 20 * any(is_buying(level) for level in column.levels)
    if meaning in IDS:
        return score * _may_be_id(dataset, column, score >= MARKED_NOUN)
    if meaning in TIMES:
        return score * (column.kind is Kind.DATE or _tells_times(dataset, column, connection))
    return score * _suits(meaning, column, score)


def _suits(meaning: Meaning, column: Column, score: int) -> bool:
    """Whether the kind of a column's cells fits a meaning that is no id and no time."""
    kind = column.kind
    if meaning in NUMBERS:
        return kind is Kind.NUMBER
    if meaning is Meaning.RATING:
        return kind is Kind.NUMBER or (kind is Kind.CATEGORY and len(column.levels) < FEW_LEVELS)
    if meaning is Meaning.RETURNED:
        return kind in (Kind.DATE, Kind.BOOLEAN)
    if meaning is Meaning.CLOCK:
        return score >= SURE_NUMBER if kind is Kind.NUMBER else kind in (Kind.TEXT, Kind.CATEGORY)
    return meaning in WORDS and kind in (Kind.CATEGORY, Kind.TEXT, Kind.BOOLEAN)


def _may_be_id(dataset: Dataset, column: Column, is_marked: bool) -> bool:
    if column.role in (Role.ID, Role.GROUP):
        return column.kind is not Kind.DATE
    if column.kind in (Kind.DATE, Kind.BOOLEAN):
        return is_id(column.name)
    few = 0 < len(column.levels) < FEW_LEVELS and dataset.rows > MANY_ROWS
    named = is_marked or is_id(column.name)
    return named or (column.kind is not Kind.NUMBER and not few)


def _tells_times(dataset: Dataset, column: Column, connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a column of no date kind tells times all the same: written in several ways."""
    if column.kind not in (Kind.TEXT, Kind.CATEGORY):
        return False
    clock = clock_of(dataset, column.name, connection)
    if not clock.patterns:
        return False
    row = connection.execute(
        f"SELECT count(t), count({clock.sql('t', 'UTC')}) FROM"  # noqa: S608
        f" (SELECT {trimmed_sql(column.name)} AS t FROM {file_sql(dataset)} LIMIT 100000)"
    ).fetchone()
    return row is not None and row[1] > 0.5 * row[0]


def _completed(columns: Columns, taken: set[str], connection: duckdb.DuckDBPyConnection) -> Columns:
    """What names do not say: a lone date, a lone id, and columns of a file without a header."""
    schema = columns.dataset.schema
    free = [column for column in schema.columns if column.name not in taken]
    dates = [column for column in free if column.kind is Kind.DATE and column.role is Role.TIME]
    blank = [c for p, c in enumerate(schema.columns) if c in free and is_blank(c.name, p)]
    if Meaning.TIME not in columns and len(dates) == 1 and dates[0] in blank:
        columns = columns.adding(Meaning.TIME, dates[0].name)
    named = any(meaning in columns for meaning in IDS)
    groups = [c for c in free if c.role is Role.GROUP and (c in blank or nameless(c.name))]
    if not named and groups:
        columns = columns.adding(Meaning.CUSTOMER, groups[0].name)
    for column in blank:
        if column.kind is Kind.NUMBER and Meaning.TIME in columns:
            counts = _is_count(columns.dataset, column, connection)
            meaning = Meaning.QUANTITY if counts else Meaning.AMOUNT
            columns = columns if meaning in columns else columns.adding(meaning, column.name)
    return columns


def _is_count(dataset: Dataset, column: Column, connection: duckdb.DuckDBPyConnection) -> bool:
    value = typed_sql(column)
    row = connection.execute(
        "SELECT bool_and(v = floor(v)), max(abs(v))"  # noqa: S608
        f" FROM (SELECT {value} AS v FROM {file_sql(dataset)})"
    ).fetchone()
    return row is not None and bool(row[0]) and row[1] <= WHOLE_AT_MOST


def tells_days_only(dataset: Dataset, name: str) -> bool:
    """Whether a date column tells no time of day."""
    pattern = dataset.schema[name].pattern
    return bool(pattern) and not any(mark in pattern for mark in TIMED)
