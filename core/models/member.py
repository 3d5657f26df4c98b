"""The models that another is made of, as a text that is one of its settings."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from core import wire
from core.errors import BadSetting

Params = dict[str, int | float | str | bool]


@dataclass(frozen=True)
class Member:
    """A family, its settings, and what it weighs."""

    family: str
    weight: float
    params: Params = field(default_factory=dict)


def as_text(members: tuple[Member, ...]) -> str:
    """The same members, the same text."""
    return msgspec.json.encode(members, order="deterministic").decode()


def of_text(text: str) -> tuple[Member, ...]:
    """The members of a text. Raises BadSetting."""
    try:
        return wire.read(text, tuple[Member, ...])
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise BadSetting("members", text, str(fault)) from fault
