"""The tables within one JSON document: lists of records, wherever it keeps them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

DEEP = 4


def tables_within(document: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Lists of records by dotted place, the longest first.

    Also read: columns of values ({"a": [1, 2], "b": [3, 4]} or {"a": {"0": 1}, "b": {"0": 2}}),
    "columns" beside "data", and records under keys of their own.
    """
    if found := _split(document) or _columns(document):
        return {"": found}
    lists = dict(_lists(document, "", DEEP))
    if not lists and (keyed := _keyed(document)):
        return {"": keyed}
    return dict(sorted(lists.items(), key=lambda entry: -len(entry[1])))


def _lists(inside: Mapping[str, Any], place: str, deep: int) -> Iterator[tuple[str, list[Any]]]:
    for key, value in inside.items():
        where = f"{place}.{key}" if place else key
        if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            yield where, value
        elif isinstance(value, dict) and deep:
            yield from _lists(value, where, deep - 1)


def _split(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    names, rows = document.get("columns"), document.get("data")
    if not isinstance(names, list) or not isinstance(rows, list):
        return []
    if not all(isinstance(row, list) and len(row) == len(names) for row in rows):
        return []
    return [dict(zip(map(str, names), row, strict=True)) for row in rows]


def _columns(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    columns = list(document.values())
    if len(columns) < 2:
        return []
    if all(isinstance(column, list) for column in columns):
        lengths = {len(column) for column in columns}
        if len(lengths) != 1 or any(isinstance(c, dict | list) for col in columns for c in col):
            return []
        return [dict(zip(document, row, strict=True)) for row in zip(*columns, strict=True)]
    if all(isinstance(column, dict) for column in columns):
        rows = columns[0].keys()
        if rows and all(c.keys() == rows and all(map(str.isdigit, c)) for c in columns):
            return [{name: document[name][row] for name in document} for row in rows]
    return []


def _keyed(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Records under their ids: {"u1": {"a": 1}, "u2": {"a": 2}}."""
    rows = list(document.values())
    if len(rows) < 2 or not all(isinstance(row, dict) and row for row in rows):
        return []
    shared = set(rows[0]).intersection(*rows[1:])
    if 2 * len(shared) < max(map(len, rows)):
        return []
    return [{"key": key, **row} for key, row in document.items()]
