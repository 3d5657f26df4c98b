"""Every column of a table at a glance: what it holds and how it goes with the target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import pandas as pd

from core.data.dataset import Dataset
from core.data.table import frame
from core.explore import large
from core.explore.chance import ALPHA, DRAWS, beyond, with_chance
from core.explore.columns import is_large, looking, prepare
from core.explore.filters import Filter, kept
from core.explore.profile import Profile, profile
from core.explore.relation import Relation, relation
from core.progress import Report, part, silent
from core.schema import Column, Kind, Role, Schema

STAGE = "explore.stage.counting"
Ask = tuple[Callable[[Column], Profile], Callable[[Column], Relation]]


@dataclass(frozen=True)
class Glimpse:
    """One column; ``relation`` is None for the target and for what only names or describes a row.

    ``sure`` says that the relation is more than chance gives, all columns considered.
    """

    profile: Profile
    relation: Relation | None = None
    sure: bool = False

    @property
    def column(self) -> Column:
        return self.profile.column

    @property
    def strength(self) -> float:
        """Below 0 where there is none to tell."""
        return self.relation.strength if self.relation else -1.0


@dataclass(frozen=True)
class Overview:
    """All columns in the file's order, over ``rows`` rows."""

    rows: int
    glimpses: tuple[Glimpse, ...]

    def strongest(self, schema: Schema, how_many: int = 5) -> tuple[Relation, ...]:
        """The features that go with the target most, strongest first."""
        learned = {column.name for column in schema.features}
        known = [g.relation for g in self.glimpses if g.relation and g.column.name in learned]
        return tuple(sorted(known, key=lambda r: -r.strength)[:how_many])

    def of(self, column: str) -> Glimpse:
        """Raises StopIteration for a column that is not there."""
        return next(g for g in self.glimpses if g.column.name == column)


def overview(
    dataset: Dataset,
    target: str,
    outcome: str = "",
    filters: tuple[Filter, ...] = (),
    report: Report = silent,
) -> Overview:
    """Looks every column over: the whole table, in SQL where it is large.

    A large table's typed columns are written beside it first. Raises what ``report`` raises,
    UnknownColumn, TargetMissing, UnknownOutcome and BadValue.
    """
    aim = dataset.schema[target]
    if not is_large(dataset):
        table = kept(frame(dataset), filters)
        return _looked_over(dataset, target, _in_memory(table, aim, outcome), report)
    prepare(dataset, part(report, 0.0, 0.5))
    with looking(dataset, filters) as looked:
        ask: Ask = (
            lambda column: large.profile(looked, column),
            lambda column: large.relation(looked, column, aim, outcome),
        )
        return _looked_over(dataset, target, ask, part(report, 0.5, 1.0))


def _in_memory(table: pd.DataFrame, aim: Column, outcome: str) -> Ask:
    return (
        lambda column: profile(table[column.name], column),
        lambda column: with_chance(relation(table, column, aim, outcome)),
    )


def _looked_over(dataset: Dataset, target: str, ask: Ask, report: Report) -> Overview:
    columns = dataset.schema.columns
    profiled, related = ask
    pairs: list[tuple[Profile, Relation | None]] = []
    for place, column in enumerate(columns):
        report(place / len(columns), STAGE)
        tells = column.name != target and is_told(column)
        pairs.append((profiled(column), related(column) if tells else None))
    pairs = _drawn_enough(pairs)
    ps = [relation.chance.p for _, relation in pairs if relation and relation.chance]
    sure = iter(beyond(ps))
    glimpses = tuple(Glimpse(p, r, next(sure) if r else False) for p, r in pairs)
    return Overview(pairs[0][0].rows, glimpses)


def _drawn_enough(
    pairs: list[tuple[Profile, Relation | None]],
) -> list[tuple[Profile, Relation | None]]:
    """Where columns are many, more shuffles: one link among them must be able to be sure."""
    draws = ceil(sum(relation is not None for _, relation in pairs) / ALPHA)
    if draws <= DRAWS:
        return pairs
    return [
        (found, with_chance(r, draws) if r and r.chance and r.chance.p <= ALPHA else r)
        for found, r in pairs
    ]


def is_told(column: Column) -> bool:
    """Whether a column's relation to others can be told: ids and texts only name a row."""
    return column.role not in (Role.ID, Role.GROUP, Role.IGNORED) and column.kind is not Kind.TEXT
