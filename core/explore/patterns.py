"""Which columns are missing together, and whether what is missing goes with the target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.data.engine import identifier
from core.explore.chance import beyond, with_chance
from core.explore.columns import Looked
from core.explore.cuts import cut_gaps
from core.explore.large import related
from core.explore.relation import Relation
from core.schema import Column, Schema

COLUMNS_AT_MOST = 15
PATTERNS_AT_MOST = 12
TOGETHER = 0.5


@dataclass(frozen=True)
class Pattern:
    """The columns that are missing in ``rows`` rows, and no other of those looked at."""

    missing: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Together:
    """Two columns that are missing in the same rows; ``phi`` is the correlation of their gaps."""

    one: str
    other: str
    phi: float


@dataclass(frozen=True)
class Patterns:
    """The gaps of a table over ``rows`` rows.

    ``columns`` are those with gaps, the largest first, at most so many of ``with_gaps``.
    ``patterns`` are the most frequent, of ``all_patterns``; ``hidden`` ones are left out for their
    few rows. ``together`` is the closest pair.
    """

    rows: int
    columns: tuple[str, ...]
    with_gaps: int
    patterns: tuple[Pattern, ...]
    all_patterns: int
    together: Together | None
    hidden: int = 0


@dataclass(frozen=True)
class Telling:
    """A column with gaps: the target where it is filled in and where not (groups THERE, MISSING).

    ``sure`` says that the difference is more than chance gives, all columns considered.
    """

    relation: Relation
    sure: bool


def gaps(looked: Looked, schema: Schema) -> dict[str, int]:
    """Missing cells of each column that has any, the largest first."""
    listed = ", ".join(f"count({identifier(name)})" for name in schema.names)
    every, *known = looked.first(f"SELECT count(*), {listed} FROM looked")  # noqa: S608
    found = {name: every - n for name, n in zip(schema.names, known, strict=True) if n < every}
    return dict(sorted(found.items(), key=lambda each: -each[1]))


def patterns(looked: Looked, schema: Schema) -> Patterns:
    """What is missing together."""
    every = gaps(looked, schema)
    columns = tuple(every)[:COLUMNS_AT_MOST]
    flags = ", ".join(f"{identifier(name)} IS NULL" for name in columns) or "false"
    found = looked.found(
        f"SELECT [{flags}] AS gaps, count(*) FROM looked GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608
    )
    shown = tuple(
        Pattern(tuple(n for n, gone in zip(columns, row, strict=False) if gone), rows)
        for row, rows in found[:PATTERNS_AT_MOST]
    )
    rows = sum(n for _, n in found)
    return Patterns(rows, columns, len(every), shown, len(found), _closest(columns, found))


def _closest(columns: tuple[str, ...], found: list[tuple[object, ...]]) -> Together | None:
    """The pair whose gaps go together most, where they do."""
    if len(columns) < 2:
        return None
    flags = np.array([row for row, _ in found], float)
    rows = np.array([n for _, n in found], float)
    flags = flags - (rows @ flags) / rows.sum()
    scale = np.sqrt(rows @ flags**2)
    scale[scale == 0] = np.inf
    phi = np.tril((flags * rows[:, None]).T @ flags / np.outer(scale, scale), -1)
    i, j = np.unravel_index(int(phi.argmax()), phi.shape)
    if phi[i, j] < TOGETHER:
        return None
    return Together(columns[int(j)], columns[int(i)], float(phi[i, j]))


def telling(
    looked: Looked, schema: Schema, target: Column, outcome: str = ""
) -> tuple[Telling, ...]:
    """The target where columns are missing and where not, the strongest link first.

    Raises TargetMissing, UnknownOutcome.
    """
    wanted = [n for n in gaps(looked, schema) if n != target.name][:COLUMNS_AT_MOST]
    cuts = [cut_gaps(schema[name]) for name in wanted]
    every = [related(looked, cut, target, outcome) for cut in cuts]
    both = [each for each in every if len(each.parts) == 2]
    found = [with_chance(each) for each in both]
    sure = beyond([each.chance.p if each.chance else 1.0 for each in found])
    told = [Telling(relation, yes) for relation, yes in zip(found, sure, strict=True)]
    return tuple(sorted(told, key=lambda each: -each.relation.strength))
