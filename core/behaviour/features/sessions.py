"""How a customer's visits go."""

from __future__ import annotations

from collections.abc import Iterator

from core.behaviour.features.feature import Feature, Group, Level, Measure, Plan, share


def measures(plan: Plan) -> Iterator[Measure]:
    """Visits, their length, and how many ended at once or with a purchase."""
    if not plan.kinds and "session" not in plan.tells:
        return  # a log of orders alone has no visits
    yield Measure(Feature("visits", "visits", "visits"), lambda rows: rows.count().cast("float64"))
    yield Measure(
        Feature("events_per_visit", "visit_events", "events", empty=None),
        lambda rows: rows.events.mean(),
    )
    yield Measure(
        Feature("seconds_per_visit", "visit_seconds", "seconds", empty=None),
        lambda rows: rows.seconds.mean(),
    )
    yield Measure(
        Feature("share_of_visits_with_one_event", "visit_bounced", "share", empty=None),
        lambda rows: share(rows.events == 1),
    )
    if plan.buys:
        yield Measure(
            Feature("share_of_visits_that_bought", "visit_bought", "share", empty=None),
            lambda rows: rows.bought.cast("float64").mean(),
        )


GROUP = Group("sessions", Level.SESSIONS, measures, order=12)
