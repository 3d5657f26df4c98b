"""Whether a customer comes and buys more or less than before."""

from __future__ import annotations

from collections.abc import Iterator

from core.behaviour.features.feature import Feature, Group, Level, Measure, Plan, number, within


def measures(plan: Plan) -> Iterator[Measure]:
    """Events of each window against those of as long a time before it: 1 is as before."""
    yield from map(_change, (days for days in plan.windows if 2 * days <= plan.lookback))


def _change(days: int) -> Measure:
    return Measure(
        Feature(f"activity_change_{days}_days", "change", "times", {"days": days}, None),
        lambda rows: (
            number(within(rows, days))
            / number(within(rows, 2 * days) & ~within(rows, days)).nullif(0.0)
        ),
    )


GROUP = Group("change", Level.EVENTS, measures, order=14)
