"""SYNTHETIC: the sample shop's flat customer table, features before a cutoff and targets after.

One row a customer who bought at least once before the cutoff. A fact counts as known before the
cutoff by its own date: an order when ordered, a late delivery when delivered, a return when
returned.
"""

from __future__ import annotations

import pandas as pd

CUTOFF = pd.Timestamp("2025-11-01")
OUTCOME_DAYS = 60
Tables = dict[str, pd.DataFrame]


def made_from(shop: Tables) -> pd.DataFrame:
    """The flat table of the shop's tables, by customer_id."""
    orders = shop["orders.csv"].assign(
        ordered_at=lambda t: pd.to_datetime(t["ordered_at"]),
        promised_on=lambda t: pd.to_datetime(t["promised_on"]),
        delivered_on=lambda t: pd.to_datetime(t["delivered_on"]),
    )
    lines = _lines(shop, orders)
    past = orders[orders["ordered_at"] < CUTOFF]
    past_lines = lines[lines["ordered_at"] < CUTOFF]
    table = _traits(shop["customers.csv"], past)
    features = (_ordering(past), _spending(past_lines), _clicking(shop["clicks.csv.gz"]))
    for part in (*features, _targets(lines)):
        table = table.join(part, on="customer_id")
    return _finished(table)


def _lines(shop: Tables, orders: pd.DataFrame) -> pd.DataFrame:
    lines = shop["order_lines.csv"].merge(
        orders[["order_id", "customer_id", "ordered_at"]], on="order_id", validate="many_to_one"
    )
    lines = lines.merge(shop["products.csv"][["product_id", "category"]], on="product_id")
    full = lines["quantity"] * lines["unit_price"]
    return lines.assign(
        full=full,
        paid=full * (1 - lines["discount"]),
        returned_on=pd.to_datetime(lines["returned_on"]),
    ).sort_values(["ordered_at", "order_id", "line"], kind="stable")


def _traits(customers: pd.DataFrame, past: pd.DataFrame) -> pd.DataFrame:
    bought = customers[customers["customer_id"].isin(past["customer_id"])]
    age = CUTOFF.year - bought["birth_year"]
    return bought.drop(columns="birth_year").assign(age=age).reset_index(drop=True)


def _ordering(past: pd.DataFrame) -> pd.DataFrame:
    by = past.groupby("customer_id")
    last, first, count = by["ordered_at"].max(), by["ordered_at"].min(), by.size()
    recent = past[past["ordered_at"] >= CUTOFF - pd.Timedelta(days=90)]
    delivered = past[past["delivered_on"] < CUTOFF]
    late = (delivered["delivered_on"] > delivered["promised_on"]).groupby(delivered["customer_id"])
    gap = (last - first).dt.total_seconds() / 86_400 / (count - 1).where(count > 1)
    return pd.DataFrame(
        {
            "days_since_last_order": (CUTOFF - last).dt.days,
            "orders": count,
            "orders_last_90_days": recent.groupby("customer_id").size(),
            "days_between_orders": gap.round(1),
            "late_share": late.mean().round(3),
            "used_coupon": by["coupon"].count().gt(0).map({True: "yes", False: "no"}),
            "favourite_payment": _most_frequent(past, "payment"),
        }
    )


def _spending(lines: pd.DataFrame) -> pd.DataFrame:
    by = lines.groupby("customer_id")
    paid = by["paid"].sum()
    back = (lines["returned_on"] < CUTOFF).groupby(lines["customer_id"])
    return pd.DataFrame(
        {
            "spend": paid.round(2),
            "average_order": (paid / by["order_id"].nunique()).round(2),
            "discount_share": (1 - paid / by["full"].sum()).round(3),
            "return_share": back.mean().round(3),
            "categories_bought": by["category"].nunique(),
            "favourite_category": _most_frequent(lines, "category"),
        }
    )


def _clicking(clicks: pd.DataFrame) -> pd.DataFrame:
    at = pd.to_datetime(clicks["clicked_at"])
    past = clicks.assign(clicked_at=at)[at < CUTOFF]
    month = past[past["clicked_at"] >= CUTOFF - pd.Timedelta(days=30)]
    season = past[past["clicked_at"] >= CUTOFF - pd.Timedelta(days=90)]
    last = past.groupby("customer_id")["clicked_at"].max()
    views = month[month["action"] == "view"].groupby("customer_id").size()
    filled = season[season["action"] == "add_to_cart"][["customer_id", "session_id"]]
    paid = season.loc[season["action"] == "purchase", "session_id"]
    left = filled.drop_duplicates().loc[lambda t: ~t["session_id"].isin(paid)]
    return pd.DataFrame(
        {
            "days_since_last_visit": (CUTOFF - last).dt.days,
            "visits_last_30_days": month.groupby("customer_id")["session_id"].nunique(),
            "views_last_30_days": views,
            "carts_left_last_90_days": left.groupby("customer_id").size(),
        }
    )


def _targets(lines: pd.DataFrame) -> pd.DataFrame:
    end = CUTOFF + pd.Timedelta(days=OUTCOME_DAYS)
    after = lines[(lines["ordered_at"] >= CUTOFF) & (lines["ordered_at"] < end)]
    dearest = after.sort_values(["ordered_at", "paid"], ascending=[True, False], kind="stable")
    return pd.DataFrame(
        {
            "next_category": dearest.groupby("customer_id")["category"].first(),
            "spend_next_60_days": after.groupby("customer_id")["paid"].sum().round(2),
        }
    )


def _finished(table: pd.DataFrame) -> pd.DataFrame:
    spend = table["spend_next_60_days"]
    table = table.assign(will_buy_again=spend.notna().map({True: "yes", False: "no"}))
    table["spend_next_60_days"] = spend.fillna(0.0)
    counts = ["orders_last_90_days", "visits_last_30_days", "views_last_30_days",
              "carts_left_last_90_days"]  # fmt: skip
    table[counts] = table[counts].fillna(0).astype(int)
    targets = ["will_buy_again", "next_category", "spend_next_60_days"]
    return table[[c for c in table.columns if c not in targets] + targets]


def _most_frequent(rows: pd.DataFrame, column: str) -> pd.Series:
    """Each customer's most frequent value; ties go to the first in the alphabet."""
    counts = rows.groupby(["customer_id", column]).size().reset_index(name="count")
    counts = counts.sort_values(["count", column], ascending=[False, True], kind="stable")
    return counts.groupby("customer_id")[column].first()
