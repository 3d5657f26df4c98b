"""What a table does not tell of its columns and a person does: asked, not guessed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from core.data import dates, numbers
from core.data.correct import Edit, counted_levels
from core.data.dataset import Dataset
from core.data.engine import engine, identifier, literal
from core.data.infer import is_turnable
from core.data.sentinels import sentinels
from core.data.table import trimmed_sql
from core.data.words import MISSING
from core.schema import Column, Kind, Role

# words that are often an answer: no children, none of these
ANSWERS = frozenset(("none", "nil", "nd", "无", "없음", "なし"))
CODE_LETTERS = 2


class Code(StrEnum):
    """What is in doubt."""

    DATE_ORDER = "date_order"
    DECIMAL = "decimal"
    SENTINEL = "sentinel"
    WORD = "word"


@dataclass(frozen=True)
class Reading:
    """One way to understand it: what ``meant`` says of the example (an ISO date, a number as
    text, or empty), and the edits that follow, by column."""

    meant: str
    edits: dict[str, Edit]


@dataclass(frozen=True)
class Doubt:
    """A question about ``columns``: ``count`` cells like ``example``, with two readings.

    The first reading is the one in force. ``low`` and ``high`` are the other cells' bounds, of a
    SENTINEL alone.
    """

    code: Code
    columns: tuple[str, ...]
    count: int
    example: str
    readings: tuple[Reading, Reading]
    low: str = ""
    high: str = ""

    @property
    def key(self) -> str:
        """What an answer is remembered by."""
        return "/".join(
            (self.code, self.example.lower() if self.is_of_words else "", *self.columns)
        )

    @property
    def is_of_words(self) -> bool:
        return self.code in (Code.SENTINEL, Code.WORD)


def doubts(dataset: Dataset, answered: Collection[str] = ()) -> tuple[Doubt, ...]:
    """What is to be asked about a table, the gravest first, without what was answered."""
    found = (*_dates(dataset), *_decimals(dataset), *_sentinels(dataset), *_words(dataset))
    return tuple(doubt for doubt in found if doubt.key not in answered)


def _dates(dataset: Dataset) -> Iterator[Doubt]:
    asked = [c for c in dataset.schema.columns if c.kind is Kind.DATE and dates.turned(c.pattern)]
    if not asked:
        return
    with engine(dataset.folder) as connection:
        for column in asked:
            if not is_turnable(dataset.source, connection, column):
                continue
            text, other = trimmed_sql(column.name), dates.turned(column.pattern) or ""
            one, two = dates.date_sql("t", column.pattern), dates.date_sql("t", other)
            row = connection.execute(
                f"SELECT t, {one}, {two}, count(*) OVER () FROM (SELECT {text} AS t FROM"  # noqa: S608
                f" read_parquet({literal(str(dataset.source))})) WHERE {one} <> {two}"
                " ORDER BY t LIMIT 1"
            ).fetchone()
            if row is not None:
                role = Role.TIME if column.role is Role.IGNORED else column.role
                readings = (
                    _reading(column, str(row[1])[:10], column.pattern, role),
                    _reading(column, str(row[2])[:10], other, role),
                )
                yield Doubt(Code.DATE_ORDER, (column.name,), row[3], row[0], readings)


def _decimals(dataset: Dataset) -> Iterator[Doubt]:
    for column in dataset.schema.columns:
        if column.kind is not Kind.NUMBER or column.role is Role.IGNORED:
            continue
        if column.pattern.removeprefix("money").strip() not in ("", "comma", "thousands"):
            continue
        if not column.pattern:
            continue
        levels = counted_levels(dataset, column.name)
        texts = [text for text, _ in levels if text.lower() not in MISSING]
        both = numbers.other_reading(texts)
        if both is not None:
            other = both[1] if column.pattern == both[0] else both[0]
            one, two = (
                _reading(column, f"{numbers.number_of(texts[0], p):.15g}", p, column.role)
                for p in (column.pattern, other)
            )
            count = sum(cells for _, cells in levels)
            yield Doubt(Code.DECIMAL, (column.name,), count, texts[0], (one, two))


def _reading(column: Column, meant: str, pattern: str, role: Role) -> Reading:
    return Reading(meant, {column.name: Edit(pattern=pattern, role=str(role))})


def _sentinels(dataset: Dataset) -> Iterator[Doubt]:
    for found in sentinels(dataset):
        known = dataset.schema[found.column].missing
        edits = {found.column: Edit(missing=(*known, *found.texts))}
        yield Doubt(
            Code.SENTINEL,
            (found.column,),
            found.count,
            found.texts[0],
            (Reading("", {}), Reading("", edits)),
            found.low,
            found.high,
        )


def _words(dataset: Dataset) -> Iterator[Doubt]:
    """One question a word, for all columns in which it is a level of its own."""
    places: dict[str, list[Column]] = {}
    for column in dataset.schema.columns:
        if column.kind is not Kind.CATEGORY or column.role in (Role.IGNORED, Role.GROUP):
            continue
        for level in column.levels:
            if level.lower() in MISSING - ANSWERS and not _is_code(level, column):
                places.setdefault(level, []).append(column)
    for (word, columns), cells in zip(places.items(), _cells(dataset, places), strict=True):
        edits = {column.name: Edit(missing=(*column.missing, word)) for column in columns}
        names = tuple(column.name for column in columns)
        yield Doubt(Code.WORD, names, cells, word, (Reading("", {}), Reading("", edits)))


def _cells(dataset: Dataset, places: dict[str, list[Column]]) -> list[int]:
    """How many cells say each word in its columns."""
    if not places:
        return []
    parts = ", ".join(
        " + ".join(f"count_if(trim({identifier(c.name)}) = {literal(word)})" for c in columns)
        for word, columns in places.items()
    )
    sql = f"SELECT {parts} FROM read_parquet({literal(str(dataset.source))})"  # noqa: S608
    with engine(dataset.folder) as connection:
        return list(connection.execute(sql).fetchone() or ())


def _is_code(level: str, column: Column) -> bool:
    """NA is Namibia among the codes of countries."""
    if not level.isalpha() or len(level) != CODE_LETTERS:
        return False
    alike = sum(len(each) == CODE_LETTERS and each.isalpha() for each in column.levels)
    return alike > len(column.levels) / 2
