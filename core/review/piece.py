"""Evidence as values: what is said, drawn or listed. The page and the report show the same ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Said:
    """A sentence of ``core.text`` with its facts. ``good`` is False for what speaks against the
    model, True for what speaks for it, None for what only informs."""

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)
    good: bool | None = None


@dataclass(frozen=True, eq=False)
class Drawn:
    """The points of a chart of ``core.charts``, by its key."""

    chart: str
    points: object


@dataclass(frozen=True)
class Listed:
    """A table: keys of its headers in ``core.text``, and rows of plain cells."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


Piece = Said | Drawn | Listed
