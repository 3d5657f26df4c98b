"""How often a customer bought, and how large a purchase was."""

from __future__ import annotations

from collections.abc import Iterator

from core.behaviour.features.feature import Feature, Group, Level, Measure, Plan, number, within


def measures(plan: Plan) -> Iterator[Measure]:
    """Purchases in every window, the average, spread and largest of their worth, their size."""
    if not plan.buys:
        return
    yield Measure(
        Feature("purchases", "purchases", "purchases"), lambda rows: rows.count().cast("float64")
    )
    yield from map(_lately, plan.windows)
    if "amount" in plan.tells:
        yield from _worth()
    yield Measure(
        Feature("lines_per_purchase", "basket_lines", "lines", empty=None),
        lambda rows: rows.lines.mean(),
    )
    if "quantity" in plan.tells:
        yield Measure(
            Feature("pieces_per_purchase", "basket_pieces", "pieces", empty=None),
            lambda rows: rows.quantity.mean(),
        )


def _lately(days: int) -> Measure:
    return Measure(
        Feature(f"purchases_last_{days}_days", "purchases_window", "purchases", {"days": days}),
        lambda rows: number(within(rows, days)),
    )


def _worth() -> Iterator[Measure]:
    yield Measure(
        Feature("average_purchase", "average_purchase", "money", empty=None),
        lambda rows: rows.amount.mean(),
    )
    yield Measure(
        Feature("spread_of_purchases", "spread_of_purchases", "money", empty=None),
        lambda rows: rows.amount.std(how="sample"),
    )
    yield Measure(
        Feature("largest_purchase", "largest_purchase", "money", empty=None),
        lambda rows: rows.amount.max(),
    )


GROUP = Group("frequency", Level.PURCHASES, measures, order=3)
