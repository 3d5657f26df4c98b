"""What a customer did last: the kind, the channel, the category and the product."""

from __future__ import annotations

from collections.abc import Iterator

import ibis.expr.types as ir

from core.behaviour.features.feature import Feature, Group, Level, Measure, Plan
from core.behaviour.question import OTHER

PLACES = 15  # digits of a time before the cutoff in milliseconds


def measures(plan: Plan) -> Iterator[Measure]:
    """The latest of each, where the log tells it; rare products are "other"."""
    if len(plan.kinds) + plan.buys > 1:
        yield _latest("kind", plan.kinds)
    if plan.channels:
        yield _latest("channel", plan.channels)
    if plan.categories:
        yield _latest("category", plan.categories)
    if plan.products:
        yield _latest("product", plan.products)


def _latest(column: str, words: tuple[str, ...]) -> Measure:
    def value(rows: ir.Table) -> ir.Value:
        said = rows[column].isin(words).ifelse(rows[column], OTHER)
        known = rows[column].notnull()
        # the least of time and word: of what happened at one instant the first by name
        when = rows.before.cast("string").lpad(PLACES, "0")
        return (when + said).min(where=known).substr(PLACES)

    return Measure(Feature(f"last_{column}", f"latest_{column}", "", {}, None), value)


GROUP = Group("latest", Level.EVENTS, measures, order=15)
