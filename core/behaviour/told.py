"""What a recorded history holds, and what was done for it, in figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.behaviour.attributes import Attributes
from core.behaviour.cleaning import Way
from core.behaviour.found import KINDS_AT_MOST, Kept
from core.behaviour.logs import Log
from core.behaviour.meaning import Meaning, Part
from core.behaviour.moments import OWN
from core.behaviour.recorded import COLUMNS, CUSTOMERS, DAY, EVENTS, MOMENTS, Dealt, Story
from core.behaviour.views import Seen, name_of
from core.data.engine import literal
from core.data.table import file_sql, trimmed_sql
from core.data.words import YES

if TYPE_CHECKING:
    from core.behaviour.recording import Work

OWN_PREFIX = "own_"
# what should stand in one row only
KEYS = {
    Part.CUSTOMERS: Meaning.CUSTOMER,
    Part.ORDERS: Meaning.ORDER,
    Part.PRODUCTS: Meaning.PRODUCT,
    Part.LOOKUP: Meaning.CATEGORY,
}


def told(
    work: Work, stays: Kept, attributes: Attributes, logs: Sequence[Log], moments: bool
) -> Story:
    """The story of the files of a recording."""
    events = work.file(EVENTS)
    filled = ", ".join(f'count("{name}")' for name in COLUMNS)
    rows, first, last, bought, buyers, *counts = _row(
        work,
        'SELECT count(*), min("at"), max("at"), max("at") FILTER (buys),'  # noqa: S608
        f" count(DISTINCT customer) FILTER (buys), {filled} FROM {events}",
    )
    buying = _rows(work, f"SELECT DISTINCT kind FROM {events} WHERE buys ORDER BY kind")  # noqa: S608
    sorts, own = _of_moments(work) if moments else ((), ())
    return Story(
        rows=rows,
        customers=work.number(f"SELECT count(*) FROM {work.file(CUSTOMERS)}"),  # noqa: S608
        buyers=buyers,
        first=first or 0,
        last=last or 0,
        until=0 if bought is None else min(last, (bought // DAY + 1) * DAY - 1),
        kinds=_words(work, "kind"),
        buying=tuple(kind for (kind,) in buying),
        channels=_words(work, "channel"),
        categories=_words(work, "category"),
        products=_words(work, "product"),
        tells=tuple(name for name, count in zip(COLUMNS, counts, strict=True) if count),
        sorts=sorts,
        dates=attributes.dates,
        attributes=attributes.kinds,
        own=own,
        dealt=(*stays.dealt, *_of_tables(work, logs)),
    )


def _row(work: Work, sql: str) -> tuple[Any, ...]:
    return work.connection.execute(sql).fetchall()[0]


def _rows(work: Work, sql: str) -> list[tuple[Any, ...]]:
    return work.connection.execute(sql).fetchall()


def _words(work: Work, column: str) -> tuple[tuple[str, int], ...]:
    return tuple(
        (word, count)
        for word, count in _rows(
            work,
            f"SELECT {column}, count(*) FROM {work.file(EVENTS)} WHERE {column} IS NOT NULL"  # noqa: S608
            f" GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {KINDS_AT_MOST}",
        )
    )


def _of_moments(work: Work) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The sorts of moments, and their own columns that hold anything, with their kind."""
    file = work.file(MOMENTS)
    sorts = _rows(work, f"SELECT DISTINCT sort FROM {file} ORDER BY sort")  # noqa: S608
    counts = _row(work, f"SELECT {', '.join(f'count({name})' for name in OWN)} FROM {file}")  # noqa: S608
    own = tuple(
        (name.removeprefix(OWN_PREFIX), kind.value)
        for (name, (_, kind)), count in zip(OWN.items(), counts, strict=True)
        if count
    )
    return tuple(sort for (sort,) in sorts), own


def _of_tables(work: Work, logs: Sequence[Log]) -> list[Dealt]:
    """What was found between tables, and how they were read."""
    dealt: list[Dealt] = []
    rows = work.number(f"SELECT count(*) FROM {work.file(EVENTS)}")  # noqa: S608
    for log in logs:
        if log.by_visit and log.table.tells(Meaning.CUSTOMER):
            named = "SELECT count(*), min(customer) FROM {} WHERE starts_with(customer, 'visit ')"
            count, example = _row(work, named.format(work.file(EVENTS)))
            dealt.append(Dealt("visitors", count, rows, Way.BY_VISIT, example or ""))
        if log.orders_tell:
            words = ", ".join(map(literal, log.buying))
            count = work.number(
                f"SELECT count(*) FROM {work.file(EVENTS)} WHERE NOT buys AND kind IN ({words})"  # noqa: S608
            )
            dealt.append(Dealt("told_by_orders", count, rows, Way.KEPT, log.buying[0]))
    for table in work.tables:
        for meaning, clock in table.clocks.items():
            column, total = table.use.column(meaning), table.dataset.rows
            if clock.turnable:
                dealt.append(
                    Dealt("turnable", total, total, Way.KEPT, f"{column}: {clock.patterns[0]}")
                )
            if len(clock.patterns) > 1:
                dealt.append(
                    Dealt("several_formats", len(clock.patterns), total, Way.CONVERTED, column)
                )
        dealt += _of_table(work, table)
    return dealt + _of_customers(work)


def _of_table(work: Work, table: Seen) -> list[Dealt]:
    """Ids that repeat where they should not, and lines that came back nobody knows when."""
    dealt = []
    key = KEYS.get(table.part)
    if key is not None and table.tells(key):
        name = name_of(key)
        count = work.number(f"SELECT count({name}) - count(DISTINCT {name}) FROM {table.name}")  # noqa: S608
        if count:
            dealt.append(Dealt("twice_known", count, table.dataset.rows, Way.FIRST, table.use.name))
    if table.tells(Meaning.RETURNED) and Meaning.RETURNED not in table.clocks:
        count, example = _row(
            work,
            f"SELECT count(*), min(order_id) FROM {table.name} JOIN (SELECT file_row_number AS row,"  # noqa: S608
            f" lower({trimmed_sql(table.use.column(Meaning.RETURNED))}) AS word"
            f" FROM {file_sql(table.dataset)}) USING (row)"
            f" WHERE word IN ({', '.join(map(literal, sorted(YES)))})",
        )
        if count:
            dealt.append(Dealt("undated", count, table.dataset.rows, Way.KEPT, example or ""))
    return dealt


def _of_customers(work: Work) -> list[Dealt]:
    """Customers without events and events of customers that no table knows."""
    names = [f"attributes_{t.place}" for t in work.tables if t.part is Part.CUSTOMERS]
    dealt = []
    if work.choices.zone != "UTC":
        dealt.append(Dealt("zone", 0, 0, Way.CONVERTED, work.choices.zone))
    if not names:
        return dealt
    known = " UNION ".join(f"SELECT customer FROM {name}" for name in names)  # noqa: S608
    active = f"SELECT DISTINCT customer FROM {work.file(EVENTS)}"  # noqa: S608
    for code, one, other in (("idle", known, active), ("strangers", active, known)):
        count, example = _row(
            work,
            f"SELECT count(*), min(customer) FROM ({one}) WHERE customer NOT IN ({other})",  # noqa: S608
        )
        if count:
            of = work.number(f"SELECT count(*) FROM ({one})")  # noqa: S608
            dealt.append(Dealt(code, count, of, Way.KEPT, example))
    return dealt
