"""SYNTHETIC: makes the sample shop, a year of an invented e-commerce shop, from one seed.

Nothing here was observed: customers, orders and clicks are drawn from a small simulation, day by
day. What is in it on purpose: five hidden kinds of customers, weeks and seasons, promotions that
bring visits and discounts, carts left behind, and customers who leave for good, sooner after a late
delivery, when they bought only at a discount, or when they know few categories.

``python make_shop.py [FOLDER]`` writes the tables (into its own folder if none is given), the same
bytes every time. ``shop_world.py`` holds its world, ``customer_table.py`` makes the flat table.
"""

from __future__ import annotations

import gzip
import sys
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import customer_table
import numpy as np
import pandas as pd
from shop_world import (
    CATEGORIES,
    DAYS,
    HOURS,
    MONTH,
    MOOD,
    PAID_BY,
    PAYMENTS,
    PER_CATEGORY,
    PROMOTIONS,
    START,
    TYPES,
    WEEKDAY,
    People,
    Shop,
    assortment,
    people,
)  # fmt: skip

SEED = 20250101
CUSTOMERS = 5_000
World = tuple[People, Shop, "Year"]


@dataclass
class Year:
    """What happened, row by row."""

    orders: list[tuple[object, ...]] = field(default_factory=list)
    lines: list[tuple[object, ...]] = field(default_factory=list)
    clicks: list[tuple[object, ...]] = field(default_factory=list)
    sessions: int = 0


def _one_of(chance: np.random.RandomState, until: np.ndarray) -> int:
    """A place drawn by cumulated weights; ``choice`` does the same ten times slower."""
    return int(np.searchsorted(until, chance.random_sample() * until[-1], side="right"))


def promotion(day: date) -> tuple[str, float]:
    """The name and discount that hold on a day; empty and 0 on most."""
    return next(((n, d) for n, start, end, d in PROMOTIONS if start <= day <= end), ("", 0.0))


def year(chance: np.random.RandomState, who: People, shop: Shop) -> Year:
    """Run the year day by day."""
    happened = Year()
    rate = np.array([TYPES[t].visits for t in who.type]) * who.pace
    sensitivity = np.array([TYPES[t].sensitivity for t in who.type])
    for number in range(DAYS):
        day = START + timedelta(days=number)
        there = (who.joins <= number) * np.where(who.leaves_on <= number, 0.04, 1.0)
        fresh = 1 + 2.5 * np.exp(-np.maximum(number - who.joins, 0) / 12)
        lift = 1 + 5.0 * promotion(day)[1] * sensitivity
        usual = MONTH[day.month - 1] * WEEKDAY[day.weekday()]
        visits = chance.poisson(rate * usual * there * fresh * lift)
        visitors = np.repeat(np.arange(len(visits)), np.minimum(visits, 3))
        for customer in visitors[np.argsort(chance.random_sample(len(visitors)))]:
            _visit(chance, int(customer), day, (who, shop, happened))
    return happened


def _visit(chance: np.random.RandomState, customer: int, day: date, world: World) -> None:
    who, shop, happened = world
    kind, discount = TYPES[who.type[customer]], promotion(day)[1]
    happened.sessions += 1
    hour = _one_of(chance, HOURS)
    clock = datetime(day.year, day.month, day.day, hour) + timedelta(seconds=chance.randint(2400))
    clicks = happened.clicks
    head = (f"S{happened.sessions:05d}", who.ids[customer])
    wish = np.cumsum(who.likes[customer] * MOOD[day.month - 1])
    category = _one_of(chance, wish)
    cart: list[int] = []
    for _ in range(1 + chance.poisson(2.0)):
        clock += timedelta(seconds=5 + chance.randint(75))
        if chance.random_sample() < 0.2:
            category = _one_of(chance, wish)
            clicks.append((clock, *head, "search", None, CATEGORIES[category]))
            clock += timedelta(seconds=3 + chance.randint(15))
        item = category * PER_CATEGORY + int(PER_CATEGORY * chance.random_sample() ** 1.7)
        clicks.append((clock, *head, "view", shop.ids[item], None))
        if item not in cart and chance.random_sample() < 0.24 + 0.2 * kind.sensitivity * discount:
            clock += timedelta(seconds=3 + chance.randint(20))
            clicks.append((clock, *head, "add_to_cart", shop.ids[item], None))
            cart.append(item)
    if not cart:
        return
    pays = kind.buys + (0.9 * discount - 0.12) * kind.sensitivity
    if chance.random_sample() < min(max(pays, 0.03) + 0.25, 0.97):
        clock += timedelta(seconds=10 + chance.randint(60))
        clicks.append((clock, *head, "checkout", None, None))
        if chance.random_sample() < pays / (pays + 0.12):
            clock += timedelta(seconds=20 + chance.randint(120))
            clicks.append((clock, *head, "purchase", None, None))
            _order(chance, customer, clock, cart, world)


