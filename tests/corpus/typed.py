"""Parquet and JSON: cells that have a type."""

from __future__ import annotations

import datetime as dt
import io
import json
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import (
    FileDamaged,
    HeaderOnly,
    NoRecords,
    NotATable,
    OneColumn,
    TooLarge,
    UserError,
)
from tests.corpus.case import Case, Row, refuses

ZONED = pa.timestamp("us", tz="Europe/Vienna")
NOON = dt.datetime(2026, 1, 31, 11, tzinfo=dt.UTC)


def parquet(**columns: pa.Array) -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.table(columns), content)
    return content.getvalue()


def twins() -> bytes:
    content = io.BytesIO()
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2]), pa.array([3])], ["x", "x", "X"])
    pq.write_table(table, content)
    return content.getvalue()


def many_rows() -> bytes:
    content = io.BytesIO()
    with pq.ParquetWriter(content, pa.schema([("a", pa.int8()), ("b", pa.int8())])) as writer:
        rows = pa.table({name: pa.nulls(10_000_000, pa.int8()) for name in "ab"})
        for _ in range(16):
            writer.write_table(rows)
    return content.getvalue()


def table(
    about: str, content: bytes, names: str, rows: list[Row], file: str, **more: object
) -> Case:
    wanted = tuple(names.split("|"))
    return Case(about, file, lambda: content, wanted, tuple(rows), **more)  # type: ignore[arg-type]


def records(about: str, content: str, names: str, rows: list[Row], **more: object) -> Case:
    return table(about, content.encode(), names, rows, str(more.pop("file", "t.json")), **more)


def wrong(about: str, content: bytes, error: type[UserError]) -> Case:
    return refuses(about, content, error, "t.json")


PARQUET = (
    table(
        "Parquet of each type",
        parquet(
            id=pa.array([2**53 + 1, None, 2**63 - 1], pa.int64()),
            price=pa.array([Decimal("12.50"), Decimal("-0.05"), None], pa.decimal128(10, 2)),
            at=pa.array([NOON, None, NOON], ZONED),
            day=pa.array([dt.date(2026, 1, 31), None, dt.date(1969, 7, 20)]),
            ratio=pa.array([0.1, float("nan"), 7.0]),
            one=pa.array([0.1, float("nan"), None]),
            yes=pa.array([True, False, None]),
            name=pa.array(["None", "NA", "=1"]),
        ),
        "id|price|at|day|ratio|one|yes|name",
        [
            (
                "9007199254740993",
                "12.50",
                "2026-01-31 11:00:00",
                "2026-01-31",
                "0.1",
                "0.1",
                "true",
                "None",
            ),
            (None, "-0.05", None, None, None, None, "false", "NA"),
            (
                "9223372036854775807",
                None,
                "2026-01-31 11:00:00",
                "1969-07-20",
                "7",
                None,
                None,
                "=1",
            ),
        ],
        "t.parquet",
        values={"price": (12.5, -0.05, None)},
    ),
    table(
        "Parquet with records and lists",
        parquet(
            who=pa.array([{"name": "Anna", "at": {"zip": "01234"}}, None]),
            bought=pa.array([["a", "b"], []], pa.list_(pa.string())),
        ),
        "who.name|who.at.zip|bought",
        [("Anna", "01234", '["a","b"]'), (None, None, "[]")],
        "t.parquet",
        said=("nested_columns", "lists_as_text"),
    ),
    table(
        "Parquet with repeated names",
        twins(),
        "x|x (2)|X (3)",
        [("1", "2", "3")],
        "t.parquet",
        said=("renamed_columns",),
    ),
    table(
        "Parquet called CSV",
        parquet(a=pa.array([1]), b=pa.array(["x"])),
        "a|b",
        [("1", "x")],
        "t.csv",
    ),
    refuses(
        "half a Parquet file",
        parquet(a=pa.array([1, 2]), b=pa.array([1, 2]))[:-20],
        FileDamaged,
        "t.parquet",
    ),
    refuses(
        "Parquet without rows",
        parquet(a=pa.array([], pa.int8()), b=pa.array([], pa.int8())),
        HeaderOnly,
        "t.parquet",
    ),
    refuses("Parquet of 160 million empty rows", many_rows, TooLarge, "t.parquet"),
)
JSON = (
    records(
        "JSON records",
        '[{"id": 9007199254740993, "name": "None", "n": 1.50}, {"id": 2, "name": null, "n": -0.0}]',
        "id|name|n",
        [("9007199254740993", "None", "1.50"), ("2", None, "-0.0")],
    ),
    records(
        "JSON lines, one of them broken",
        '{"a": 1, "b": "x"}\n{"a": 2, "b": "ü"}\n{"a": 3, "b\n{"a": 4, "b": "z"}\n',
        "a|b",
        [("1", "x"), ("2", "ü"), ("4", "z")],
        reported=('{"a": 3, "b',),
        file="t.jsonl",
    ),
    records(
        "JSON records within records",
        '[{"a": {"b": "01", "c": true}, "d": [1, 2]}, {"a": {"b": "02"}, "e": "x"}]',
        "a.b|a.c|d|e",
        [("01", "true", "[1, 2]", None), ("02", None, None, "x")],
        said=("nested_columns", "lists_as_text"),
    ),
    records(
        "JSON with what is no number",
        '[{"a": NaN, "b": 1}, {"a": Infinity, "b": 2}, {"a": 3, "b": 3}]',
        "a|b",
        [(None, "1"), (None, "2"), ("3", "3")],
        said=("not_numbers",),
    ),
    records(
        "JSON that holds a table",
        '{"made": "2026", "rows": [{"a": "x", "b": 1}]}',
        "a|b",
        [("x", "1")],
    ),
    records("JSON with a mark in UTF-8", '\ufeff[{"a": "ä", "b": 1}]', "a|b", [("ä", "1")]),
    wrong("JSON nested without end", b"[" * 100_000, NotATable),
    wrong("JSON cut off", json.dumps([{"a": 1, "b": 2}] * 9).encode()[:-5], FileDamaged),
    wrong("JSON without a record", b"[]", NoRecords),
    wrong("JSON of one column", b'[{"a": 1}, {"a": 2}]', OneColumn),
)
CASES: tuple[Case, ...] = (*PARQUET, *JSON)
