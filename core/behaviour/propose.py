"""Guesses what the tables of a shop are and which columns mean what, for a person to correct."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import duckdb

from core.behaviour.columns import SURE, Columns, columns_of, differs, tells_days_only
from core.behaviour.headers import nameless, sounds_like, summaries, traits
from core.behaviour.matched import match
from core.behaviour.meaning import Meaning, Part, Use
from core.data.dataset import Dataset
from core.data.engine import engine
from core.schema import Kind, Role

M = Meaning
SOLD = (M.AMOUNT, M.PRICE, M.QUANTITY, M.DISCOUNT)
CARRIES: dict[Part, tuple[Meaning, ...]] = {
    Part.EVENTS: (
        M.CUSTOMER, M.PERSON, M.TIME, M.CLOCK, M.KIND, *SOLD, M.PRODUCT, M.CATEGORY, M.CHANNEL,
        M.ORDER, M.SESSION, M.RATING, M.TEXT, M.STATUS, M.CAMPAIGN,
    ),
    Part.ORDERS: (
        M.CUSTOMER, M.ORDER, M.TIME, M.CLOCK, M.DUE, M.ARRIVED, *SOLD, M.PRODUCT, M.CATEGORY,
        M.CHANNEL, M.SESSION, M.STATUS, M.CAMPAIGN,
    ),
    Part.LINES: (M.ORDER, M.PRODUCT, M.CATEGORY, *SOLD, M.RETURNED),
    Part.CUSTOMERS: (M.CUSTOMER, M.PERSON, M.TIME),
    Part.PRODUCTS: (M.PRODUCT, M.CATEGORY, M.PRICE, M.SHOWN),
    Part.REVIEWS: (M.CUSTOMER, M.ORDER, M.PRODUCT, M.CATEGORY, M.TIME, M.RATING, M.TEXT),
    Part.CAMPAIGNS: (M.CUSTOMER, M.TIME, M.CLOCK, M.CAMPAIGN, M.CHANNEL),
    Part.LOOKUP: (M.CATEGORY, M.SHOWN),
    Part.OTHER: (),
}  # fmt: skip
PARENTS = {Part.CUSTOMERS: M.CUSTOMER, Part.ORDERS: M.ORDER, Part.PRODUCTS: M.PRODUCT}
HAPPENINGS = (Part.EVENTS, Part.ORDERS)
ROWS_LOOKED_AT = 20_000
Engine = duckdb.DuckDBPyConnection
SHARE, IDS_AT_LEAST = 0.6, 5
SUMS_AT_LEAST = 3
LOOKUP_COLUMNS_AT_MOST = 4


def propose(datasets: Sequence[Dataset]) -> tuple[Use, ...]:
    """A use for each table, in their order."""
    with engine() as connection:
        found = [columns_of(dataset, connection) for dataset in datasets]
        parts = [_part(columns, connection) for columns in found]
        found = [
            _matched(connection, columns, part, list(zip(found, parts, strict=True)))
            for columns, part in zip(found, parts, strict=True)
        ]
        parts = _together(found, [_part(columns, connection) for columns in found])
        uses = [_use(columns, part) for columns, part in zip(found, parts, strict=True)]
        return tuple(_lookup(connection, use, uses, datasets) for use in uses)


def _part(columns: Columns, connection: Engine) -> Part:
    """What one row of the table is, as far as it tells by itself: the first rule that holds."""
    return next(part for part, holds in RULES if holds(columns, connection))


def _is_order(columns: Columns, connection: Engine) -> bool:
    return M.CUSTOMER in columns and columns.unique(M.ORDER, connection)


def _is_line(columns: Columns, _: Engine) -> bool:
    alone = not (M.CUSTOMER in columns and M.TIME in columns)
    return alone and M.ORDER in columns and any(m in columns for m in (M.PRODUCT, *SOLD))


def _is_dated(columns: Columns, _: Engine) -> bool:
    """Whether rows say whose they are and when."""
    return M.TIME in columns and any(m in columns for m in (M.CUSTOMER, M.SESSION))


def _is_contact(columns: Columns, connection: Engine) -> bool:
    named = sounds_like(Part.CAMPAIGNS, columns.dataset.name)
    return named and M.PRODUCT not in columns and _is_dated(columns, connection)


def _is_kind(columns: Columns, connection: Engine) -> bool:
    return columns.sureness(M.KIND) > SURE and _is_dated(columns, connection)


def _is_customer(columns: Columns, connection: Engine) -> bool:
    return M.SESSION not in columns and columns.unique(M.CUSTOMER, connection)


def _is_review(columns: Columns, _: Engine) -> bool:
    named = sounds_like(Part.REVIEWS, columns.dataset.name)
    whose = any(m in columns for m in (M.CUSTOMER, M.ORDER, M.PRODUCT))
    return whose and columns.sureness(M.RATING) > SURE and (
        named or M.TEXT in columns or columns.sureness(M.RATING) >= 60
    )  # fmt: skip


RULES: tuple[tuple[Part, Callable[[Columns, Engine], bool]], ...] = (
    (Part.ORDERS, _is_order),
    (Part.REVIEWS, _is_review),
    (Part.LINES, _is_line),
    (Part.CAMPAIGNS, _is_contact),
    (Part.EVENTS, _is_kind),
    (Part.CUSTOMERS, _is_customer),
    (Part.EVENTS, _is_dated),
    (Part.PRODUCTS, lambda columns, connection: columns.unique(M.PRODUCT, connection)),
    (Part.CUSTOMERS, lambda columns, _: bool(_own_id(columns))),
    (Part.OTHER, lambda *_: True),
)


def _own_id(columns: Columns) -> str:
    """The column called "id" of a table of people."""
    schema = columns.dataset.schema
    named = [c.name for c in schema.with_role(Role.ID) if nameless(c.name)]
    people = traits(schema.names) or sounds_like(Part.CUSTOMERS, columns.dataset.name)
    return named[0] if named and people else ""


def _matched(
    connection: Engine,
    columns: Columns,
    part: Part,
    tables: list[tuple[Columns, Part]],
) -> Columns:
    """The columns, with those added whose ids are another table's, whatever they are called."""
    taken = {name for name, _ in columns.found.values()}
    free = [
        column.name
        for column in columns.dataset.schema.columns
        if column.name not in taken
        and (column.role in (Role.ID, Role.GROUP) or column.kind in (Kind.TEXT, Kind.CATEGORY))
    ]
    for parent, other in tables:
        meaning = PARENTS.get(other)
        if meaning is None or meaning in columns or parent is columns or part is other:
            continue
        key = parent.name(meaning) or _own_id(parent)
        for name in free:
            child = (columns.dataset, name)
            found = match(connection, child, (parent.dataset, key), ROWS_LOOKED_AT)
            if found.matched >= max(SHARE * found.rows, IDS_AT_LEAST):
                return _matched(connection, columns.adding(meaning, name), part, tables)
    return columns


