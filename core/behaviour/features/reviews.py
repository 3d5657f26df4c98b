"""What a customer thought of what was bought."""

from __future__ import annotations

from collections.abc import Iterator

from core.behaviour.features.feature import Feature, Group, Level, Measure, Plan


def measures(plan: Plan) -> Iterator[Measure]:
    """How many ratings a customer gave, their mean and the lowest."""
    if "rating" not in plan.tells:
        return
    yield Measure(
        Feature("ratings", "ratings", "ratings"), lambda rows: rows.rating.count().cast("float64")
    )
    yield Measure(
        Feature("mean_rating", "rating_mean", "stars", empty=None), lambda rows: rows.rating.mean()
    )
    yield Measure(
        Feature("lowest_rating", "rating_lowest", "stars", empty=None),
        lambda rows: rows.rating.min(),
    )


GROUP = Group("reviews", Level.EVENTS, measures, order=13)
