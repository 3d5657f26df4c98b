"""What a large table is likely to be asked next: how columns go together, and its course."""

from __future__ import annotations

from dataclasses import dataclass

from core.data.dataset import Dataset
from core.explore import ask, course
from core.explore.correlations import Associations
from core.explore.course import Course
from core.explore.overview import STAGE
from core.explore.relation import Relation
from core.progress import Report, silent

DATES_AT_MOST = 3


@dataclass(frozen=True)
class Timed:
    """A target along a date column: the units that fit, its course by the first, by weekday."""

    units: tuple[str, ...]
    course: Course
    weekdays: Relation


@dataclass(frozen=True)
class Looks:
    """``courses`` by date column, of the first few that hold two days."""

    together: Associations
    courses: dict[str, Timed]


def looks(dataset: Dataset, target: str, outcome: str = "", report: Report = silent) -> Looks:
    """Works both out over all rows. Raises what ``report`` raises and what ``ask`` raises."""
    report(0.0, STAGE)
    together = ask.associations_of(dataset, target)
    courses = {}
    dates = [date.name for date in course.dates(dataset.schema) if date.name != target]
    for place, name in enumerate(dates[:DATES_AT_MOST]):
        report((place + 1) / (DATES_AT_MOST + 1), STAGE)
        units = ask.units_of(dataset, name)
        if units:
            asked = (name, target, outcome)
            by_time = ask.course_of(dataset, asked, units[0])
            courses[name] = Timed(units, by_time, ask.weekdays_of(dataset, asked))
    return Looks(together, courses)
