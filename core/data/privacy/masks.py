"""Masks: what is left of a cell, and of a table, once its personal data are hidden."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.data.infer import CODES_AT_MOST
from core.data.measure import LEVELS_AT_MOST
from core.data.privacy.pseudonym import Pseudonyms
from core.data.privacy.redact import redacted
from core.progress import Report
from core.schema import Column, Kind, Mask, Role, Schema

ROWS_AT_ONCE = 65_536
CELLS_REMEMBERED = 200_000
POSTCODE_KEPT = 2
BAND = 10
OLDEST = 110
PART = "-"
ORDERED_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%Y%m%d", "%d.%m.%y")
BAND_CELL = re.compile(r"\d{1,3}-\d{1,3}")
Cell = Callable[[str], str | None]


def cell_of(column: Column, pseudonyms: Pseudonyms, on: date) -> Cell:
    """The function that masks one filled cell of the column; ages are those on the day ``on``.

    A generalised cell is left as it is, so masking twice is masking once; a pseudonym is not. A
    cell that cannot be read as what the mask expects becomes None.
    """
    mask = column.mask
    if mask is Mask.PSEUDONYM:
        nobody = {text.lower() for text in column.missing}  # "NA" is no customer of many rows
        return lambda text: None if text.lower() in nobody else pseudonyms.of(text)
    if mask in (Mask.BAND, Mask.MONTH):
        return lambda text: _dated(text, column, on)
    return {
        Mask.NONE: lambda text: text,
        Mask.DROP: lambda text: None,
        Mask.PREFIX: prefix,
        Mask.DOMAIN: domain,
        Mask.NETWORK: network,
        Mask.REDACT: redacted,
    }[mask]


def prefix(text: str) -> str | None:
    """The first two letters or digits: of a postcode the region it lies in."""
    plain = re.sub(r"[^\w+]", "", text)
    return plain[:POSTCODE_KEPT].upper()[:POSTCODE_KEPT] + "*" if plain else None


def domain(text: str) -> str | None:
    """What stands behind the at sign."""
    _, at, after = text.rpartition("@")
    return f"@{after.strip().lower()}" if at and after.strip() else None


def network(text: str) -> str | None:
    """The network of an address: 256 machines of version 4, a site (/48) of version 6."""
    try:
        address = ipaddress.ip_address(text.partition("/")[0])
    except ValueError:
        return None
    size = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{size}", strict=False))


def _dated(text: str, column: Column, on: date) -> str | None:
    """The month of birth as 1987-03, or the age in bands of ten years as 30-39."""
    if column.mask is Mask.MONTH and re.fullmatch(r"\d{4}-\d\d", text):
        return text
    if column.mask is Mask.BAND and BAND_CELL.fullmatch(text):
        return text
    born = _day(text, column.pattern)
    if born is None:
        return None
    if column.mask is Mask.MONTH:
        return f"{born.year:04d}-{born.month:02d}"
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    if not 0 <= age <= OLDEST:
        return None
    low = age - age % BAND
    return f"{low}{PART}{low + BAND - 1}"


def _day(text: str, pattern: str) -> date | None:
    for way in (pattern, *ORDERED_DATES):
        for cell in (text, text[:10]):
            try:
                return datetime.strptime(cell, way).date()
            except ValueError:
                continue
    return None


def applied(
    source: Path, into: Path, schema: Schema, secret: tuple[Pseudonyms, date], report: Report
) -> Schema:
    """Writes ``into``, the Parquet file of text ``source`` with every mask of the schema applied.

    ``secret`` are the pseudonyms to use and the day that ages are counted on. Columns with the
    mask DROP are left out. Gives the schema of what was written: masked columns are text or
    categories with their new levels. Text to be redacted loses what the row's own dropped or
    pseudonymised cells hold, too. Rows keep their order.
    """
    kept = tuple(c for c in schema.columns if c.mask is not Mask.DROP)
    cells = {c.name: _remembered(cell_of(c, *secret)) for c in kept if c.mask}
    hidden = [c.name for c in schema.columns if c.mask in (Mask.DROP, Mask.PSEUDONYM)]
    counts: dict[str, Counter[str]] = {name: Counter() for name in cells}
    fields = pa.schema([(c.name, pa.string()) for c in kept])
    file = pq.ParquetFile(source)
    done, rows = 0, max(1, file.metadata.num_rows)
    with pq.ParquetWriter(into, fields, compression="zstd", write_page_checksum=True) as writer:
        for batch in file.iter_batches(ROWS_AT_ONCE):
            table = {name: batch.column(name) for name in schema.names}
            for column in kept:
                if column.mask:
                    table[column.name] = _masked(column, table, cells[column.name], hidden)
                    _count(counts[column.name], table[column.name])
            writer.write_table(pa.table([table[c.name] for c in kept], schema=fields))
            done += len(batch)
            report(done / rows, "privacy.stage.masking")
    return Schema(tuple(_meant(c, counts[c.name]) if c.mask else c for c in kept))


def _masked(
    column: Column, table: dict[str, pa.Array], cell: Cell, hidden: Sequence[str]
) -> pa.Array:
    texts = table[column.name].to_pylist()
    if column.mask is Mask.REDACT and hidden:
        known = zip(*(table[name].to_pylist() for name in hidden if name in table), strict=True)
        return pa.array(
            [
                redacted(text, _words(row)) if text else None
                for text, row in zip(texts, known, strict=True)
            ],
            pa.string(),
        )
    return pa.array([cell(text) if text and text.strip() else None for text in texts], pa.string())


def _words(row: tuple[str | None, ...]) -> Iterator[str]:
    """What a row's hidden cells hold, whole and word by word."""
    for text in row:
        if text:
            yield text
            yield from (word for word in re.findall(r"[^\W\d_]{3,}", text))


def _remembered(cell: Cell) -> Cell:
    """Most cells of a masked column stand in it again and again."""
    known: dict[str, str | None] = {}

    def masked(text: str) -> str | None:
        if text not in known:
            if len(known) >= CELLS_REMEMBERED:
                known.clear()
            known[text] = cell(text.strip())
        return known[text]

    return masked


def _count(counts: Counter[str], cells: pa.Array) -> None:
    """Counts values, as long as there are few enough of them to be levels."""
    if len(counts) <= LEVELS_AT_MOST:
        counted = cells.drop_null().value_counts()
        counts.update(
            dict(
                zip(
                    counted.field("values").to_pylist(),
                    counted.field("counts").to_pylist(),
                    strict=True,
                )
            )
        )


def _meant(column: Column, counts: Counter[str]) -> Column:
    """What a masked column is: an id stays one, bands and months are ordered categories."""
    levels = [level for level, _ in sorted(counts.items(), key=lambda e: (-e[1], e[0]))]
    plain = replace(column, levels=(), pattern="", ordered=False, missing=())
    texts = column.role is Role.ID or column.mask is Mask.REDACT
    many = len(levels) > (LEVELS_AT_MOST if column.role is Role.GROUP else CODES_AT_MOST * 10)
    if texts or (many and column.role is not Role.GROUP):
        return replace(plain, kind=Kind.TEXT)
    if column.mask in (Mask.BAND, Mask.MONTH):
        lowest = sorted(levels, key=lambda level: tuple(map(int, level.split(PART))))
        return replace(plain, kind=Kind.CATEGORY, levels=tuple(lowest), ordered=True)
    return replace(plain, kind=Kind.CATEGORY, levels=() if many else tuple(levels))
