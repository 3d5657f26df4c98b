"""SYNTHETIC: who and what there is in the sample shop before its year starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

START = date(2025, 1, 1)
DAYS = 365
CATEGORIES = ("clothing", "shoes", "beauty", "home", "electronics", "toys", "sports", "books")
PRICE = (34, 62, 19, 41, 120, 24, 46, 14)  # median of each category
PER_CATEGORY = 30
# When a category sells, by month: 1 is usual.
SEASON = {
    "toys": (0.7, 0.7, 0.8, 0.9, 0.9, 0.9, 0.8, 0.8, 0.9, 1.1, 1.5, 1.8),
    "sports": (1.4, 1.1, 1.1, 1.2, 1.2, 1.1, 1.0, 1.0, 0.9, 0.8, 0.7, 0.8),
    "home": (0.9, 0.9, 1.1, 1.3, 1.3, 1.1, 0.9, 0.9, 1.0, 1.0, 1.0, 1.0),
    "electronics": (0.9, 0.8, 0.8, 0.9, 0.9, 0.9, 1.0, 1.0, 1.0, 1.0, 1.3, 1.2),
}
MONTH = (0.95, 0.85, 0.95, 0.95, 1.0, 0.9, 0.85, 0.85, 1.0, 1.05, 1.3, 1.35)
WEEKDAY = (1.05, 0.95, 0.95, 0.95, 0.85, 1.05, 1.25)
HOUR = np.array([1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 2, 3, 3.5, 4, 4, 4.5, 4, 3.5, 3.5, 4, 4.5, 5.5,
                 7, 8, 7.5, 5, 2.5])  # fmt: skip
HOURS = np.cumsum(HOUR)
MOOD = np.array([[SEASON.get(c, (1.0,) * 12)[m] for c in CATEGORIES] for m in range(12)])
PAYMENTS = ("card", "paypal", "invoice", "transfer")
PAID_BY = np.cumsum([0.36, 0.34, 0.24, 0.06])
PROMOTIONS = (
    ("Winter sale", date(2025, 1, 3), date(2025, 1, 19), 0.20),
    ("Spring days", date(2025, 3, 21), date(2025, 3, 30), 0.15),
    ("Summer sale", date(2025, 7, 1), date(2025, 7, 20), 0.25),
    ("Back to school", date(2025, 8, 25), date(2025, 9, 6), 0.10),
    ("Autumn days", date(2025, 10, 10), date(2025, 10, 17), 0.15),
    ("Black week", date(2025, 11, 24), date(2025, 11, 30), 0.30),
    ("Christmas", date(2025, 12, 8), date(2025, 12, 17), 0.10),
)
# A city's share of customers and its chance of a late delivery.
CITIES = {
    "Hamburg": (0.20, 0.08), "Berlin": (0.24, 0.14), "Munich": (0.16, 0.08),
    "Cologne": (0.14, 0.10), "Leipzig": (0.10, 0.12), "Vienna": (0.10, 0.20),
    "Zurich": (0.06, 0.26),
}  # fmt: skip
CHANNELS = ("search", "social", "referral", "email", "affiliate", "direct")
TIERS = ("none", "bronze", "silver", "gold")


@dataclass(frozen=True)
class Type:
    """A hidden kind of customer; none of this is written to the tables."""

    share: float
    visits: float  # a day
    buys: float  # chance that a filled cart is paid
    sensitivity: float  # to prices, 0..1
    focus: float  # how evenly the categories are liked: large is even
    leaves: float  # log-odds of leaving after a delivery
    channels: tuple[float, ...]
    tiers: tuple[float, ...]
    newsletter: float
    born: int


TYPES = (
    Type(0.17, 0.085, 0.80, 0.20, 0.25, -4.0, (0.2, 0.1, 0.3, 0.2, 0.05, 0.15),
         (0.1, 0.2, 0.4, 0.3), 0.75, 1979),
    Type(0.24, 0.060, 0.42, 0.95, 0.20, -2.3, (0.2, 0.3, 0.05, 0.15, 0.25, 0.05),
         (0.4, 0.4, 0.15, 0.05), 0.65, 1988),
    Type(0.31, 0.022, 0.66, 0.45, 0.16, -2.4, (0.4, 0.15, 0.1, 0.1, 0.1, 0.15),
         (0.5, 0.35, 0.1, 0.05), 0.40, 1982),
    Type(0.16, 0.075, 0.20, 0.60, 0.25, -2.2, (0.2, 0.5, 0.05, 0.1, 0.1, 0.05),
         (0.6, 0.3, 0.08, 0.02), 0.45, 1996),
    Type(0.12, 0.016, 0.75, 0.30, 0.12, -0.8, (0.5, 0.15, 0.05, 0.05, 0.15, 0.1),
         (0.8, 0.15, 0.05, 0.0), 0.20, 1974),
)  # fmt: skip


@dataclass
class People:
    """The customers while the year runs: what is written, what is hidden, what changes."""

    table: pd.DataFrame
    ids: list[str]
    reads: list[bool]  # the newsletter
    type: np.ndarray
    likes: np.ndarray  # (customers, categories), rows add up to 1
    joins: np.ndarray  # day of the year; negative for those from before
    late: np.ndarray  # chance of a late delivery
    pace: np.ndarray  # own factor on visits
    leaves_on: np.ndarray
    known: list[set[int]]  # categories bought
    orders: np.ndarray


@dataclass(frozen=True)
class Shop:
    """The assortment, as written and as lists."""

    table: pd.DataFrame
    ids: list[str]
    prices: list[float]


def assortment(chance: np.random.RandomState) -> Shop:
    """The assortment: popular things first within each category."""
    rows: list[tuple[object, ...]] = []
    for place, category in enumerate(CATEGORIES):
        prices = PRICE[place] * np.exp(0.45 * chance.standard_normal(PER_CATEGORY))
        for i, price in enumerate(prices):
            shown = max(round(price) - 0.05, 2.95)
            margin = 0.28 + 0.3 * chance.random_sample()
            brand = f"{category.title()} brand {chr(65 + int(6 * chance.random_sample() ** 2))}"
            rows.append((f"P{len(rows) + 1:03d}", f"{category.title()} article {i + 1}", category,
                         brand, round(shown, 2), round(shown * (1 - margin), 2)))  # fmt: skip
    table = pd.DataFrame(rows, columns=["product_id", "name", "category", "brand", "price", "cost"])
    return Shop(table, table["product_id"].tolist(), table["price"].tolist())


def people(chance: np.random.RandomState, count: int) -> People:
    """Draw the customers; a fifth of them joined during the year."""
    type_of = chance.choice(len(TYPES), count, p=[t.share for t in TYPES])
    joins = np.where(
        chance.random_sample(count) < 0.72,
        -np.floor(540 * chance.random_sample(count) ** 1.3),
        np.floor(345 * chance.random_sample(count)),
    ).astype(int)
    order = np.argsort(joins, kind="stable")
    type_of, joins = type_of[order], joins[order]
    kinds = [TYPES[t] for t in type_of]
    city = chance.choice(len(CITIES), count, p=[share for share, _ in CITIES.values()])
    likes = np.array([chance.dirichlet(np.full(len(CATEGORIES), k.focus) + 0.01) for k in kinds])
    table = _customers(chance, kinds, joins, np.array(list(CITIES))[city])
    return People(
        table=table,
        ids=table["customer_id"].tolist(),
        reads=table["newsletter"].eq("yes").tolist(),
        type=type_of,
        likes=likes,
        joins=joins,
        late=np.array([late for _, late in CITIES.values()])[city],
        pace=chance.gamma(2.5, 1 / 2.5, count),
        leaves_on=np.full(count, DAYS + 1),
        known=[set() for _ in range(count)],
        orders=np.zeros(count, int),
    )


def _customers(
    chance: np.random.RandomState, kinds: list[Type], joins: np.ndarray, city: np.ndarray
) -> pd.DataFrame:
    count = len(kinds)
    born = np.array([k.born for k in kinds]) + np.round(9 * chance.standard_normal(count))
    table = pd.DataFrame(
        {
            "customer_id": [f"C{i + 1:05d}" for i in range(count)],
            "signup_date": [START + timedelta(days=int(j)) for j in joins],
            "birth_year": pd.array(np.clip(born, 1940, 2006).astype(int), dtype="Int64"),
            "gender": chance.choice(["female", "male", "diverse"], count, p=[0.56, 0.42, 0.02]),
            "city": city,
            "acquisition_channel": [chance.choice(CHANNELS, p=k.channels) for k in kinds],
            "newsletter": ["yes" if chance.random_sample() < k.newsletter else "no" for k in kinds],
            "device": chance.choice(["mobile", "desktop", "tablet"], count, p=[0.58, 0.34, 0.08]),
            "loyalty_tier": [chance.choice(TIERS, p=k.tiers) for k in kinds],
        }
    )
    for column, gap in (("birth_year", 0.08), ("gender", 0.05), ("city", 0.02)):
        table[column] = table[column].mask(chance.random_sample(count) < gap)
    return table
