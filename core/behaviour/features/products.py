"""How a customer and the products meet: variety, coming back, looking without buying."""

from __future__ import annotations

from collections.abc import Iterator

from core.behaviour.features.feature import Feature, Group, Level, Measure, Plan, number, share


def measures(plan: Plan) -> Iterator[Measure]:
    """Different products, how many came again, and how many were looked at but not bought."""
    if "product" not in plan.tells:
        return
    yield Measure(
        Feature("products", "products", "products"), lambda rows: rows.count().cast("float64")
    )
    yield Measure(
        Feature("share_of_products_met_again", "products_again", "share", empty=None),
        lambda rows: share(rows.events > 1),
    )
    if plan.buys:
        yield Measure(
            Feature("products_bought", "products_bought", "products"),
            lambda rows: number(rows.buys > 0),
        )
        yield Measure(
            Feature("share_of_products_not_bought", "products_left", "share", empty=None),
            lambda rows: share(rows.buys == 0),
        )
    if "price" in plan.tells:
        yield Measure(
            Feature("mean_price_of_products", "price_level", "money", empty=None),
            lambda rows: rows.price.mean(),
        )


GROUP = Group("products", Level.PRODUCTS, measures, order=10)
