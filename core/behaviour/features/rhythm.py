"""How regularly a customer buys, and whether the next purchase is overdue."""

from __future__ import annotations

from collections.abc import Iterator

from core.behaviour.features.activity import gaps
from core.behaviour.features.feature import (
    Feature,
    Group,
    Level,
    Measure,
    Plan,
    in_days,
    share,
    within,
)


def measures(plan: Plan) -> Iterator[Measure]:
    """Gaps between days of purchase; the wait since the last against the usual one; the trend."""
    if not plan.buys:
        return
    yield from gaps("purchases", "gap_purchases")
    yield Measure(
        Feature("wait_against_usual", "overdue", "times", empty=None),
        lambda rows: in_days(rows.before.min()) / rows.gap.mean().nullif(0.0),
    )
    half = plan.lookback // 2
    yield Measure(
        Feature("share_of_purchases_recent", "recent_purchases", "share", {"days": half}, None),
        lambda rows: share(within(rows, half)),
    )


GROUP = Group("rhythm", Level.BUYING_DAYS, measures, order=6)
