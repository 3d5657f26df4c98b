"""On how many days a customer came, how regularly, and whether more or less of late."""

from __future__ import annotations

from collections.abc import Iterator

from core.behaviour.features.feature import (
    Feature,
    Group,
    Level,
    Measure,
    Plan,
    in_days,
    number,
    share,
    within,
)


def measures(plan: Plan) -> Iterator[Measure]:
    """Active days in every window, gaps between them, recent against earlier, and the trend."""
    yield Measure(
        Feature("active_days", "active_days", "days"), lambda rows: rows.count().cast("float64")
    )
    yield from map(_lately, plan.windows)
    yield from gaps("visits", "gap_visits")
    half = plan.lookback // 2
    yield Measure(
        Feature("share_of_active_days_recent", "recent_share", "share", {"days": half}, None),
        lambda rows: share(within(rows, half)),
    )
    yield Measure(
        Feature("mean_age_of_activity", "mean_age", "days", empty=None),
        lambda rows: in_days(rows.before.mean()),
    )


def _lately(days: int) -> Measure:
    return Measure(
        Feature(f"active_days_last_{days}_days", "active_days_window", "days", {"days": days}),
        lambda rows: number(within(rows, days)),
    )


def gaps(of: str, code: str) -> Iterator[Measure]:
    """Mean, spread and longest of the days between days."""
    yield Measure(
        Feature(f"mean_days_between_{of}", f"{code}_mean", "days", empty=None),
        lambda rows: rows.gap.mean(),
    )
    yield Measure(
        Feature(f"spread_of_days_between_{of}", f"{code}_spread", "days", empty=None),
        lambda rows: rows.gap.std(how="sample"),
    )
    yield Measure(
        Feature(f"longest_break_between_{of}", f"{code}_longest", "days", empty=None),
        lambda rows: rows.gap.max(),
    )


GROUP = Group("activity", Level.DAYS, measures, order=5)
