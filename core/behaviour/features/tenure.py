"""For how long a customer has been known."""

from __future__ import annotations

from collections.abc import Iterator

from core.behaviour.features.feature import Feature, Group, Level, Measure, Plan, in_days


def measures(plan: Plan) -> Iterator[Measure]:
    """Days since the first event and the first purchase ever, however long ago."""
    yield Measure(
        Feature("days_since_first_event", "tenure", "days", empty=None),
        lambda rows: in_days(rows.before.max()),
    )
    if plan.buys:
        yield Measure(
            Feature("days_since_first_purchase", "tenure_purchase", "days", empty=None),
            lambda rows: in_days(rows.before.max(where=rows.buys)),
        )


GROUP = Group("tenure", Level.WHOLE, measures, order=2)
