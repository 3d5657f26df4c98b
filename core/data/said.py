"""What a database gives for a cell, as text that says the same."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

EXACT_AT_MOST = 1e15


def said(value: Any) -> str | None:
    """Text of one value; None where there is none.

    Whole numbers become "7", others as short as they can be said exactly, decimals keep their
    digits, dates and times are ISO text (UTC where they know their zone), yes/no "true" and
    "false", bytes text where they are UTF-8 and hexadecimal digits otherwise, records JSON.
    """
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return (
            format(value, "f") if isinstance(value, Decimal) and value.is_finite() else str(value)
        )
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return _bytes(bytes(value))
    return _other(value)


def _float(value: float) -> str | None:
    if math.isnan(value):
        return None
    return str(int(value)) if value.is_integer() and abs(value) < EXACT_AT_MOST else repr(value)


def _bytes(value: bytes) -> str | None:
    try:
        return value.decode() or None
    except UnicodeDecodeError:
        return value.hex()


def _other(value: Any) -> str:
    if isinstance(value, dt.datetime):
        zoned = value.astimezone(dt.UTC).replace(tzinfo=None) if value.tzinfo else value
        return zoned.isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def row_said(row: Sequence[Any]) -> list[str | None]:
    """A row of values as text."""
    return [said(value) for value in row]
