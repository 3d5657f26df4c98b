"""JSON: a list of records, records on lines, or a document that holds such a list."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from core.data.dataset import Note, Provenance
from core.data.json_values import NotANumber, Values, flat
from core.data.names import column_names, nameless, renamed
from core.data.rows import write_rows
from core.data.source import COLUMNS_AT_MOST, Options, Source
from core.data.tables_within import tables_within
from core.errors import (
    NoRecords,
    NotATable,
    OneColumn,
    TooLarge,
    TooManyColumns,
    UnknownSheet,
)
from core.progress import Report, part

DOCUMENT_AT_MOST = 200_000_000  # bytes; a list of records may be longer
MOST_LEFT_OUT = 0.5
HEAD = 4096
TOLD_EVERY = 1000  # records
Record = dict[str, str | None]


def read(path: Path, name: str, into: Path, options: Options, report: Report) -> Provenance:
    """Reads JSON or JSON lines.

    Records within records become columns with dotted names, lists stay JSON text, numbers keep
    their digits, null, NaN and infinities are missing. ``options.sheet`` names one of several
    lists. Raises NoRecords, OneColumn, TooManyColumns, UnknownSheet, TooLarge, NotATable,
    FileDamaged.
    """
    report(0.0, "data.stage.reading")
    values = Values(path, name)
    source, chosen, known = _source(values, name, options.sheet)
    seen = _Seen(name)
    size = max(1, path.stat().st_size)
    for place, record in enumerate(source()):
        seen.take(record)
        if place % TOLD_EVERY == 0:
            report(0.5 * min(1.0, values.read / size), "data.stage.reading")
    left_out = values.left_out
    if not seen.names or left_out > MOST_LEFT_OUT * (seen.records + left_out):
        raise NoRecords(name)
    if len(seen.names) < 2:
        raise OneColumn(name, "".join(seen.names))
    names = list(seen.names)
    rows = ([record.get(key) for key in names] for record in map(_record, source()))
    titles = column_names(names)
    write_rows(titles, rows, into, part(report, 0.5, 1.0))
    return Provenance(
        file=name,
        size=path.stat().st_size,
        format=SOURCE.key,
        sheet=chosen,
        sheets=known,
        rows_left_out=left_out,
        notes=(*seen.notes(), *renamed(names, titles)),
    )


class _Seen:
    """What the records hold, without keeping them."""

    def __init__(self, name: str) -> None:
        self.names: dict[str, None] = {}
        self.records = 0
        self._file = name
        self._lists: set[str] = set()
        self._not_numbers = 0

    def take(self, value: Any) -> None:
        self.records += 1
        self.names.update(dict.fromkeys(_record(value)))
        if len(self.names) > COLUMNS_AT_MOST:
            raise TooManyColumns(self._file, len(self.names), COLUMNS_AT_MOST)
        if isinstance(value, dict):
            for key, inner in value.items():
                if isinstance(inner, list):
                    self._lists.add(key)
            self._not_numbers += _not_numbers(value)

    def notes(self) -> tuple[Note, ...]:
        nested = sum("." in name for name in self.names)
        found = (
            Note("nested_columns", nested, next((n for n in self.names if "." in n), "")),
            Note("lists_as_text", len(self._lists), min(self._lists, default="")),
            Note("not_numbers", self._not_numbers),
        )
        return tuple(note for note in found if note.count)


def _not_numbers(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_not_numbers, value.values()))
    return int(isinstance(value, NotANumber))


def _record(value: Any) -> Record:
    if isinstance(value, dict):
        return flat(value)
    cells = value if isinstance(value, list) else [value]
    return flat(dict(zip(nameless(len(cells)), cells, strict=True)))


def _source(
    values: Values, name: str, asked: str
) -> tuple[Callable[[], Iterable[Any]], str, tuple[str, ...]]:
    """What gives the records, as often as asked; which list they are of, and of which lists."""
    start = list(_first(values, 2))
    if len(start) == 1 and isinstance(start[0], dict) and not _is_list(values.path):
        if values.path.stat().st_size > DOCUMENT_AT_MOST:
            raise TooLarge(name)
        found = tables_within(start[0])
        if asked and asked not in found:
            raise UnknownSheet(name, asked, tuple(found))
        chosen = asked or next(iter(found), "")
        rows = found.get(chosen) or [start[0]]
        return (lambda: rows), chosen, tuple(key for key in found if key)
    if len(start) > 1 and all(_is_header(row, start[1]) for row in start[:1]):
        return (lambda: _named(values)), "", ()
    return (lambda: values), "", ()


def _first(values: Values, most: int) -> Iterator[Any]:
    for place, value in enumerate(values, 1):
        yield value
        if place == most:
            return


def _is_list(path: Path) -> bool:
    return _head(path).startswith("[")


def _is_header(first: Any, second: Any) -> bool:
    """Whether rows are lists of cells and the first holds names."""
    return (
        isinstance(first, list)
        and isinstance(second, list)
        and len(first) == len(second)
        and all(type(cell) is str for cell in first)
    )


def _named(values: Values) -> Iterator[dict[str, Any]]:
    rows = iter(values)
    header = next(rows)
    if len(header) > COLUMNS_AT_MOST:
        raise TooManyColumns(values.name, len(header), COLUMNS_AT_MOST)
    names = column_names(header)
    for row in rows:
        if not isinstance(row, list) or len(row) != len(names):
            raise NotATable(values.name, "ragged")
        yield dict(zip(names, row, strict=True))


def _head(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(HEAD)
    return head.decode(json.detect_encoding(head or b"{}"), "ignore").lstrip("\ufeff \t\r\n")


def _claims(path: Path) -> bool:
    head = "".join(_head(path).split())
    return head[:2] in ('{"', "[{", "[[") or head in ("[]", "{}")


SOURCE = Source(
    key="json", order=4, endings=(".json", ".jsonl", ".ndjson"), read=read, claims=_claims
)
