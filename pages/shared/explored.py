"""What exploring the table in use gave, kept by what was asked of which content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from core.data.dataset import Dataset
from core.explore import ask
from core.explore.columns import is_large
from core.explore.correlations import Associations
from core.explore.course import Course
from core.explore.few import without_few
from core.explore.filters import Filter
from core.explore.glance import lines
from core.explore.looks import Looks, Timed
from core.explore.missing import Missingness
from core.explore.overview import Overview, overview
from core.explore.pair import Pair
from core.explore.patterns import Patterns, Telling
from core.explore.profile import Profile
from core.explore.relation import Relation
from core.store import explored, guard
from core.text.phrases import Phrases
from pages.shared import cached, session

ANSWERS_KEPT = 300
EVERYONE = "[]"
Filters = tuple[Filter, ...]
T = TypeVar("T")


@st.cache_resource(max_entries=ANSWERS_KEPT, show_spinner=False, hash_funcs=cached.APART)
def _answer(key: tuple[str, ...], _make: Callable[[], T]) -> T:
    """What was asked of a content is counted once; small groups hold nothing where people are."""
    return _make()


def _asked(
    what: str,
    filters: str,
    make: Callable[[Dataset, Filters], T],
    *of: str,
    ahead: Callable[[], T | None] = lambda: None,
) -> T:
    """What was asked, or ``ahead`` where that knows it already."""
    dataset = session.dataset()
    content = (str(session.folder()), dataset.id, str(dataset.rows), cached.schema_key())
    key = (what, *content, *of, filters)

    def made() -> Any:
        found = ahead()
        if found is None:
            found = make(dataset, cached.filters_of(filters))
        return without_few(found) if guard.hidden(dataset) else found

    return _answer(key, made)


def is_known(filters: str) -> bool:
    """Whether every column of a large table has been counted, or it is not large."""
    if filters != EVERYONE or not is_large(session.dataset()):
        return True
    now = session.asked()
    return explored.is_kept(session.folder(), now.table, _key())


def question() -> dict[str, str]:
    """What a job needs to know to count every column."""
    now = session.asked()
    return {"target": now.target, "outcome": now.outcome, "key": _key()}


def _key() -> str:
    return explored.key(cached.schema_key(), session.asked().outcome)


def _kept(filters: str) -> explored.Seen | None:
    """What was counted of a large table, for everyone."""
    folder, dataset, name = session.folder(), session.dataset(), _key()
    if filters != EVERYONE or not is_large(dataset):
        return None
    if not explored.is_kept(folder, dataset.id, name):
        return None
    key = ("seen", str(folder), dataset.id, str(dataset.rows), name)
    return _answer(key, lambda: explored.kept(folder, dataset.id, name))


def _ahead(filters: str) -> Looks | None:
    found = _kept(filters)
    return found.looks if found else None


def _timed(column: str, filters: str) -> Timed | None:
    known = _ahead(filters)
    return known.courses.get(column) if known else None


def all_columns(filters: str) -> Overview:
    """Every column at a glance."""
    now = session.asked()

    def made(dataset: Dataset, wanted: Filters) -> Overview:
        known = _kept(filters)
        return known.overview if known else overview(dataset, now.target, now.outcome, wanted)

    return _asked("overview", filters, made, now.target, now.outcome)


def all_lines(filters: str, say: Phrases) -> Any:
    """The same as a table."""
    target = session.asked().target
    return _asked(
        "lines",
        filters,
        lambda d, f: lines(all_columns(filters), target, say),
        target,
        session.asked().outcome,
        say.language,
    )


def strongest(filters: str) -> tuple[Relation, ...]:
    """The columns that go with the target most."""
    now = session.asked()
    if filters == EVERYONE and is_large(session.dataset()):
        return all_columns(filters).strongest(session.dataset().schema)
    return _asked(
        "strongest",
        filters,
        lambda d, f: ask.strongest_of(d, now.target, now.outcome, f),
        now.target,
        now.outcome,
    )


def distribution(column: str, filters: str) -> Profile:
    """What a column holds."""
    if filters == EVERYONE and is_large(session.dataset()) and is_known(filters):
        return all_columns(filters).of(column).profile
    return _asked("profile", filters, lambda d, f: ask.profile_of(d, column, f), column)


def relation(column: str, filters: str) -> Relation:
    """How the target goes along with a column."""
    if filters == EVERYONE and is_large(session.dataset()) and is_known(filters):
        known = all_columns(filters).of(column).relation
        if known is not None:
            return known
    of = _of(column)
    return _asked("relation", filters, lambda d, f: ask.relation_of(d, of, f), *of)


def correlations(filters: str) -> Associations:
    """How columns go together."""
    now = session.asked()

    def ahead() -> Associations | None:
        known = _ahead(filters)
        return known.together if known else None

    return _asked(
        "together",
        filters,
        lambda d, f: ask.associations_of(d, now.target, f),
        now.target,
        now.outcome,
        ahead=ahead,
    )


def missingness(filters: str) -> Missingness:
    """Where cells are missing."""
    return _asked("missing", filters, ask.missingness_of)


def patterns(filters: str) -> Patterns:
    """What is missing together."""
    return _asked("patterns", filters, ask.patterns_of)


def telling(filters: str) -> tuple[Telling, ...]:
    """Whether what is missing goes with the target."""
    now = session.asked()
    return _asked(
        "telling",
        filters,
        lambda d, f: ask.telling_of(d, now.target, now.outcome, f),
        now.target,
        now.outcome,
    )


def pair(one: str, other: str, filters: str) -> Pair:
    """Two columns together."""
    return _asked("pair", filters, lambda d, f: ask.pair_of(d, one, other, f), one, other)


def units(column: str, filters: str) -> tuple[str, ...]:
    """The periods that a date column can be looked at by."""

    def ahead() -> tuple[str, ...] | None:
        known = _timed(column, filters)
        return known.units if known else None

    return _asked("units", filters, lambda d, f: ask.units_of(d, column, f), column, ahead=ahead)


def course(column: str, unit: str, filters: str) -> Course:
    """The target over time."""
    of = _of(column)

    def ahead() -> Course | None:
        known = _timed(column, filters)
        return known.course if known and known.course.unit == unit else None

    return _asked(
        "course", filters, lambda d, f: ask.course_of(d, of, unit, f), *of, unit, ahead=ahead
    )


def weekdays(column: str, filters: str) -> Relation:
    """The target by day of the week."""
    of = _of(column)

    def ahead() -> Relation | None:
        known = _timed(column, filters)
        return known.weekdays if known else None

    return _asked("weekdays", filters, lambda d, f: ask.weekdays_of(d, of, f), *of, ahead=ahead)


def _of(column: str) -> tuple[str, str, str]:
    now = session.asked()
    return column, now.target, now.outcome
