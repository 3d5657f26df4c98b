"""A history and a question become a table: features of before the cutoff, the answer of after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from core.behaviour.features.feature import (
    WINDOWS,
    WORDS_AT_MOST,
    Feature,
    Level,
    Measure,
    Plan,
    chosen,
    in_days,
    word,
)
from core.behaviour.labels import SORTS, labelled
from core.behaviour.past import KEYS, Past, at_cutoffs, beside, of_moments
from core.behaviour.question import Eligible, Question
from core.behaviour.recorded import CUSTOMER, CUTOFF, Story
from core.errors import NoMoments

if TYPE_CHECKING:
    from core.behaviour.engines import Opened
    from core.behaviour.recorded import Recorded

KNOWN_AT = "known_at"
MOMENT = "moment"
OWN = "own_"
SINCE = "days_since_"


@dataclass(frozen=True)
class Read:
    """The tables of a recorded history as an engine reads them; None for one that is not there."""

    events: ir.Table
    customers: ir.Table | None
    moments: ir.Table | None


def read(engine: Opened, recorded: Recorded) -> Read:
    """The files of a history."""
    customers = engine.read(recorded.customers) if recorded.customers.is_file() else None
    moments = engine.read(recorded.moments) if recorded.moments.is_file() else None
    return Read(engine.read(recorded.events), customers, moments)


def plan_of(story: Story, question: Question) -> Plan:
    """The features that a history allows; of words the most frequent have features of their own."""

    def words(found: tuple[tuple[str, int], ...]) -> tuple[str, ...]:
        kept: dict[str, str] = {}
        for text, _ in found[:WORDS_AT_MOST]:
            kept.setdefault(word(text), text)  # "Add to cart" and "add_to_cart" name one column
        return tuple(kept.values())

    return Plan(
        tells=story.tells,
        buys=bool(story.buyers),
        kinds=words(tuple(kind for kind in story.kinds if kind[0] not in story.buying)),
        channels=words(story.channels),
        categories=words(story.categories),
        products=tuple(product for product, _ in story.products),
        windows=tuple(days for days in WINDOWS if days < question.lookback),
        lookback=question.lookback,
        attributes=story.attributes,
        dates=story.dates,
        own=story.own if question.has_moments else (),
    )


def features_of(plan: Plan) -> tuple[Feature, ...]:
    """Every feature of a plan as in the table: behaviour, attributes, the moment's own."""
    found = [measure.feature for _, measures in chosen(plan) for measure in measures]
    found += [Feature(name, "attribute", "", {"column": name}, None) for name, _ in plan.attributes]
    found += [
        Feature(SINCE + name, "attribute_date", "days", {"column": name}, None)
        for name in plan.dates
    ]
    found += [Feature(OWN + name, "own", "", {"column": name}, None) for name, _ in plan.own]
    return tuple(each for each in found if each.name not in plan.left_out)


def table(read: Read, question: Question, plan: Plan, answers: bool = True) -> ir.Table:
    """The whole table, one row a customer and cutoff (or a moment), with ``label`` where answers
    are asked for. Every engine computes it; nothing is computed here.
    """
    past = pasts(read, question)
    rows = keys(read, question, past)
    if answers:
        rows = labelled(rows, read.events, question)
    for summary in _summaries(past, plan):
        rows = beside(rows, summary)
    rows = _with_empty(rows, plan)
    return _with_attributes(rows, read.customers, plan)


def pasts(read: Read, question: Question) -> Past:
    """The events that features may see."""
    if question.has_moments:
        return of_moments(read.events, _moments(read, question), question.lookback)
    return at_cutoffs(read.events, question.moments, question.lookback)


def _moments(read: Read, question: Question) -> ir.Table:
    found = read.moments
    if found is None:
        raise NoMoments(question.asks)
    return found.filter(found.sort == SORTS[question.asks]).drop("sort")


def keys(read: Read, question: Question, past: Past) -> ir.Table:
    """Who is asked about, with the cutoff; moments with their number, label and own columns."""
    if question.has_moments:
        return _moments(read, question)
    seen = past.events
    if question.eligible is Eligible.BUYERS:
        seen = seen.filter(seen.buys)
    if question.eligible is Eligible.KNOWN:
        return _known(read, question, past)
    return seen.select(*KEYS).distinct()


def _known(read: Read, question: Question, past: Past) -> ir.Table:
    found = past.whole.select(*KEYS).distinct()
    if read.customers is None:
        return found
    for at in question.moments:
        of = read.customers.filter(read.customers[KNOWN_AT] < at)
        found = found.union(of.select(CUSTOMER, cutoff=ibis.literal(at, "int64")))
    return found.distinct()


def _summaries(past: Past, plan: Plan) -> list[ir.Table]:
    """One table a level: what several groups ask of it is computed in one pass."""
    by_level: dict[Level, list[Measure]] = {}
    for group, measures in chosen(plan):
        by_level.setdefault(group.level, []).extend(measures)
    found = []
    for level, measures in by_level.items():
        rows = past.rows(level)
        values = {measure.feature.name: measure.value(rows) for measure in measures}
        found.append(rows.group_by(*KEYS).agg(**values))
    return found


def _with_empty(rows: ir.Table, plan: Plan) -> ir.Table:
    """Counts of whoever has nothing to count are 0."""
    filled = {
        measure.feature.name: rows[measure.feature.name].fill_null(measure.feature.empty)
        for _, measures in chosen(plan)
        for measure in measures
        if measure.feature.empty is not None
    }
    return rows.mutate(**filled)


def _with_attributes(rows: ir.Table, customers: ir.Table | None, plan: Plan) -> ir.Table:
    """What the table of customers says; its dates only as far as they lie before the cutoff."""
    wanted = [name for name, _ in plan.attributes if name not in plan.left_out]
    dates = [name for name in plan.dates if SINCE + name not in plan.left_out]
    if customers is None or not (wanted or dates):
        return rows
    joined = beside(rows, customers.select(CUSTOMER, *wanted, *dates), (CUSTOMER,))
    ages = {SINCE + name: in_days(joined[CUTOFF] - joined[name]) for name in dates}
    joined = joined.mutate(**{name: (age > 0).ifelse(age, None) for name, age in ages.items()})
    return joined.drop(*dates)


def without(plan: Plan, names: tuple[str, ...]) -> Plan:
    """The plan without some features."""
    return replace(plan, left_out=tuple(sorted({*plan.left_out, *names})))
