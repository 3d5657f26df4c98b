"""What a customer looks at and buys, and how varied that is."""

from __future__ import annotations

from collections.abc import Iterator

import ibis.expr.types as ir

from core.behaviour.features.feature import Feature, Group, Level, Measure, Plan, word


def measures(plan: Plan) -> Iterator[Measure]:
    """How many categories, the favourite's share, the entropy, and events of each category."""
    if "category" not in plan.tells:
        return
    yield Measure(
        Feature("categories", "categories", "categories"),
        lambda rows: rows.count().cast("float64"),
    )
    yield Measure(
        Feature("share_of_favourite_category", "favourite_share", "share", empty=None),
        lambda rows: rows.events.max() / rows.events.sum().cast("float64"),
    )
    yield Measure(Feature("variety_of_categories", "entropy", "nats", empty=None), entropy)
    for category in plan.categories:
        yield _met(category)
        if plan.buys:
            yield _bought(category)


def _met(category: str) -> Measure:
    return Measure(
        Feature(f"{word(category)}_events", "category_events", "events", {"category": category}),
        lambda rows: _sum(rows, rows.events, category),
    )


def _bought(category: str) -> Measure:
    return Measure(
        Feature(f"{word(category)}_bought", "category_bought", "lines", {"category": category}),
        lambda rows: _sum(rows, rows.buys, category),
    )


def _sum(rows: ir.Table, counted: ir.NumericColumn, category: str) -> ir.Value:
    return counted.sum(where=rows.category == category).fill_null(0).cast("float64")


def entropy(rows: ir.Table) -> ir.Value:
    """Shannon's entropy in nats of how the events spread: ln N - sum(n ln n) / N."""
    number = rows.events.cast("float64")
    return number.sum().ln() - (number * number.ln()).sum() / number.sum()


GROUP = Group("categories", Level.CATEGORIES, measures, order=9)
