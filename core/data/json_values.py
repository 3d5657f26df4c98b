"""Records out of JSON, a piece of the file at a time, with every number as it is written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from core.errors import FileDamaged, NotATable, TooLarge

BLOCK = 1 << 20
RECORD_AT_MOST = 1 << 26  # characters
LEVELS_AT_MOST = 12  # of records within records that become columns; deeper ones stay text
NEAR_THE_END = 16  # a fault so near the end of what was read may be that the rest is not read yet
BLANK = re.compile(r"[ \t\r\n]*")
BETWEEN = re.compile(r"[ \t\r\n,]*")
NOT_NUMBERS = {"NaN", "Infinity", "-Infinity"}


class Number(str):
    """A number as it is written, which no machine's number need hold."""

    __slots__ = ()


class NotANumber(str):
    """NaN or an infinity, which JSON does not know and some programs write."""

    __slots__ = ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A record whose repeated keys are all kept."""
    found: dict[str, Any] = dict(pairs)
    if len(found) == len(pairs):
        return found
    found.clear()
    times: dict[str, int] = {}
    for key, value in pairs:
        if key in found:  # counted on from where it was: one key may come a million times
            times[key] = times.get(key, 1) + 1
            while f"{key} ({times[key]})" in found:
                times[key] += 1
            found[f"{key} ({times[key]})"] = value
        else:
            found[key] = value
    return found


def _free(key: str, taken: dict[str, Any]) -> str:
    free, times = key, 1
    while free in taken:
        times += 1
        free = f"{key} ({times})"
    return free


DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=Number, parse_float=Number, parse_constant=NotANumber
)


@dataclass
class Values:
    """The values of a file one after another: the elements of one list, or values on lines.

    ``left_out`` counts lines that are no JSON while those around them are. Raises FileDamaged,
    NotATable (not text, or nested without end) and TooLarge (a value beyond 64 M characters).
    """

    path: Path
    name: str
    left_out: int = 0
    read: int = 0

    def __iter__(self) -> Iterator[Any]:
        self.left_out = self.read = 0
        with self.path.open("rb") as file:
            encoding = json.detect_encoding(file.read(4) or b"{}")
        try:
            with self.path.open(encoding=encoding, newline="") as text:
                by_line = _is_by_line(text)
                text.seek(0)
                yield from self._lines(text) if by_line else self._pieces(text)
        except UnicodeError as error:
            raise NotATable(self.name, "encoding") from error
        except RecursionError as error:
            raise NotATable(self.name, "nested") from error

    def _lines(self, text: TextIO) -> Iterator[Any]:
        for line in text:
            self.read += len(line)
            if not line.strip("\ufeff \t\r\n"):
                continue
            try:
                yield DECODER.decode(line.lstrip("\ufeff"))
            except json.JSONDecodeError:
                self.left_out += 1

    def _pieces(self, text: TextIO) -> Iterator[Any]:
        piece = text.read(BLOCK).lstrip("\ufeff")
        at = _end(BLANK, piece, 0)
        in_list = piece[at : at + 1] == "["
        at += in_list
        while True:
            at = _end(BETWEEN, piece, at)
            if in_list and piece[at : at + 1] == "]":
                return
            value, end = self._value(piece, at)
            if end < 0:
                more = text.read(max(BLOCK, len(piece) - at))
                if not more and (at < len(piece) or in_list):
                    raise FileDamaged(self.name, "json")
                if not more:
                    return
                piece, at = piece[at:] + more, 0
                continue
            self.read += end - at
            yield value
            at = end

    def _value(self, piece: str, at: int) -> tuple[Any, int]:
        """A value and where it ends; -1 where the rest of it is not read yet."""
        try:
            value, end = DECODER.raw_decode(piece, at)
        except json.JSONDecodeError as error:
            if "Unterminated" not in error.msg and error.pos < len(piece) - NEAR_THE_END:
                raise FileDamaged(self.name, "json") from error
            if len(piece) - at > RECORD_AT_MOST:
                raise TooLarge(self.name) from error
            return None, -1
        return value, end


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _is_by_line(text: TextIO) -> bool:
    """Whether the first two lines hold a whole value each."""
    lines = [text.readline(RECORD_AT_MOST).strip("\ufeff \t\r\n") for _ in range(2)]
    return all(line[:1] in ("{", "[") and line[-1:] in ("}", "]") for line in lines) and _whole(
        lines[0]
    )


def _whole(line: str) -> bool:
    try:
        DECODER.decode(line)
    except json.JSONDecodeError:
        return False
    return True


def flat(record: Any, levels: int = LEVELS_AT_MOST) -> dict[str, str | None]:
    """A record's values as text by dotted name: {"a": {"b": 1}} gives {"a.b": "1"}.

    A list stays the JSON it is. An empty record, an empty text and null are missing.
    """
    found: dict[str, str | None] = {}
    for key, value in record.items():
        inner = flat(value, levels - 1) if isinstance(value, dict) and levels else None
        if inner:
            for name, text in inner.items():
                found[_free(f"{key}.{name}", found)] = text
        else:
            found[_free(key, found)] = as_text(value)
    return found


def as_text(value: Any) -> str | None:
    """A value as text; None for null, NaN, infinities and empty records."""
    if value is None or value == {} or isinstance(value, NotANumber):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str) else as_json(value)


def as_json(value: Any) -> str:
    """A value as the JSON it was, numbers in their own digits."""
    if isinstance(value, dict):
        inside = (f"{as_json(str(key))}: {as_json(inner)}" for key, inner in value.items())
        return "{" + ", ".join(inside) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_json, value)) + "]"
    if isinstance(value, Number | NotANumber):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
