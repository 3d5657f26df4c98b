"""What a customer paid, what was taken off, and what came back."""

from __future__ import annotations

from collections.abc import Iterator

from core.behaviour.features.feature import Feature, Group, Level, Measure, Plan, within
from core.behaviour.recorded import RETURN


def measures(plan: Plan) -> Iterator[Measure]:
    """Spend in every window, the average discount, and the share that was sent back."""
    if not plan.buys:
        return
    if "amount" in plan.tells:
        yield Measure(
            Feature("spend", "spend", "money"),
            lambda rows: rows.amount.sum(where=rows.buys).fill_null(0.0),
        )
        yield from map(_spend, plan.windows)
    if "discount" in plan.tells:
        yield Measure(
            Feature("average_discount", "average_discount", "share", empty=None),
            lambda rows: rows.discount.mean(where=rows.buys),
        )
        yield Measure(
            Feature("share_bought_at_a_discount", "share_discounted", "share", empty=None),
            lambda rows: (rows.discount > 0).cast("float64").mean(where=rows.buys),
        )
    if RETURN in plan.kinds:
        yield Measure(
            Feature("share_returned", "share_returned", "share", empty=None),
            lambda rows: (
                (rows.kind == RETURN).cast("int64").sum()
                / rows.buys.cast("int64").sum().nullif(0).cast("float64")
            ),
        )


def _spend(days: int) -> Measure:
    return Measure(
        Feature(f"spend_last_{days}_days", "spend_window", "money", {"days": days}),
        lambda rows: rows.amount.sum(where=rows.buys & within(rows, days)).fill_null(0.0),
    )


GROUP = Group("money", Level.EVENTS, measures, order=4)
