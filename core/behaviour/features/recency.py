"""How long ago things last happened."""

from __future__ import annotations

from collections.abc import Iterator

from core.behaviour.features.feature import Feature, Group, Level, Measure, Plan, in_days, word


def measures(plan: Plan) -> Iterator[Measure]:
    """Days since the last event, the last purchase, and the last event of each kind."""
    yield Measure(
        Feature("days_since_last_event", "recency", "days", empty=None),
        lambda rows: in_days(rows.before.min()),
    )
    if plan.buys:
        yield Measure(
            Feature("days_since_last_purchase", "recency_purchase", "days", empty=None),
            lambda rows: in_days(rows.before.min(where=rows.buys)),
        )
    if len(plan.kinds) + plan.buys > 1:
        yield from map(_of_kind, plan.kinds)


def _of_kind(kind: str) -> Measure:
    return Measure(
        Feature(f"days_since_last_{word(kind)}", "recency_kind", "days", {"kind": kind}, None),
        lambda rows: in_days(rows.before.min(where=rows.kind == kind)),
    )


GROUP = Group("recency", Level.EVENTS, measures, order=1)
