"""Finds the columns of a table that tell who somebody is, and proposes how to mask them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from core.data.engine import engine, identifier, literal
from core.data.hints import is_id, tokens
from core.data.privacy import content
from core.data.privacy.headers import Sort, is_vague, sort_of
from core.data.privacy.people import is_person
from core.data.privacy.redact import holds, names_people
from core.schema import Column, Kind, Mask, Role, Schema

CELLS_LOOKED_AT = 2_000
CELLS_TRIED = 300
SURE, MOST, HALF = 0.95, 0.8, 0.5
FEW_CELLS = 10  # fewer tell nothing without a header
NAMES_IN_TEXTS = 0.02
LONG = 20
PROPOSED = {
    Sort.CUSTOMER: Mask.PSEUDONYM,
    Sort.POSTCODE: Mask.PREFIX,
    Sort.IP: Mask.NETWORK,
    Sort.BIRTH: Mask.BAND,
    Sort.TEXT: Mask.REDACT,
}
# masks that make sense of each sort beside dropping, pseudonyms and leaving it as it is
FITTING: dict[Sort, tuple[Mask, ...]] = {
    Sort.EMAIL: (Mask.DOMAIN,),
    Sort.PHONE: (Mask.PREFIX,),
    Sort.POSTCODE: (Mask.PREFIX,),
    Sort.BIRTH: (Mask.BAND, Mask.MONTH),
    Sort.IP: (Mask.NETWORK,),
    Sort.TEXT: (Mask.REDACT,),
    Sort.ADDRESS: (Mask.REDACT,),
}
OWNERS = frozenset((
    "customer", "cust", "client", "user", "member", "person", "visitor", "household", "subscriber",
    "buyer", "account", "patient", "contact", "lead", "id", "uid", "uuid", "guid", "guest", "donor",
    "kunde", "kunden", "kundennummer", "kundennr", "cliente", "membre", "msisdn", "hhid",
    "passenger",
))  # fmt: skip
THINGS = frozenset((
    "product", "item", "sku", "article", "clothing", "store", "shop", "brand", "category",
    "campaign",
    "row", "index", "rownum", "rownames", "rowid", "unnamed", "column", "asin", "seller",
))  # fmt: skip
CONTENT: tuple[tuple[Sort, Callable[[str], bool], float], ...] = (
    (Sort.EMAIL, content.is_email, HALF),
    (Sort.IP, content.is_ip, SURE),
    (Sort.ACCOUNT, content.is_iban, MOST),
    (Sort.CARD, content.is_card, MOST),
)


@dataclass(frozen=True)
class Personal:
    """One column with personal data: what they are, and which share of its cells look like it.

    ``by_name`` says that the column's name promised it.
    """

    column: str
    sort: Sort
    share: float
    by_name: bool
    mask: Mask


def masked_schema(source: Path, schema: Schema) -> Schema:
    """The schema with masks proposed; what is masked is no feature until a person says so.

    Ids keep their role: their pseudonyms tell customers apart as well.
    """
    found = personal(source, schema)
    known = any(each.sort is Sort.CUSTOMER for each in found)
    for each in found:
        column = schema[each.column]
        # one name for a customer is enough: cards and accounts beside it are nobody's business
        mask = PROPOSED.get(each.sort, Mask.DROP) if known else each.mask
        kept = column.role in (Role.ID, Role.GROUP) and mask is Mask.PSEUDONYM
        role = column.role if kept else Role.IGNORED
        schema = schema.changed(replace(column, role=role, mask=mask))
    return schema


def personal(source: Path, schema: Schema) -> tuple[Personal, ...]:
    """The columns of a Parquet file of text that hold personal data, in its order.

    A name alone is not believed ("phone: yes"): the cells must at least be possible. Cells alone
    are believed where most of them check out. About CELLS_LOOKED_AT rows spread over the table
    are looked at, and every cell with an at sign.
    """
    with engine(source.parent) as connection:
        looked = _looked_at(source, schema, connection)
        found = [_personal(column, looked[column.name]) for column in schema.columns]
        hidden = _with_at_sign(source, schema, connection)
    named = {p.column: p for p in found if p is not None}
    for column in schema.columns:
        if column.name not in named and any(holds(cell) for cell in hidden.get(column.name, ())):
            named[column.name] = _as(column, Sort.TEXT, 0.0, False)
    return tuple(named[name] for name in schema.names if name in named)


def _personal(column: Column, cells: tuple[str, ...]) -> Personal | None:
    promised = sort_of(column.name)
    if column.kind is Kind.BOOLEAN or not cells:
        return None
    if promised is not None and (share := _possible(promised, column, cells)) is not None:
        return _as(column, promised, share, True)
    found = _by_content(column, cells)
    if found is not None:
        return found
    return _as(column, Sort.CUSTOMER, 1.0, True) if _is_customer(column) else None


def seen_in(column: Column, cells: tuple[str, ...]) -> bool:
    """Whether these cells, all that is known of a column, would be masked.

    A column of which all cells differ is an id only where its name says so too.
    """
    found = _personal(column, cells)
    if found is None or found.sort is not Sort.CUSTOMER:
        return found is not None
    return is_id(column.name)


def _as(column: Column, sort: Sort, share: float, by_name: bool) -> Personal:
    names_rows = column.role in (Role.ID, Role.GROUP)
    by_sort = PROPOSED.get(sort, Mask.DROP)
    return Personal(column.name, sort, share, by_name, Mask.PSEUDONYM if names_rows else by_sort)


def _is_customer(column: Column) -> bool:
    words = set(tokens(column.name))
    if column.role is Role.ID:
        return bool(words) and not words & THINGS
    return column.role is Role.GROUP and bool(words & OWNERS) and not words & THINGS


def _possible(sort: Sort, column: Column, cells: tuple[str, ...]) -> float | None:
    """The share of cells that may be what the name promises; None where it promises too much."""
    if sort is Sort.BIRTH:
        return 1.0 if column.kind is Kind.DATE else None
    if sort is Sort.NAME:
        return _possible_name(column, cells)
    test, least = {
        Sort.EMAIL: (content.is_email, 0.1),
        Sort.PHONE: (content.looks_like_phone, HALF),
        Sort.CARD: (lambda cell: 12 <= _digits(cell) <= 19, HALF),
        Sort.ACCOUNT: (lambda cell: _digits(cell) >= 6, HALF),
        Sort.NATIONAL_ID: (lambda cell: _digits(cell) >= 4 and len(cell) >= 6, HALF),
        Sort.POSTCODE: (content.is_postcode, MOST),
        Sort.IP: (content.is_ip, HALF),
        Sort.ADDRESS: (_may_be_address, HALF),
    }[sort]
    share = _share(test, cells)
    return share if share >= least else None


def _possible_name(column: Column, cells: tuple[str, ...]) -> float | None:
    """A family name is in no list: any words will do, if hardly any digits are among them."""
    share = _share(is_person, cells)
    if is_vague(column.name):
        return share if share >= 0.3 else None
    words = _share(lambda cell: not _digits(cell) and len(cell) <= 60, cells)
    return share if words >= MOST and (len(cells) > 2 or share) else None


def _may_be_address(cell: str) -> bool:
    return len(cell) >= 4 and any(letter.isalpha() for letter in cell)


def _digits(cell: str) -> int:
    return sum(letter.isdigit() for letter in cell)


def _by_content(column: Column, cells: tuple[str, ...]) -> Personal | None:
    if column.kind is Kind.DATE:
        return None
    tried = cells[:CELLS_TRIED]
    known = _known(column, tried) if len(tried) >= FEW_CELLS else None
    if known is not None or column.kind is Kind.NUMBER:
        return known
    return _free_text(column, cells)


def _known(column: Column, cells: tuple[str, ...]) -> Personal | None:
    """What most of at least FEW_CELLS different cells are."""
    for sort, test, least in CONTENT:
        if (share := _share(test, cells)) >= least:
            return _as(column, sort, share, False)
    if content.country_of_ids(cells, SURE):
        return _as(column, Sort.NATIONAL_ID, 1.0, False)
    least = HALF if len(cells) >= 2 * FEW_CELLS else MOST
    tests = [(Sort.NAME, _share(is_person, cells), least)]
    if column.kind is not Kind.NUMBER:
        tests.append((Sort.PHONE, _share_of_phones(cells), MOST))
        tests.append((Sort.ADDRESS, _share(content.is_address, cells), HALF))
    for sort, share, least in tests:
        if share >= least:
            return _as(column, sort, share, False)
    return None


def _share_of_phones(cells: tuple[str, ...]) -> float:
    if _share(content.looks_like_phone, cells) < MOST:
        return 0.0
    return _share(content.is_phone, cells[: CELLS_TRIED // 2])


def _free_text(column: Column, cells: tuple[str, ...]) -> Personal | None:
    """Longer texts of which even one holds a number or an e-mail, or some name people."""
    longer = [cell for cell in cells if len(cell) > LONG and " " in cell]
    share = _share(holds, longer)
    if not share and _share(names_people, longer) >= NAMES_IN_TEXTS and column.kind is Kind.TEXT:
        share = _share(names_people, longer)
    return _as(column, Sort.TEXT, share, False) if share else None


def _share(test: Callable[[str], bool], cells: Sequence[str]) -> float:
    return sum(map(test, cells)) / len(cells) if cells else 0.0


def _looked_at(
    source: Path, schema: Schema, connection: duckdb.DuckDBPyConnection
) -> dict[str, tuple[str, ...]]:
    """Different filled cells of each column, out of rows all over the table."""
    step = max(1, pq.read_metadata(source).num_rows // CELLS_LOOKED_AT)
    rows = connection.execute(
        f"SELECT {', '.join(map(identifier, schema.names))}"  # noqa: S608
        f" FROM read_parquet({literal(str(source))}, file_row_number = true)"
        f" WHERE file_row_number % {step} = 0 LIMIT {2 * CELLS_LOOKED_AT}"
    ).fetchall()
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema.names)
    return {
        name: tuple(dict.fromkeys(text for cell in cells if cell and (text := cell.strip())))
        for name, cells in zip(schema.names, columns, strict=True)
    }


def _with_at_sign(
    source: Path, schema: Schema, connection: duckdb.DuckDBPyConnection
) -> dict[str, tuple[str, ...]]:
    """Some cells with an at sign of each column that has any, wherever they stand."""
    texts = [c.name for c in schema.columns if c.kind in (Kind.TEXT, Kind.CATEGORY)]
    if not texts:
        return {}
    file = f"read_parquet({literal(str(source))})"
    counts = ", ".join(f"count_if(contains({identifier(name)}, '@'))" for name in texts)
    row = connection.execute(f"SELECT {counts} FROM {file}").fetchone()  # noqa: S608
    found = {}
    for name, count in zip(texts, row or (), strict=True):
        if count:
            cells = connection.execute(
                f"SELECT {identifier(name)} FROM {file}"  # noqa: S608
                f" WHERE contains({identifier(name)}, '@') LIMIT {CELLS_TRIED}"
            ).fetchall()
            found[name] = tuple(cell for (cell,) in cells)
    return found