def _order(
    chance: np.random.RandomState, customer: int, at: datetime, cart: list[int], world: World
) -> None:
    who, shop, happened = world
    name, discount = promotion(at.date())
    coupon, off = _coupon(chance, who, customer)
    order = f"O{len(happened.orders) + 1:05d}"
    total = 0.0
    promised, delivered = _delivery(chance, who.late[customer], at.date())
    for line, item in enumerate(cart):
        quantity = 1 + (chance.random_sample() < 0.12) + (chance.random_sample() < 0.03)
        cut = round(1 - (1 - discount) * (1 - off), 3)
        price = shop.prices[item]
        total += quantity * price * (1 - cut)
        back = chance.random_sample() < (0.22 if CATEGORIES[item // PER_CATEGORY] in
                                         ("clothing", "shoes") else 0.05)  # fmt: skip
        returned = delivered + timedelta(days=2 + chance.randint(12)) if back else None
        happened.lines.append((order, line + 1, shop.ids[item], quantity, price, cut,
                               returned))  # fmt: skip
        who.known[customer].add(item // PER_CATEGORY)
    payment = PAYMENTS[_one_of(chance, PAID_BY)]
    happened.orders.append((order, who.ids[customer], at, payment, name or None,
                            coupon, 0.0 if total >= 50 else 4.9, promised, delivered))  # fmt: skip
    who.orders[customer] += 1
    delivery = (delivered > promised, discount + off > 0, delivered)
    _stay_or_leave(chance, customer, delivery, who)


def _coupon(chance: np.random.RandomState, who: People, customer: int) -> tuple[str | None, float]:
    if who.orders[customer] == 0 and who.joins[customer] >= 0 and chance.random_sample() < 0.4:
        return "WELCOME10", 0.10
    return ("NEWS5", 0.05) if who.reads[customer] and chance.random_sample() < 0.18 else (None, 0.0)


def _delivery(chance: np.random.RandomState, late: float, day: date) -> tuple[date, date]:
    """Promised and delivered; a strike in June and the weeks before Christmas make it worse."""
    promised = day + timedelta(days=3 + chance.randint(3))
    strike = date(2025, 6, 5) <= day <= date(2025, 6, 20)
    rush = date(2025, 11, 24) <= day <= date(2025, 12, 20)
    if chance.random_sample() < late + 0.4 * strike + 0.15 * rush:
        return promised, promised + timedelta(days=1 + chance.poisson(2.5))
    return promised, promised - timedelta(days=chance.randint(3))


def _stay_or_leave(
    chance: np.random.RandomState, customer: int, delivery: tuple[bool, bool, date], who: People
) -> None:
    kind = TYPES[who.type[customer]]
    late, cheaper, delivered = delivery
    few = 3 - min(len(who.known[customer]), 4)
    odds = kind.leaves + 1.7 * late + 1.2 * cheaper * kind.sensitivity + 0.45 * few
    if chance.random_sample() < 1 / (1 + np.exp(-odds)):
        gone = (delivered - START).days + 1
        who.leaves_on[customer] = min(who.leaves_on[customer], gone)


def tables(seed: int = SEED, customers: int = CUSTOMERS) -> dict[str, pd.DataFrame]:
    """The shop's tables by file name, and the flat table made of them."""
    chance = np.random.RandomState(seed)  # its stream never changes with numpy's version
    shop = assortment(chance)
    who = people(chance, customers)
    happened = year(chance, who, shop)
    named = {
        "customers.csv": who.table,
        "products.csv": shop.table,
        "promotions.csv": pd.DataFrame(
            PROMOTIONS, columns=["promotion", "starts_on", "ends_on", "discount"]
        ),
        "orders.csv": pd.DataFrame(
            happened.orders,
            columns=["order_id", "customer_id", "ordered_at", "payment", "promotion", "coupon",
                     "shipping_fee", "promised_on", "delivered_on"],
        ).sort_values(["ordered_at", "order_id"], kind="stable"),
        "order_lines.csv": pd.DataFrame(
            happened.lines,
            columns=["order_id", "line", "product_id", "quantity", "unit_price", "discount",
                     "returned_on"],
        ),
        "clicks.csv.gz": pd.DataFrame(
            happened.clicks,
            columns=["clicked_at", "session_id", "customer_id", "action", "product_id", "search"],
        ).sort_values(["clicked_at", "session_id"], kind="stable"),
    }  # fmt: skip
    named["shop_customers.csv"] = customer_table.made_from(named)
    return named


def write(named: dict[str, pd.DataFrame], folder: Path) -> None:
    """Write each table; a gzip has no time in it, so that its bytes repeat."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in named.items():
        text = table.to_csv(index=False, lineterminator="\n").encode()
        packed = gzip.compress(text, 6, mtime=0) if name.endswith(".gz") else text
        (folder / name).write_bytes(packed)


if __name__ == "__main__":
    write(tables(), Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
