"""A question written as TOML: the fields of Question by their names, or ``cutoff`` for one date."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any

from core.behaviour.question import Asks, Eligible, Question, millis
from core.errors import BadSetting

CUTOFF, CUTOFFS = "cutoff", "cutoffs"
KEYS = (*(field.name for field in fields(Question)), CUTOFF)
LEAST = {"lookback": 1, "gap": 0, "outcome": 1, "most": 1}
DAYS_AT_MOST = 100_000
EXAMPLE = 'asks = "buy", cutoff = "2025-11-01", lookback = 365, outcome = 30'
DATE = "2025-11-01, 2025-11-01T12:00:00"


def asked(text: str) -> Question:
    """The question that a text asks. Raises BadSetting, which lists what there is."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise BadSetting("--question", str(fault), EXAMPLE) from fault
    for key in said:
        if key not in KEYS:
            raise BadSetting("--question", key, ", ".join(KEYS))
    found: dict[str, Any] = {"asks": _word(Asks, "asks", said.get("asks", ""))}
    if "eligible" in said:
        found["eligible"] = _word(Eligible, "eligible", said["eligible"])
    found |= {key: _number(key, said[key], least) for key, least in LEAST.items() if key in said}
    given = said.get(CUTOFFS, said.get(CUTOFF, []))
    listed = given if isinstance(given, list) else [given]
    found[CUTOFFS] = tuple(sorted({_date(each) for each in listed}, key=millis))
    return Question(**found)


def _word(kind: type[StrEnum], key: str, value: object) -> StrEnum:
    if value not in list(kind):
        raise BadSetting(key, str(value), ", ".join(kind))
    return kind(str(value))


def _number(key: str, value: object, least: int) -> int:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not least <= value <= DAYS_AT_MOST:  # type: ignore[operator]
        raise BadSetting(key, str(value), f"{least}, {least + 1}, …, {DAYS_AT_MOST}")
    return value  # type: ignore[return-value]


def cutoff(text: str) -> str:
    """A date or time of the past, as it is written. Raises BadSetting."""
    try:
        millis(text)
    except (ValueError, OverflowError) as fault:
        raise BadSetting(CUTOFF, text, DATE) from fault
    return text


def _date(value: object) -> str:
    if not isinstance(value, str | date):
        raise BadSetting(CUTOFF, str(value), DATE)
    return cutoff(value if isinstance(value, str) else value.isoformat())
