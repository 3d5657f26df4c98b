"""What a page asks of a table: counted in SQL where it is large, in memory where it is not."""

from __future__ import annotations

import pandas as pd

from core.data.dataset import Dataset
from core.data.engine import identifier
from core.data.table import frame
from core.explore import course, large, pair, patterns
from core.explore.chance import with_chance
from core.explore.columns import SAMPLED, is_large, looking
from core.explore.correlations import ROWS_AT_MOST, Associations, associations, clustered
from core.explore.filters import Filter, columns, kept
from core.explore.missing import Gap, Missingness, missingness
from core.explore.profile import Profile, profile
from core.explore.relation import Relation, relation, strongest
from core.schema import Column

Filters = tuple[Filter, ...]


def rows_kept(dataset: Dataset, filters: Filters) -> int:
    """How many rows meet the filters. Raises UnknownColumn and BadValue, as all below."""
    if not filters:
        return dataset.rows
    with looking(dataset, filters) as looked:
        return int(looked.first("SELECT count(*) FROM looked")[0])


def profile_of(dataset: Dataset, column: str, filters: Filters = ()) -> Profile:
    """What a column holds."""
    known = dataset.schema[column]
    if is_large(dataset):
        with looking(dataset, filters) as looked:
            return large.profile(looked, known)
    return profile(_table(dataset, (column,), filters)[column], known)


def relation_of(dataset: Dataset, asked: tuple[str, str, str], filters: Filters = ()) -> Relation:
    """How a target goes along with a column: ``asked`` is column, target and outcome.

    Raises TargetMissing and UnknownOutcome, as all below that ask for a target.
    """
    column, target, outcome = dataset.schema[asked[0]], dataset.schema[asked[1]], asked[2]
    if is_large(dataset):
        with looking(dataset, filters) as looked:
            return large.relation(looked, column, target, outcome)
    table = _table(dataset, (column.name, target.name), filters)
    return with_chance(relation(table, column, target, outcome))


def strongest_of(
    dataset: Dataset, target: str, outcome: str, filters: Filters = ()
) -> tuple[Relation, ...]:
    """The columns that go with the target most; of a large table told by a part of its rows."""
    if is_large(dataset):
        names = [target, *(column.name for column in dataset.schema.features)]
        table = _sample(dataset, list(dict.fromkeys(names)), SAMPLED, filters)
    else:
        table = _table(dataset, None, filters)
    found = strongest(table, dataset.schema, target, outcome)
    return tuple(with_chance(each) for each in found)


def associations_of(dataset: Dataset, target: str, filters: Filters = ()) -> Associations:
    """How columns go together, over a part of the rows of a large table."""
    if is_large(dataset):
        table = _sample(dataset, list(dataset.schema.names), ROWS_AT_MOST, filters)
    else:
        table = _table(dataset, None, filters)
    return clustered(associations(table, dataset.schema, target))


def missingness_of(dataset: Dataset, filters: Filters = ()) -> Missingness:
    """How large the gaps are."""
    if not is_large(dataset):
        return missingness(_table(dataset, None, filters), dataset.schema)
    names = dataset.schema.names
    with looking(dataset, filters) as looked:
        gaps = patterns.gaps(looked, dataset.schema)
        known = " AND ".join(f"{identifier(name)} IS NOT NULL" for name in gaps) or "true"
        rows, whole = looked.first(f"SELECT count(*), count_if({known}) FROM looked")  # noqa: S608
    return Missingness(rows, len(names), whole, tuple(Gap(*each) for each in gaps.items()))


def patterns_of(dataset: Dataset, filters: Filters = ()) -> patterns.Patterns:
    """What is missing together."""
    with looking(dataset, filters) as looked:
        return patterns.patterns(looked, dataset.schema)


def telling_of(
    dataset: Dataset, target: str, outcome: str, filters: Filters = ()
) -> tuple[patterns.Telling, ...]:
    """Whether what is missing goes with the target."""
    with looking(dataset, filters) as looked:
        return patterns.telling(looked, dataset.schema, dataset.schema[target], outcome)


def pair_of(dataset: Dataset, one: str, other: str, filters: Filters = ()) -> pair.Pair:
    """Two columns together."""
    with looking(dataset, filters) as looked:
        return pair.pair(looked, dataset.schema[one], dataset.schema[other])


def units_of(dataset: Dataset, column: str, filters: Filters = ()) -> tuple[str, ...]:
    """The periods that a date column can be looked at by, the best to begin with first."""
    with looking(dataset, filters) as looked:
        return course.units(looked, dataset.schema[column])


def course_of(
    dataset: Dataset, asked: tuple[str, str, str], unit: str, filters: Filters = ()
) -> course.Course:
    """A target over time: ``asked`` is date column, target and outcome."""
    column, target = _two(dataset, asked)
    with looking(dataset, filters) as looked:
        return course.course(looked, column, target, asked[2], unit)


def weekdays_of(dataset: Dataset, asked: tuple[str, str, str], filters: Filters = ()) -> Relation:
    """A target by day of the week: ``asked`` is date column, target and outcome."""
    column, target = _two(dataset, asked)
    with looking(dataset, filters) as looked:
        return course.weekdays(looked, column, target, asked[2])


def _two(dataset: Dataset, asked: tuple[str, str, str]) -> tuple[Column, Column]:
    return dataset.schema[asked[0]], dataset.schema[asked[1]]


def _table(dataset: Dataset, names: tuple[str, ...] | None, filters: Filters) -> pd.DataFrame:
    wanted = names and list(dict.fromkeys((*names, *columns(filters))))
    return kept(frame(dataset, wanted), filters)


def _sample(dataset: Dataset, names: list[str], most: int, filters: Filters) -> pd.DataFrame:
    with looking(dataset, filters) as looked:
        return looked.sample(names, most)
