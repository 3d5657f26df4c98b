"""How a column went over time: counts and the target by day, week, month, quarter or year."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.data.engine import identifier
from core.explore.chance import with_chance
from core.explore.columns import Looked
from core.explore.cuts import cut_periods, cut_weekdays
from core.explore.groups import UNITS, Sort, finest
from core.explore.large import related
from core.explore.relation import Part, Relation
from core.schema import Column, Kind, Schema

PERIODS_AT_MOST = 400
PERIODS_AT_FIRST = 60
ROWS_TO_NAME = 30  # a period with fewer is not called the highest or the lowest


@dataclass(frozen=True)
class Course:
    """A target along the periods of a date column, those without rows kept (nan).

    ``unit`` is one of ``core.explore.groups.UNITS``. ``undated`` rows have a known target and no
    date; they are not in ``relation``'s parts but in its whole.
    """

    relation: Relation
    unit: str
    undated: int

    @property
    def periods(self) -> tuple[Part, ...]:
        """The parts that have a date."""
        parts = self.relation.parts
        return parts[:-1] if self.undated else parts


def dates(schema: Schema) -> tuple[Column, ...]:
    """The columns that tell when."""
    return tuple(column for column in schema.columns if column.kind is Kind.DATE)


def units(looked: Looked, column: Column) -> tuple[str, ...]:
    """The units that make 2 to PERIODS_AT_MOST periods, the one to begin with first."""
    name = identifier(column.name)
    first, last = looked.first(f"SELECT min({name}), max({name}) FROM looked")  # noqa: S608
    if first is None:
        return ()
    start, end = pd.Timestamp(first), pd.Timestamp(last)
    counts = {u: end.to_period(u).ordinal - start.to_period(u).ordinal + 1 for u in UNITS}
    fit = [unit for unit, count in counts.items() if 2 <= count <= PERIODS_AT_MOST]
    best = finest(start, end, PERIODS_AT_FIRST)
    return tuple(sorted(fit, key=lambda unit: unit != best))


def course(
    looked: Looked, column: Column, target: Column, outcome: str = "", unit: str = ""
) -> Course:
    """The target along a date column, by the finest unit that makes few periods, or the wanted one.

    Raises TargetMissing, UnknownOutcome.
    """
    unit = unit or next(iter(units(looked, column)), UNITS[0])
    made = cut_periods(looked, column, PERIODS_AT_FIRST, unit)
    found = with_chance(related(looked, made, target, outcome, gaps=True))
    undated = sum(part.rows for part in found.parts if part.group.sort is Sort.MISSING)
    return Course(found, unit, undated)


def weekdays(looked: Looked, column: Column, target: Column, outcome: str = "") -> Relation:
    """The target by day of the week. Raises TargetMissing, UnknownOutcome."""
    return with_chance(related(looked, cut_weekdays(column), target, outcome))
