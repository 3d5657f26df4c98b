"""Frozen values out of text, packed bytes and plain values; every reading of one goes through here.

msgspec works out how a type is read when it first meets it, and lets other threads see the half
made plan meanwhile: two visitors whose first page read the same record ended the server. Plans are
made here, by one thread at a time, before anything is read by them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

Kind = TypeVar("Kind")

_planned: set[Any] = set()
_planning = threading.Lock()


def read(text: bytes | str, kind: type[Kind]) -> Kind:
    """A value of that type out of JSON. Raises msgspec.DecodeError, UnicodeDecodeError."""
    return msgspec.json.decode(text, type=_ready(kind))


def unpacked(packed: bytes, kind: type[Kind], hook: Callable[[type, Any], Any]) -> Kind:
    """A value out of MessagePack; ``hook(type, plain)`` reads what msgspec does not know.

    Raises msgspec.DecodeError.
    """
    return msgspec.msgpack.decode(packed, type=_ready(kind), dec_hook=hook)


def converted(plain: object, kind: type[Kind]) -> Kind:
    """A value out of plain dicts and lists. Raises msgspec.ValidationError."""
    return msgspec.convert(plain, _ready(kind))


def _ready(kind: type[Kind]) -> type[Kind]:
    if kind not in _planned:
        with _planning:
            msgspec.json.Decoder(kind)
        _planned.add(kind)
    return kind