def _together(found: list[Columns], parts: list[Part]) -> list[Part]:
    """What a table is beside the others: payments beside lines, sums of a past beside the past."""
    has_history = any(part in HAPPENINGS for part in parts)
    sold = any(p is Part.LINES and M.PRODUCT in c for c, p in zip(found, parts, strict=True))
    sold |= any(p is Part.ORDERS and M.AMOUNT in c for c, p in zip(found, parts, strict=True))
    people = [c for c, p in zip(found, parts, strict=True) if p is Part.CUSTOMERS]
    plain = [c for c in people if summaries(c.dataset.schema.names) < SUMS_AT_LEAST]

    def part_of(columns: Columns, part: Part) -> Part:
        if part is Part.LINES and sold and M.PRODUCT not in columns:
            return Part.OTHER
        if part is Part.CUSTOMERS and plain and has_history and columns not in plain:
            return Part.OTHER
        return part

    return [part_of(columns, part) for columns, part in zip(found, parts, strict=True)]


def _use(columns: Columns, part: Part) -> Use:
    kept = {m: columns.name(m) for m in CARRIES[part] if m in columns}
    if part is Part.CUSTOMERS and M.CUSTOMER not in kept:
        kept[M.CUSTOMER] = _own_id(columns)
    if part is Part.EVENTS and M.CUSTOMER not in kept and M.PERSON in kept:
        kept[M.CUSTOMER] = kept.pop(M.PERSON)
    if M.CLOCK in kept and not tells_days_only(columns.dataset, kept.get(M.TIME, kept[M.CLOCK])):
        del kept[M.CLOCK]
    if part is Part.CUSTOMERS and _is_dated_otherwise(columns):
        kept.pop(M.TIME, None)
    return Use(columns.dataset.id, columns.dataset.name, part, kept)


def _is_dated_otherwise(columns: Columns) -> bool:
    """Whether the date of a table of customers is hardly when each was known first."""
    return M.TIME in columns and columns.sureness(M.TIME) < SURE - 10


def _lookup(connection: Engine, use: Use, uses: list[Use], datasets: Sequence[Dataset]) -> Use:
    """A small table of words, one of whose columns is another table's categories."""
    by_id = {dataset.id: dataset for dataset in datasets}
    dataset = by_id[use.table]
    columns = dataset.schema.columns
    words = [c.name for c in columns if c.kind in (Kind.TEXT, Kind.CATEGORY)]
    if (
        use.part not in (Part.OTHER, Part.PRODUCTS)
        or not 2 <= len(columns) <= LOOKUP_COLUMNS_AT_MOST
    ):
        return use
    for other in uses:
        category = other.column(M.CATEGORY)
        if other.table == use.table or not category:
            continue
        for name in words:
            found = match(
                connection, (by_id[other.table], category), (dataset, name), ROWS_LOOKED_AT
            )
            rest = [word for word in words if word != name]
            fits = found.matched >= max(SHARE * found.rows, 1) and differs(
                dataset, name, connection
            )
            if fits and rest:
                return replace(use, part=Part.LOOKUP, columns={M.CATEGORY: name, M.SHOWN: rest[0]})
    return use


def propose_as(dataset: Dataset, part: Part) -> Use:
    """A use of a table of which a person said what it is."""
    with engine() as connection:
        return _use(columns_of(dataset, connection), part)
