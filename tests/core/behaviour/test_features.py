"""Every feature against a calculation of its own in plain Python, customer by customer."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.behaviour.building import features_of, plan_of
from core.behaviour.built import How, typed
from core.behaviour.features.feature import Plan, groups
from core.behaviour.question import Asks, Question, millis
from core.behaviour.recorded import DAY, Recorded
from core.progress import silent
from tests.core.behaviour.logs import shop, write

CUTOFFS = ("2025-08-01", "2025-09-15T12:00:00")
LOOKBACK = 120
QUESTION = Question(Asks.BUY, CUTOFFS, LOOKBACK, gap=2, outcome=20)


def log() -> pd.DataFrame:
    """The made-up shop with everything that a log can tell."""
    table = shop(60, seed=3)
    draw = np.random.default_rng(5)
    rows = len(table)
    table["channel"] = draw.choice(["web", "app", None], rows)
    table["product"] = draw.choice([f"P{i}" for i in range(9)], rows)
    table["price"] = draw.integers(5, 90, rows).astype(float)
    table["discount"] = np.where(table["buys"], draw.choice([0.0, 0.1, 0.25], rows), np.nan)
    table["quantity"] = np.where(table["buys"], draw.integers(1, 4, rows), np.nan)
    returns = table[table["buys"] & (draw.random(rows) < 0.3)].copy()
    returns["at"] += 5 * DAY
    returns = returns.assign(kind="return", buys=False, purchase=None, rating=None)
    rated = table["buys"] & (draw.random(rows) < 0.5)
    table["rating"] = np.where(rated, draw.integers(1, 6, rows), np.nan)
    return pd.concat([table, returns], ignore_index=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, pd.DataFrame, Plan]:
    """The log, the table built of it, and the plan."""
    folder = tmp_path_factory.mktemp("features")
    table = log()
    recorded: Recorded = write(folder / "log", table)
    plan = plan_of(recorded.story, QUESTION)
    file = folder / "typed.parquet"
    typed(recorded, (QUESTION, plan), file, How(), silent)
    return table, pd.read_parquet(file), plan


def test_every_feature_is_what_it_says(made: tuple[pd.DataFrame, pd.DataFrame, Plan]) -> None:
    table, built, plan = made
    names = [feature.name for feature in features_of(plan)]
    assert len(names) > 80
    assert set(names) <= set(built.columns)
    compared = 0
    for cutoff in map(millis, CUTOFFS):
        rows = built[built["cutoff"] == cutoff].set_index("customer")
        past = table[(table["at"] < cutoff) & (table["at"] >= cutoff - LOOKBACK * DAY)]
        assert sorted(rows.index) == sorted(past["customer"].unique())
        for customer, events in past.groupby("customer"):
            whole = table[(table["customer"] == customer) & (table["at"] < cutoff)]
            ours = rows.loc[customer]
            theirs = by_hand(events, whole, cutoff, plan)
            assert set(theirs) == set(names)
            for name in names:
                assert same(ours[name], theirs[name]), (customer, name, ours[name], theirs[name])
                compared += 1
    assert compared > 5_000


def same(one: Any, other: Any) -> bool:
    if isinstance(other, str):
        return bool(one == other)
    if other is None or (isinstance(other, float) and math.isnan(other)):
        return one is None or bool(pd.isna(one))
    return math.isclose(float(one), float(other), rel_tol=1e-9, abs_tol=1e-9)


def by_hand(events: pd.DataFrame, whole: pd.DataFrame, cutoff: int, plan: Plan) -> dict[str, Any]:
    """All features of one customer and cutoff; None where nothing can be said."""
    rows = events.sort_values("at").to_dict("records")
    for row in rows:
        row["before"] = cutoff - row["at"]
    found = _recency(rows, plan) | _tenure(whole, cutoff) | _money(rows, plan) | _latest(rows, plan)
    found |= _purchases(rows, plan) | _days(rows, plan) | _kinds(rows, plan) | _shares(rows, plan)
    return found | _things(rows, plan) | _visits(rows)


def _ago(rows: list[dict[str, Any]]) -> float | None:
    return min((row["before"] for row in rows), default=math.nan) / DAY


def _lately(rows: list[dict[str, Any]], days: float) -> list[dict[str, Any]]:
    return [row for row in rows if row["before"] <= days * DAY]


def _recency(rows: list[dict[str, Any]], plan: Plan) -> dict[str, Any]:
    found = {"days_since_last_event": _ago(rows)}
    found["days_since_last_purchase"] = _ago([r for r in rows if r["buys"]])
    for kind in plan.kinds:
        found[f"days_since_last_{kind}"] = _ago([row for row in rows if row["kind"] == kind])
    return found


def _tenure(whole: pd.DataFrame, cutoff: int) -> dict[str, Any]:
    bought = whole[whole["buys"]]
    return {
        "days_since_first_event": (cutoff - whole["at"].min()) / DAY,
        "days_since_first_purchase": (cutoff - bought["at"].min()) / DAY if len(bought) else None,
    }


def _money(rows: list[dict[str, Any]], plan: Plan) -> dict[str, Any]:
    bought = [row for row in rows if row["buys"]]
    returned = sum(row["kind"] == "return" for row in rows)
    off = [row["discount"] for row in bought]
    found: dict[str, Any] = {
        "spend": sum(row["amount"] for row in bought),
        "average_discount": mean(off) if off else None,
        "share_bought_at_a_discount": mean(d > 0 for d in off) if off else None,
        "share_returned": returned / len(bought) if bought else None,
    }
    for days in plan.windows:
        found[f"spend_last_{days}_days"] = sum(row["amount"] for row in _lately(bought, days))
    given = [row["rating"] for row in rows if not pd.isna(row["rating"])]
    return found | {
        "ratings": len(given),
        "mean_rating": mean(given) if given else None,
        "lowest_rating": min(given) if given else None,
    }


def _purchases(rows: list[dict[str, Any]], plan: Plan) -> dict[str, Any]:
    bought: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["buys"]:
            bought.setdefault(row["purchase"], []).append(row)
    worth = [sum(line["amount"] for line in lines) for lines in bought.values()]
    last = [min(line["before"] for line in lines) for lines in bought.values()]
    pieces = [sum(line["quantity"] for line in lines) for lines in bought.values()]
    found: dict[str, Any] = {
        "purchases": len(bought),
        "average_purchase": mean(worth) if worth else None,
        "spread_of_purchases": stdev(worth) if len(worth) > 1 else None,
        "largest_purchase": max(worth, default=None),
        "lines_per_purchase": mean(len(lines) for lines in bought.values()) if bought else None,
        "pieces_per_purchase": mean(pieces) if pieces else None,
    }
    for days in plan.windows:
        found[f"purchases_last_{days}_days"] = sum(at <= days * DAY for at in last)
    return found


def _days(rows: list[dict[str, Any]], plan: Plan) -> dict[str, Any]:
    seen, bought = _by_day(rows), _by_day([row for row in rows if row["buys"]])
    half = plan.lookback // 2
    found: dict[str, Any] = {"active_days": len(seen)}
    for days in plan.windows:
        found[f"active_days_last_{days}_days"] = sum(b <= days * DAY for b in seen.values())
    found |= _gaps(seen, "visits") | _gaps(bought, "purchases")
    found["share_of_active_days_recent"] = mean(b <= half * DAY for b in seen.values())
    found["mean_age_of_activity"] = mean(seen.values()) / DAY
    recent = [b <= half * DAY for b in bought.values()]
    found["share_of_purchases_recent"] = mean(recent) if recent else None
    usual = found["mean_days_between_purchases"]
    found["wait_against_usual"] = min(bought.values()) / DAY / usual if usual else None
    return found


def _by_day(rows: list[dict[str, Any]]) -> dict[int, int]:
    """Milliseconds before the cutoff of the last event of each day."""
    found: dict[int, int] = {}
    for row in rows:
        day = row["at"] // DAY
        found[day] = min(found.get(day, row["before"]), row["before"])
    return found


def _gaps(days: dict[int, int], of: str) -> dict[str, Any]:
    known = sorted(days)
    gaps = [float(b - a) for a, b in pairwise(known)]
    return {
        f"mean_days_between_{of}": mean(gaps) if gaps else None,
        f"spread_of_days_between_{of}": stdev(gaps) if len(gaps) > 1 else None,
        f"longest_break_between_{of}": max(gaps, default=None),
    }


def _kinds(rows: list[dict[str, Any]], plan: Plan) -> dict[str, Any]:
    found: dict[str, Any] = {"events": len(rows)}
    for kind in plan.kinds:
        mine = [row for row in rows if row["kind"] == kind]
        found[f"{kind}_count"] = len(mine)
        for days in plan.windows:
            found[f"{kind}_last_{days}_days"] = len(_lately(mine, days))
    for days in plan.windows:
        if 2 * days <= plan.lookback:
            now = len(_lately(rows, days))
            before = len(_lately(rows, 2 * days)) - now
            found[f"activity_change_{days}_days"] = now / before if before else None
    return found


def _shares(rows: list[dict[str, Any]], plan: Plan) -> dict[str, Any]:
    known = [row["channel"] for row in rows if isinstance(row["channel"], str)]
    found: dict[str, Any] = {
        f"share_over_{channel}": mean(each == channel for each in known) if known else None
        for channel in plan.channels
    }
    times = [pd.Timestamp(row["at"], unit="ms", tz="UTC") for row in rows]
    parts = {"night": 0, "morning": 6, "afternoon": 12, "evening": 18}
    for part, begin in parts.items():
        found[f"share_in_the_{part}"] = mean(begin <= t.hour < begin + 6 for t in times)
    found["share_at_weekends"] = mean(t.day_of_week >= 5 for t in times)
    return found


def _things(rows: list[dict[str, Any]], plan: Plan) -> dict[str, Any]:
    counts = Counter(row["category"] for row in rows)
    bought = Counter(row["category"] for row in rows if row["buys"])
    shares = [n / counts.total() for n in counts.values()]
    found: dict[str, Any] = {
        "categories": len(counts),
        "share_of_favourite_category": max(shares),
        "variety_of_categories": -sum(p * math.log(p) for p in shares),
    }
    for category in plan.categories:
        found[f"{category}_events"], found[f"{category}_bought"] = (
            counts[category],
            bought[category],
        )
    met = Counter(row["product"] for row in rows)
    owned = {row["product"] for row in rows if row["buys"]}
    prices = {p: mean(row["price"] for row in rows if row["product"] == p) for p in met}
    return found | {
        "products": len(met),
        "share_of_products_met_again": mean(n > 1 for n in met.values()),
        "products_bought": len(owned),
        "share_of_products_not_bought": mean(p not in owned for p in met),
        "mean_price_of_products": mean(prices.values()),
    }


def _visits(rows: list[dict[str, Any]]) -> dict[str, Any]:
    visits: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        visits.setdefault(row["session"], []).append(row)
    long = [(max(r["at"] for r in v) - min(r["at"] for r in v)) / 1000 for v in visits.values()]
    return {
        "visits": len(visits),
        "events_per_visit": mean(len(v) for v in visits.values()),
        "seconds_per_visit": mean(long),
        "share_of_visits_with_one_event": mean(len(v) == 1 for v in visits.values()),
        "share_of_visits_that_bought": mean(any(r["buys"] for r in v) for v in visits.values()),
    }


def _latest(rows: list[dict[str, Any]], plan: Plan) -> dict[str, Any]:
    found = {}
    for column, words in (("kind", plan.kinds), ("channel", plan.channels),
                          ("category", plan.categories), ("product", plan.products)):  # fmt: skip
        known = [row for row in rows if isinstance(row[column], str)]
        said = [(row["before"], row[column] if row[column] in words else "other") for row in known]
        found[f"last_{column}"] = min(said)[1] if said else None
    return found


def test_a_visit_without_a_session_ends_with_half_an_hour_of_quiet(tmp_path: Path) -> None:
    minutes = [0, 10, 40, 70, 101]  # 30 minutes are no pause, 31 are
    at = millis("2025-06-01")
    rows = [
        {"customer": "a", "at": at + m * 60_000, "kind": "view", "buys": False} for m in minutes
    ]
    rows += [{"customer": "a", "at": at, "kind": "order", "buys": True, "purchase": "1"}]
    recorded = write(tmp_path / "log", rows)
    asked = Question(Asks.BUY, ("2025-06-02",), 30, outcome=5)
    file = tmp_path / "typed.parquet"
    typed(recorded, (asked, plan_of(recorded.story, asked)), file, How(answers=False), silent)
    built = pd.read_parquet(file).iloc[0]
    assert (built["visits"], built["events_per_visit"], built["seconds_per_visit"]) == (2, 3, 2100)


def test_every_group_has_features_of_its_own_name() -> None:
    plan = Plan(("amount", "quantity", "discount", "category", "product", "price", "rating",
                 "session"), True, ("view", "return"), ("web",), ("toys",), ("P1",))  # fmt: skip
    names = [m.feature.name for group in groups().values() for m in group.measures(plan)]
    assert len(groups()) >= 15
    assert len(names) == len(set(names))
